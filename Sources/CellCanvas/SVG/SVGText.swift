/// The letters of a picture, at the columns of their cells.
///
/// ```
/// plays ▲ 12 日本 हिन्दी      a word has a place for each letter; a sign, a wide or a marked letter is a text
/// ────  ─ ── ─ ─ ──────       of its own, whose font may be another; letters that are joined stay together
/// ```
enum SVGText {
  /// The attributes of all letters.
  static let font = """
    font-family="ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace" \
    font-size="13.29" style="white-space:pre"
    """

  /// How the letters of a cell may be placed.
  private enum Kind {
    case blank
    /// One for each column.
    case letter
    /// Alone.
    case sign
    /// Together with its neighbours, for they change each other's shapes.
    case joined
  }

  /// The texts of a row.
  static func texts(of row: [SVGCell]) -> String {
    var svg = ""
    var start = 0
    while start < row.count {
      let kind = kind(of: row[start].cell)
      var end = start + 1
      if kind == .letter || kind == .joined {
        while end < row.count, self.kind(of: row[end].cell) == kind,
          row[end].color == row[start].color, row[end].isBold == row[start].isBold
        { end += 1 }
      }
      if kind != .blank { svg += text(row[start..<end], kind) }
      start = end
    }
    return svg
  }

  private static func kind(of cell: Cell) -> Kind {
    guard cell.scalar != " ", cell.extent != .tail, !SVGShapes.isShape(cell.scalar) else {
      return .blank
    }
    switch cell.scalar.value {
    case 0x21...0x7E, 0xA1...0x24F, 0x370...0x52F, 0x1E00...0x1EFF:
      return cell.marks.isEmpty ? .letter : .sign
    case 0x530...0x10FF, 0x1200...0x1DFF, 0xA800...0xABFF, 0xFB1D...0xFDFF, 0xFE70...0xFEFC:
      return .joined
    default: return .sign
    }
  }

  private static func text(_ cells: ArraySlice<SVGCell>, _ kind: Kind) -> String {
    guard let first = cells.first else { return "" }
    let places = kind == .letter ? cells.map(\.origin.x) : [first.origin.x]
    var letters = String.UnicodeScalarView()
    for cell in cells { letters.append(cell.cell, ascii: false) }
    let weight = first.isBold ? " font-weight=\"bold\"" : ""
    return "<text x=\"\(places.map(String.init).joined(separator: " "))\" "
      + "y=\"\(first.origin.y + 12)\" fill=\"\(first.color.hex)\"\(weight)>"
      + "\(escaped(String(letters)))</text>\n"
  }

  /// Text as the content of an element.
  static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default: result.append(character)
      }
    }
    return result
  }
}
