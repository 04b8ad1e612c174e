/// The numbers ncurses gives to combinations of colours.
struct ColorPairs {
  private struct Colors: Hashable {
    let foreground: UInt8?
    let background: UInt8?
  }

  private let limit: Int
  private var numbers: [Colors: Int32] = [:]

  /// - Parameter limit: the pairs a terminal has, 0 without colours; number 0 is its own colours.
  init(limit: Int) {
    self.limit = limit
  }

  /// The number of a pair, which `define` is told once; 0 when all numbers are taken.
  mutating func number(
    foreground: UInt8?,
    background: UInt8?,
    define: (Int32) -> Void
  ) -> Int32 {
    if foreground == nil && background == nil { return 0 }
    let colors = Colors(foreground: foreground, background: background)
    if let known = numbers[colors] { return known }
    guard numbers.count + 1 < limit else { return 0 }
    let number = Int32(numbers.count + 1)
    numbers[colors] = number
    define(number)
    return number
  }
}
