/// Something that draws itself into a rectangle of any size, also an empty one.
public protocol View {
  /// Draws inside `rect`.
  func draw(in rect: Rect, on canvas: inout Canvas)
}
