public import CellCanvas
import Dispatch

/// A terminal without a screen: it presses the keys of a script and records what is shown.
///
/// A line below the screen names the keys as they are pressed.
public final class ScriptedTerminal: Terminal {
  /// How time passes for it.
  public struct Time {
    /// The time since the start.
    public var now: () -> Duration
    /// Waits for at most so long, or until somebody wakes it.
    public var wait: (Duration) -> Void
    /// Ends the current or next wait; may be called from any thread.
    public var wake: @Sendable () -> Void

    /// Describes how time passes.
    public init(
      now: @escaping () -> Duration,
      wait: @escaping (Duration) -> Void,
      wake: @escaping @Sendable () -> Void = {}
    ) {
      self.now = now
      self.wait = wait
      self.wake = wake
    }

    /// As time passes for people, from now on.
    public static func real() -> Time {
      let clock = ContinuousClock()
      let start = clock.now
      let signal = DispatchSemaphore(value: 0)
      return Time(
        now: { start.duration(to: clock.now) },
        wait: { _ = signal.wait(timeout: .now() + .milliseconds(Int($0 / .milliseconds(1)))) },
        wake: { signal.signal() }
      )
    }
  }

  /// Columns and rows of the screen.
  public let size: Size
  /// The colours that are recorded.
  public let depth: ColorDepth
  /// All glyphs can be shown.
  public let hasUnicode = true
  /// Nothing is ever on its way.
  public let isBusy = false
  /// What was shown up to now, with the line of keys.
  public private(set) var recording: Recording

  private let script: KeyScript
  private let time: Time
  private var nextStep = 0
  private var shown: (canvas: Canvas, palette: Palette)?

  /// How long a key is named after it was pressed.
  private static let namingTime = Duration.milliseconds(1200)

  /// Makes a terminal whose script begins with its time.
  public init(_ script: KeyScript, size: Size, depth: ColorDepth, _ time: Time = .real()) {
    self.script = script
    self.size = size
    self.depth = depth
    self.time = time
    recording = Recording(size: Size(width: size.width, height: size.height + 1))
  }

  /// Ends the current or next wait for events early.
  public var wake: @Sendable () -> Void { time.wake }

  /// Records a canvas.
  public func present(_ canvas: Canvas, palette: Palette) {
    shown = (canvas, palette)
    record()
  }

  /// Waits for the next keys of the script; when it is over, the terminal is gone.
  public func nextEvents(within timeout: Duration?) -> [TerminalEvent] {
    let next = script.steps.dropFirst(nextStep).first?.time ?? script.duration
    let limit = [timeout, next - time.now(), untilNameEnds].compactMap(\.self).min() ?? .zero
    if limit > .zero { time.wait(limit) }
    let now = time.now()
    guard now < script.duration else {
      recording.end(at: now)
      return [.hangUp]
    }
    let due = script.steps[nextStep...].prefix { $0.time <= now }
    nextStep += due.count
    record()
    return due.map { .key($0.key) }
  }

  /// Does nothing: every frame is recorded whole.
  public func repaint() {}

  /// Does nothing: scripts have no mouse.
  public func reportMouse(_ isOn: Bool) {}

  /// Copies nothing.
  public func copy(_ text: String) -> Bool { false }

  private var untilNameEnds: Duration? {
    script.steps[..<nextStep].last.map { $0.time + Self.namingTime - time.now() }
      .flatMap { $0 > .zero ? $0 : nil }
  }

  private func record() {
    guard let shown else { return }
    let now = time.now()
    let keys = script.steps[..<nextStep].filter { $0.time + Self.namingTime > now }
    var canvas = shown.canvas.addingRows(1)
    var column = 1
    for step in keys {
      let name = " \(step.key.label) "
      column += canvas.write(name, x: column, y: size.height, style: .selection) + 1
    }
    recording.add(canvas, shown.palette, at: now)
  }
}
