public import CellCanvas
public import PlaybackFacts

/// The only loop: events and messages in, frames out.
///
/// It runs on the thread that owns the terminal.
///
/// ```
/// terminal ── events ──▶ update ── effects ──▶ runtime ── tasks ──▶ source
///     ▲                    │  ▲                                        │
///     └── frames ── render ┘  └───────────── messages ◀────────────────┘
/// ```
public struct TerminalLoop {
  /// What a loop needs of the program around it.
  public struct Surroundings {
    /// The time of day.
    public var now: () -> Timestamp
    /// How long the loop has run, sleep of the machine included.
    public var uptime: () -> Duration
    /// Takes note, once a turn, of what should be remembered until the next start, at an uptime.
    public var remember: (DashboardMemory, Duration) -> Void
    /// Writes a file of a name with a text and returns a sentence for the user.
    public var writeFile: (_ text: String, _ name: String) -> String
    /// Whether the work beside the screen has failed, which ends the loop.
    public var hasFailed: () -> Bool

    /// Describes the program around a loop.
    public init(
      now: @escaping () -> Timestamp,
      uptime: @escaping () -> Duration,
      remember: @escaping (DashboardMemory, Duration) -> Void = { _, _ in },
      writeFile: @escaping (_ text: String, _ name: String) -> String,
      hasFailed: @escaping () -> Bool = { false }
    ) {
      self.now = now
      self.uptime = uptime
      self.remember = remember
      self.writeFile = writeFile
      self.hasFailed = hasFailed
    }
  }

  /// What is known and shown.
  public private(set) var state: DashboardState

  private let terminal: any Terminal
  private let runtime: DashboardRuntime
  private let surroundings: Surroundings
  private var pace = FramePace()
  private let startedAt = ContinuousClock.now
  private var isRunning = true
  /// The second that the clock of the last frame shows.
  private var drawnSecond: Timestamp?
  /// Whether something has happened since the last frame, other than a pointer that moved over the same things.
  private var isOutdated = false

  /// Makes a loop that has drawn nothing yet.
  public init(
    _ terminal: any Terminal,
    _ state: DashboardState,
    runtime: DashboardRuntime,
    _ surroundings: Surroundings
  ) {
    self.terminal = terminal
    self.state = state
    self.runtime = runtime
    self.surroundings = surroundings
  }

  /// Runs until the user quits, the terminal is gone, or the work beside it has failed.
  ///
  /// - Parameters:
  ///   - known: what is known before anything is asked.
  ///   - onFirstFrame: called when the first frame is on its way, before the first question.
  public mutating func run(_ known: [DashboardMessage], onFirstFrame: () -> Void) {
    noteSize()
    present()
    onFirstFrame()
    runtime.start()
    for message in known { handle(message) }
    tick()
    isOutdated = true
    var isAnswer = false
    while isRunning, !surroundings.hasFailed() {
      // Whoever pressed a key gets an answer, however slow the link is.
      if isOutdated, isAnswer || pace.isDue(at: instant) { present() }
      let events = terminal.nextEvents(within: wait)
      // Durations and instants of what follows are read off this clock.
      tick()
      pace.look(isTaken: !terminal.isBusy, at: instant)
      notePace()
      let (pointer, second) = (state.pointer, state.now.floored(to: Milliseconds.second))
      let messages = runtime.takeMessages()
      for message in messages { handle(message) }
      for event in events {
        if event == .hangUp { isRunning = false }
        if case .resized = event { noteSize() }
        for message in state.keyMap.messages(for: event, in: state) { handle(message) }
      }
      let isMotion =
        !events.isEmpty && events.allSatisfy(\.isMotion) && state.pointer == pointer
      isAnswer = !events.isEmpty && !isMotion
      if !isMotion || !messages.isEmpty || second != drawnSecond { isOutdated = true }
      surroundings.remember(state.memory, state.uptime)
    }
    runtime.stop()
  }

  private var instant: ContinuousClock.Instant { startedAt + surroundings.uptime() }

  /// Where things are on the screen is needed to know what was clicked.
  private mutating func noteSize() {
    handle(.resized(width: terminal.size.width, height: terminal.size.height))
  }

  private mutating func notePace() {
    if pace.interval != state.frameInterval { handle(.framePaceChanged(pace.interval)) }
  }

  private mutating func tick() {
    handle(.ticked(surroundings.now(), uptime: surroundings.uptime()))
  }

  /// How long nothing has to be done unless something happens.
  private var wait: Duration {
    let tick = startedAt + state.uptime + state.untilNextTick
    return max(.zero, instant.duration(to: pace.nextLook.map { min($0, tick) } ?? tick))
  }

  private mutating func handle(_ message: DashboardMessage) {
    for effect in state.update(message) {
      switch effect {
      case .quit: isRunning = false
      case .repaint: terminal.repaint()
      case .reportMouse(let isOn): terminal.reportMouse(isOn)
      case .export(let export): deliver(export)
      case .fetch, .cancelFetch, .observe, .useSource: runtime.perform(effect)
      }
    }
  }

  private mutating func deliver(_ export: ScreenExport) {
    let text = state.text(of: export, size: terminal.size, depth: terminal.depth)
    switch export.target {
    case .file: handle(.noticed(surroundings.writeFile(text, state.fileName(of: export))))
    case .clipboard:
      let isCopied = terminal.copy(text)
      handle(
        .noticed(
          isCopied
            ? "copied to the terminal's clipboard"
            : "the terminal can't copy this (unsupported, or over 64 KiB)"
        )
      )
    }
  }

  private mutating func present() {
    let palette = state.palette(terminal.depth)
    var canvas = Canvas(size: terminal.size, hasColor: palette.hasColor)
    state.render(into: &canvas)
    terminal.present(canvas, palette: palette)
    drawnSecond = state.now.floored(to: Milliseconds.second)
    isOutdated = false
    pace.drew(isTaken: !terminal.isBusy, at: instant)
  }
}

extension TerminalEvent {
  /// Whether the pointer was moved over the screen, and nothing else.
  fileprivate var isMotion: Bool {
    if case .mouse(.move, _, _) = self { true } else { false }
  }
}
