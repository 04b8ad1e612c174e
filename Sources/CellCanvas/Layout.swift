/// A rectangle cut into rows or columns, declared by what each part needs.
public struct Layout: Hashable, Sendable {
  /// The direction in which parts follow each other.
  public enum Axis: Hashable, Sendable {
    /// Top to bottom.
    case rows
    /// Left to right.
    case columns
  }

  /// What one part needs, in cells.
  public struct Part: Hashable, Sendable {
    let minimum: Int
    let maximum: Int
    let weight: Int
    let rank: Int?

    /// Exactly so many cells.
    public static func fixed(_ length: Int) -> Part {
      Part(minimum: max(0, length), maximum: max(0, length), weight: 0, rank: nil)
    }

    /// At least so many cells, and a share of what is left by weight, up to so many cells in all.
    public static func flexible(min: Int = 0, weight: Int = 1, upTo most: Int = .max) -> Part {
      let minimum = max(0, min)
      return Part(minimum: minimum, maximum: max(minimum, most), weight: max(0, weight), rank: nil)
    }

    /// The same part, but it vanishes when there is no room: the highest rank first.
    public func optional(rank: Int = 0) -> Part {
      Part(minimum: minimum, maximum: maximum, weight: weight, rank: rank)
    }
  }

  private let axis: Axis
  private let parts: [Part]
  private let spacing: Int

  /// Declares a layout.
  ///
  /// - Parameters:
  ///   - axis: the direction in which parts follow each other.
  ///   - spacing: blank cells between two parts.
  ///   - parts: what each part needs, in order.
  public init(_ axis: Axis, spacing: Int = 0, _ parts: [Part]) {
    self.axis = axis
    self.parts = parts
    self.spacing = max(0, spacing)
  }

  /// One rectangle for each part, in order; a part that vanished has an empty one.
  ///
  /// Where even the parts that cannot vanish do not fit, the first ones get what there is.
  public func split(_ rect: Rect) -> [Rect] {
    let total = axis == .rows ? rect.height : rect.width
    let kept = keptParts(in: total)
    let lengths = lengths(of: kept, in: total)
    var offset = 0
    return parts.indices.map { index in
      guard kept.contains(index) else { return Rect(x: rect.x, y: rect.y, width: 0, height: 0) }
      let length = min(lengths[index], max(0, total - offset))
      defer { offset += length + spacing }
      return axis == .rows
        ? Rect(x: rect.x, y: rect.y + offset, width: rect.width, height: length)
        : Rect(x: rect.x + offset, y: rect.y, width: length, height: rect.height)
    }
  }

  private func needed(by kept: [Int]) -> Int {
    kept.reduce(0) { $0 + parts[$1].minimum } + spacing * max(0, kept.count - 1)
  }

  private func keptParts(in total: Int) -> [Int] {
    var kept = Array(parts.indices)
    while needed(by: kept) > total {
      let vanishing = kept.filter { parts[$0].rank != nil }
        .max { (parts[$0].rank ?? 0, $0) < (parts[$1].rank ?? 0, $1) }
      guard let vanishing else { break }
      kept.removeAll { $0 == vanishing }
    }
    return kept
  }

  private func lengths(of kept: [Int], in total: Int) -> [Int] {
    var lengths = parts.map(\.minimum)
    var room = max(0, total - needed(by: kept))
    var growing = kept.filter { parts[$0].weight > 0 }
    while true {
      var left = room
      var weights = growing.reduce(0) { $0 + parts[$1].weight }
      for index in growing {
        let share = left * parts[index].weight / weights
        lengths[index] = parts[index].minimum + share
        left -= share
        weights -= parts[index].weight
      }
      // What is more than a part takes is for the others.
      let full = growing.filter { lengths[$0] >= parts[$0].maximum }
      guard full.contains(where: { lengths[$0] > parts[$0].maximum }) else { return lengths }
      for index in full {
        lengths[index] = parts[index].maximum
        room -= parts[index].maximum - parts[index].minimum
      }
      growing.removeAll { full.contains($0) }
    }
  }
}
