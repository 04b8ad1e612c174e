public import CellCanvas

/// How one frame is written without a terminal.
public enum FrameFormat: String, CaseIterable, Hashable, Sendable {
  /// Plain text.
  case text
  /// Text with ANSI colours.
  case ansi
  /// A picture, as SVG.
  case svg
  /// The numbers of the frame.
  case json
}

extension DashboardState {
  /// One frame, each row ended by a line feed.
  ///
  /// - Parameters:
  ///   - size: columns and rows; numbers have no size.
  ///   - format: how it is written.
  ///   - depth: the colours of ANSI.
  /// - Returns: what to print; only ASCII if the graphs are of ASCII.
  public func frame(
    _ size: Size,
    _ format: FrameFormat,
    depth: ColorDepth = .twoHundredFiftySix
  ) -> String {
    if format == .json { return json }
    var canvas = Canvas(size: size, hasColor: format != .text && palette(depth).hasColor)
    render(into: &canvas)
    if format == .svg { return canvas.svg(palette(depth), title: "Playhead: \(view.title)") }
    if format == .ansi { return canvas.ansi(palette(depth), ascii: looks.symbolFamily == .ascii) }
    let lines = canvas.lines(ascii: looks.symbolFamily == .ascii).map { line in
      line.lastIndex { $0 != " " }.map { line[...$0] } ?? ""
    }
    return lines.map { $0 + "\n" }.joined()
  }
}
