extension Canvas {
  /// The rows as text, each as wide as the canvas; styles are left out.
  public var lines: [String] {
    (0..<size.height).map { y in
      var line = String.UnicodeScalarView()
      for x in 0..<size.width {
        let cell = cells[y * size.width + x]
        if cell.extent != .tail { line.append(cell.scalar) }
      }
      return String(line)
    }
  }
}
