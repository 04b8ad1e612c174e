/// What was shown on a terminal, frame by frame.
///
/// ```swift
/// var recording = Recording(size: Size(width: 80, height: 25))
/// recording.add(canvas, palette, at: .zero)
/// recording.add(nextCanvas, palette, at: .seconds(2))
/// recording.end(at: .seconds(4))
/// recording.svg(title: "Two frames")
/// ```
public struct Recording: Sendable {
  /// What is shown from a time on.
  public struct Frame: Hashable, Sendable {
    /// The time since the start.
    public let start: Duration
    /// What is shown.
    public let canvas: Canvas
    /// The colours it is shown in.
    public let palette: Palette
  }

  /// Columns and rows of all frames.
  public let size: Size
  /// The frames in the order of time, each unlike the one before it.
  public private(set) var frames: [Frame] = []
  /// How long it is.
  public private(set) var duration = Duration.zero

  /// Makes a recording without frames.
  public init(size: Size) {
    self.size = size
  }

  /// Adds what is shown from a time on, which is not before that of the last frame.
  ///
  /// - Parameters:
  ///   - canvas: what is shown; one of another size is ignored.
  ///   - palette: its colours.
  ///   - start: the time since the start.
  public mutating func add(_ canvas: Canvas, _ palette: Palette, at start: Duration) {
    guard canvas.size == size else { return }
    duration = max(duration, start)
    guard frames.last?.canvas != canvas || frames.last?.palette != palette else { return }
    if let last = frames.last, last.start >= start { frames.removeLast() }
    frames.append(Frame(start: frames.isEmpty ? .zero : start, canvas: canvas, palette: palette))
  }

  /// Notes how long the last frame was shown.
  public mutating func end(at end: Duration) {
    duration = max(duration, end)
  }

  /// What a terminal has to be sent to show it: the time in seconds, and text with control sequences.
  ///
  /// Only rows that change are sent.
  public var output: [(seconds: Double, text: String)] {
    var before: Frame?
    return frames.map { frame in
      defer { before = frame }
      var text = before == nil ? "\u{1B}[?25l\u{1B}[2J" : ""
      for y in 0..<size.height where !frame.hasRow(y, of: before) {
        // Before the text: after a full row it would erase the last cell.
        text += "\u{1B}[\(y + 1);1H\u{1B}[K\(frame.canvas.ansi(ofRow: y, frame.palette))"
      }
      return (frame.start / .seconds(1), text)
    }
  }
}

extension Recording.Frame {
  /// Whether a row looks as in another frame.
  fileprivate func hasRow(_ y: Int, of other: Self?) -> Bool {
    guard let other else { return false }
    return palette == other.palette && canvas[row: y] == other.canvas[row: y]
  }
}
