import CellCanvas

/// A terminal that plays events and remembers what was shown; time passes only while it is waited for events.
final class RecordingTerminal: Terminal {
  /// What happens during one wait.
  struct Turn {
    /// The events that end the wait.
    var events: [TerminalEvent] = []
    /// How long the wait takes; nil for as long as the caller waits at most.
    var duration: Duration? = .milliseconds(10)
    /// Whether the last frame is still on its way then.
    var isBusy = false
  }

  private(set) var size: Size
  let depth = ColorDepth.twoHundredFiftySix
  let hasUnicode = true
  private(set) var isBusy = false
  let wake: @Sendable () -> Void = {}
  /// Whether text reaches the clipboard.
  var canCopy = true

  /// What was done with it, in order, apart from frames.
  private(set) var calls: [String] = []
  /// The frames that were shown, as text.
  private(set) var frames: [[String]] = []
  /// How long it was waited for events, in each turn at most.
  private(set) var waits: [Duration?] = []
  /// The time that has passed.
  private(set) var uptime = Duration.zero

  private var turns: [Turn]

  init(_ turns: [Turn], size: Size = Size(width: 80, height: 24)) {
    self.turns = turns
    self.size = size
  }

  /// A turn for each key.
  convenience init(keys: Key...) { self.init(keys.map { Turn(events: [.key($0)]) }) }

  func present(_ canvas: Canvas, palette: Palette) {
    frames.append(canvas.lines.map { String($0) })
  }

  func nextEvents(within timeout: Duration?) -> [TerminalEvent] {
    waits.append(timeout)
    // Whoever waits for more than was written down would wait for ever.
    guard !turns.isEmpty else { return [.hangUp] }
    let turn = turns.removeFirst()
    uptime += turn.duration ?? timeout ?? .zero
    isBusy = turn.isBusy
    for case .resized(let size) in turn.events { self.size = size }
    return turn.events
  }

  func repaint() { calls.append("repaint") }

  func reportMouse(_ isOn: Bool) { calls.append("mouse \(isOn ? "on" : "off")") }

  func copy(_ text: String) -> Bool {
    calls.append("copy \(text.prefix { $0 != "\r\n" && $0 != "\n" })")
    return canCopy
  }
}
