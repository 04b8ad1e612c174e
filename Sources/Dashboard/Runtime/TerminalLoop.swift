import CellCanvas
import CursesTerminal
import Dashboard
import Foundation
import PlaybackFacts

/// The only loop: events and messages in, frames out.
///
/// It runs on the thread that owns the terminal.
///
/// ```
/// terminal ── events ──▶ update ── effects ──▶ runtime ── tasks ──▶ source
///     ▲                    │  ▲                                        │
///     └── frames ── render ┘  └───────────── messages ◀────────────────┘
/// ```
struct TerminalLoop {
  private let terminal: CursesTerminal
  private let runtime: DashboardRuntime
  private var state: DashboardState
  private var memory: MemoryFile?
  private var pace = FramePace()
  private let clock = ContinuousClock()
  private let startedAt = ContinuousClock.now
  private var isRunning = true

  /// Makes a loop that keeps what should be remembered in `memory`, if there is one.
  init(
    _ terminal: CursesTerminal,
    _ state: DashboardState,
    runtime: DashboardRuntime,
    memory: MemoryFile?
  ) {
    self.terminal = terminal
    self.state = state
    self.runtime = runtime
    self.memory = memory
  }

  /// Runs until the user quits, the terminal is gone, or the work beside it has failed.
  ///
  /// - Parameters:
  ///   - known: what is known before anything is asked.
  ///   - work: what runs beside it; nil for nothing.
  ///   - onFirstFrame: called when the first frame is on its way, before the first question.
  mutating func run(
    _ known: [DashboardMessage],
    beside work: ScreenWork?,
    onFirstFrame: () -> Void
  ) {
    tellSize()
    present()
    onFirstFrame()
    runtime.start()
    for message in known { handle(message) }
    tick()
    var events: [TerminalEvent] = []
    while isRunning, work?.failure == nil {
      // Whoever pressed a key gets an answer, however slow the link is.
      if !events.isEmpty || pace.isDue(at: clock.now) { present() }
      events = terminal.nextEvents(within: wait)
      // Durations and instants of what follows are read off this clock.
      tick()
      pace.look(isTaken: !terminal.isBusy, at: clock.now)
      tellPace()
      for message in runtime.takeMessages() { handle(message) }
      for event in events {
        if event == .hangUp { isRunning = false }
        if case .resized = event { tellSize() }
        for message in state.keyMap.messages(for: event, in: state) { handle(message) }
      }
      memory?.note(state.memory, at: state.uptime)
    }
    memory?.write(state.memory)
    runtime.stop()
  }

  /// Where things are on the screen is needed to tell what was clicked.
  private mutating func tellSize() {
    handle(.resized(width: terminal.size.width, height: terminal.size.height))
  }

  private mutating func tellPace() {
    if pace.interval != state.frameInterval { handle(.framePaceChanged(pace.interval)) }
  }

  private mutating func tick() {
    handle(.ticked(.now, uptime: startedAt.duration(to: clock.now)))
  }

  /// How long nothing has to be done unless something happens.
  private var wait: Duration {
    let tick = startedAt + state.uptime + state.untilNextTick
    return max(.zero, clock.now.duration(to: pace.nextLook.map { min($0, tick) } ?? tick))
  }

  private mutating func handle(_ message: DashboardMessage) {
    for effect in state.update(message) {
      switch effect {
      case .quit: isRunning = false
      case .repaint: terminal.repaint()
      case .reportMouse(let isOn): terminal.reportMouse(isOn)
      case .export(let export): take(export)
      case .fetch, .cancelFetch, .observe, .useSource: runtime.perform(effect)
      }
    }
  }

  private mutating func take(_ export: ScreenExport) {
    let text = state.text(of: export, size: terminal.size, depth: terminal.depth)
    switch export.target {
    case .file: handle(.noticed(ExportFile.write(text, name: state.fileName(of: export))))
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
    var canvas = Canvas(size: terminal.size, hasColor: state.palette(terminal.depth).hasColor)
    state.render(into: &canvas)
    terminal.present(canvas, palette: state.palette(terminal.depth))
    pace.drew(isTaken: !terminal.isBusy, at: clock.now)
  }
}
