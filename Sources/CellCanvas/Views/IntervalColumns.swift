/// Where the intervals of a chart lie across its width.
///
/// From three columns an interval on, all bars are equally wide and at least one blank column is between
/// them; narrower ones touch. What does not fit even with one column each is left out, the oldest first.
struct IntervalColumns: Hashable, Sendable {
  /// The intervals there are.
  let count: Int
  /// The columns of the chart.
  let width: Int
  /// The oldest intervals, for which there is no column.
  let hidden: Int
  private let pitch: Int

  init(_ count: Int, in width: Int) {
    self.count = max(0, count)
    self.width = max(0, width)
    hidden = max(0, self.count - self.width)
    pitch = self.count > hidden ? self.width / (self.count - hidden) : 0
  }

  /// Whether there is a blank between two bars.
  var hasBlanks: Bool { pitch >= 3 }

  /// The columns of an interval's bar; empty if it is hidden.
  func bar(_ interval: Int) -> Range<Int> {
    guard interval >= hidden, interval < count else { return 0..<0 }
    let place = interval - hidden
    let start = start(place)
    return start..<(hasBlanks ? start + pitch - 1 : self.start(place + 1))
  }

  /// The interval at a column, blanks after it included.
  func interval(at column: Int) -> Int? {
    guard column >= 0, column < width, count > hidden else { return nil }
    return (hidden..<count).last { bar($0).lowerBound <= column }
  }

  private func start(_ place: Int) -> Int { place * width / (count - hidden) }
}
