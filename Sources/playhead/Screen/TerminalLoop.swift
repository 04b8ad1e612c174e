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
  private var isRunning = true

  init(_ terminal: CursesTerminal, _ state: DashboardState, runtime: DashboardRuntime) {
    self.terminal = terminal
    self.state = state
    self.runtime = runtime
  }

  /// Runs until the user quits or the terminal is gone.
  ///
  /// - Parameters:
  ///   - known: what is known before anything is asked.
  ///   - onFirstFrame: called when the first frame is on its way, before the first question.
  mutating func run(_ known: [DashboardMessage], onFirstFrame: () -> Void) {
    present()
    onFirstFrame()
    runtime.start()
    for message in known { handle(message) }
    handle(.ticked(.now))
    while isRunning {
      present()
      let events = terminal.nextEvents(within: .milliseconds(max(0, state.nextTick - .now)))
      // Durations and instants of what follows are read off this clock.
      handle(.ticked(.now))
      for message in runtime.takeMessages() { handle(message) }
      for event in events {
        if event == .hangUp { isRunning = false }
        for message in KeyMap.messages(for: event) { handle(message) }
      }
    }
    runtime.stop()
  }

  private mutating func handle(_ message: DashboardMessage) {
    for effect in state.update(message) {
      switch effect {
      case .quit: isRunning = false
      case .repaint: terminal.repaint()
      case .fetch, .cancelFetch: runtime.perform(effect)
      }
    }
  }

  private func present() {
    var canvas = Canvas(size: terminal.size)
    state.render(into: &canvas)
    terminal.present(canvas, palette: state.palette(terminal.depth))
  }
}
