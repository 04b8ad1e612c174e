/// A width and a height in cells; never negative.
public struct Size: Hashable, Sendable {
  /// Columns.
  public let width: Int
  /// Rows.
  public let height: Int

  /// Makes a size; negative lengths count as 0.
  public init(width: Int, height: Int) {
    self.width = max(0, width)
    self.height = max(0, height)
  }

  /// The whole area, from the origin.
  public var bounds: Rect { Rect(x: 0, y: 0, width: width, height: height) }
}
