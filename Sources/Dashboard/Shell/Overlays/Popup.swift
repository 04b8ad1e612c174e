import CellCanvas

/// A bordered box in the middle of an area, over whatever is there.
struct Popup<Content: View>: View {
  let title: String
  /// The size of the content, if there is room.
  let size: Size
  let symbols: Symbols
  let content: Content

  func draw(in rect: Rect, on canvas: inout Canvas) {
    let box = box(in: rect)
    canvas.fill(box)
    if Self.hasBorder(box) { drawBorder(box, on: &canvas) }
    canvas.draw(content, in: Self.inner(of: box))
  }

  /// Where the content is drawn.
  func inner(in rect: Rect) -> Rect { Self.inner(of: box(in: rect)) }

  private static func hasBorder(_ box: Rect) -> Bool { box.width > 6 && box.height > 2 }

  private static func inner(of box: Rect) -> Rect {
    hasBorder(box) ? box.inset(left: 2, top: 1, right: 2, bottom: 1) : box
  }

  private func box(in rect: Rect) -> Rect {
    let width = min(rect.width, size.width + 4)
    let height = min(rect.height, size.height + 2)
    return Rect(
      x: rect.x + (rect.width - width) / 2,
      y: rect.y + (rect.height - height) / 2,
      width: width,
      height: height
    )
  }

  private func drawBorder(_ box: Rect, on canvas: inout Canvas) {
    let isASCII = symbols.family == .ascii
    let corners: [Unicode.Scalar] = isASCII ? ["+", "+", "+", "+"] : ["┌", "┐", "└", "┘"]
    let (right, bottom) = (box.maxX - 1, box.maxY - 1)
    for x in box.x...right {
      canvas.put(symbols.horizontal, x: x, y: box.y, style: .border)
      canvas.put(symbols.horizontal, x: x, y: bottom, style: .border)
    }
    for y in box.y...bottom {
      canvas.put(symbols.vertical, x: box.x, y: y, style: .border)
      canvas.put(symbols.vertical, x: right, y: y, style: .border)
    }
    canvas.put(corners[0], x: box.x, y: box.y, style: .border)
    canvas.put(corners[1], x: right, y: box.y, style: .border)
    canvas.put(corners[2], x: box.x, y: bottom, style: .border)
    canvas.put(corners[3], x: right, y: bottom, style: .border)
    canvas.write(" \(title) ", x: box.x + 1, y: box.y, width: box.width - 2, style: .title)
  }
}
