import CellCanvas

extension ScreenContext {
  /// The rows of a list that fills the screen which are worth asking more about: those on the screen and some more,
  /// so that not every move of the cursor asks.
  ///
  /// - Parameters:
  ///   - cursor: the row under the cursor, in the middle of the list where that can be.
  ///   - count: how many rows there are.
  ///   - most: so many are on the screen at most, however high the terminal is.
  /// - Returns: their places among the rows.
  func rowsToAsk(around cursor: Int, of count: Int, most: Int) -> Range<Int> {
    let visible = max(1, min(size.height - 4, most))
    let step = max(4, visible / 4)
    let block = cursor / step * step
    let first = max(0, min(block - visible / 2 - 1, count - visible))
    return first..<min(count, max(block + step + visible / 2 + 1, visible))
  }
}
