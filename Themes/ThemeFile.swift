import CellCanvas
import TOMLKit

/// A theme as it is written down.
///
/// ```toml
/// inherits = "dark"           # the default
///
/// [roles]
/// #            256 colours    16 colours              8 colours        none
/// accent    = ["75 bold",     "bright-blue bold",     "cyan bold",     "bold"]
/// selection = ["255 on 24",   "bright-white on blue", "white on blue", "reverse"]
/// ```
struct ThemeFile: Hashable {
  /// What a file says, before anything is inherited.
  struct Contents {
    var inherits: String?
    var columns: [ColorDepth: [Role: Look]] = [:]
  }

  let name: String
  let path: String
  let text: String

  /// The columns of a role, in the order of a file.
  private static let depths: [ColorDepth] = [.twoHundredFiftySix, .sixteen, .eight, .mono]

  func contents() throws(ThemeError) -> Contents {
    let table = try parse()
    var contents = Contents()
    for key in table.keys.sorted() {
      switch (key, table[key]) {
      case ("inherits", let value?) where value.string != nil: contents.inherits = value.string
      case ("roles", let value?) where value.table != nil: break
      default: throw .unknownKey(file: path, line: line(of: key), key: key)
      }
    }
    guard let roles = table["roles"]?.table else { return contents }
    for key in roles.keys.sorted() {
      guard let role = Role(rawValue: key) else {
        throw .unknownKey(file: path, line: line(of: key), key: key)
      }
      let texts = roles[key]?.array.map { array in array.compactMap { $0.string } } ?? []
      guard texts.count == Self.depths.count, roles[key]?.array?.count == texts.count else {
        throw .wrongColumns(file: path, line: line(of: key), role: key)
      }
      for (depth, text) in zip(Self.depths, texts) {
        guard let look = Look(text, depth: depth) else {
          throw .wrongLook(
            file: path,
            line: line(of: key),
            role: key,
            text: text,
            column: depth.caption
          )
        }
        contents.columns[depth, default: [:]][role] = look
      }
    }
    return contents
  }

  /// The line where a key is set, from 1; the parser keeps no places of what it understood.
  func line(of key: String) -> Int {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let index = lines.firstIndex { line in
      let words = line.split { " \t=[]\"'".contains($0) }
      return words.first.map { $0 == key } ?? false
    }
    return (index ?? 0) + 1
  }

  private func parse() throws(ThemeError) -> TOMLTable {
    do {
      return try TOMLTable(string: text)
    } catch let error as TOMLParseError {
      throw .syntax(
        file: path,
        line: Int(error.source.begin.line),
        reason: error.description
      )
    } catch {
      throw .syntax(file: path, line: 1, reason: "\(error)")
    }
  }
}

extension ColorDepth {
  /// The depth as the heading of a column.
  fileprivate var caption: String {
    switch self {
    case .mono: "no colours"
    case .eight: "8 colours"
    case .sixteen: "16 colours"
    case .twoHundredFiftySix: "256 colours"
    }
  }
}
