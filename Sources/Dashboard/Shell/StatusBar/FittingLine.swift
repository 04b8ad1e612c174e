import CellCanvas

/// One row of segments, each of which can be said in fewer words when there is no room.
struct FittingLine: View {
  /// A part of the row.
  struct Segment {
    /// Ways to say it, the longest first; an empty one lets it vanish.
    let variants: [[LinkedRun]]
    /// Which segment gives way: the highest rank first, and each once before any of them twice.
    let rank: Int
    /// A name to ask for it by; nil where nobody does.
    let name: String?

    init(_ rank: Int, _ variants: [[LinkedRun]], name: String? = nil) {
      self.rank = rank
      self.variants = variants
      self.name = name
    }

    /// A segment that a click on does one thing, wherever it is hit.
    init(_ rank: Int, _ variants: [[TextRun]], _ command: Command? = nil, name: String? = nil) {
      self.init(rank, variants.map { $0.map { LinkedRun($0, command) } }, name: name)
    }

    /// A segment of one style.
    init(_ rank: Int, _ style: Style, _ variants: [String], _ command: Command? = nil) {
      self.init(rank, variants.map { $0.isEmpty ? [] : [TextRun($0, style)] }, command)
    }

    /// What is not said.
    static let blank = Segment(100, [[LinkedRun]()])
  }

  static let gap = 2
  let left: [Segment]
  let right: [Segment]

  init(_ left: [Segment], right: [Segment] = []) {
    self.left = left
    self.right = right
  }

  func draw(in rect: Rect, on canvas: inout Canvas) {
    let (left, right) = runs(in: rect.width)
    canvas.draw(TextLine(left.map(\.run), right: right.map(\.run)), in: rect)
  }

  /// What a click on a column of so many does; nil where it does nothing.
  func command(atColumn column: Int, in width: Int) -> Command? {
    let (left, right) = runs(in: width)
    let start = max(0, width - right.width)
    return column >= start
      ? right.command(atColumn: column - start) : left.command(atColumn: column)
  }

  /// The runs from the left, and those up to the right edge.
  private func runs(in width: Int) -> (left: [LinkedRun], right: [LinkedRun]) {
    let runs = zip(left + right, variants(in: width)).map { $0.variants[$1] }
    return (Self.joined(Array(runs[..<left.count])), Self.joined(Array(runs[left.count...])))
  }

  /// Whether the segment of a name is said in fewer words than it could be.
  func isShortened(_ name: String, in width: Int) -> Bool {
    zip(left + right, variants(in: width)).contains { $0.name == name && $1 > 0 }
  }

  /// Which variant of each segment is shown.
  private func variants(in width: Int) -> [Int] {
    let segments = left + right
    var chosen = segments.map { _ in 0 }
    while total(chosen) > width {
      let next = segments.indices
        .filter { chosen[$0] + 1 < segments[$0].variants.count }
        .max { (-chosen[$0], segments[$0].rank, $0) < (-chosen[$1], segments[$1].rank, $1) }
      guard let next else { break }
      chosen[next] += 1
    }
    // One that gave way may have made more room than was wanted: the others get it back.
    for index in segments.indices.sorted(by: { (segments[$0].rank, $0) < (segments[$1].rank, $1) })
    where total(chosen) <= width {
      let variants = 0..<chosen[index]
      chosen[index] =
        variants.first { variant in
          var longer = chosen
          longer[index] = variant
          return total(longer) <= width
        } ?? chosen[index]
    }
    return chosen
  }

  private func total(_ chosen: [Int]) -> Int {
    let widths = zip(left + right, chosen)
      .map { segment, index in segment.variants[index].width }
      .filter { $0 > 0 }
    return widths.reduce(0, +) + Self.gap * max(0, widths.count - 1)
  }

  private static func joined(_ segments: [[LinkedRun]]) -> [LinkedRun] {
    let visible = segments.filter { $0.width > 0 }
    return Array(visible.joined(separator: [LinkedRun(String(repeating: " ", count: gap))]))
  }
}
