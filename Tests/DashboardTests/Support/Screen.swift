import CellCanvas
import PlaybackFacts
import QueryCore
import Testing
import Themes

@testable import Dashboard

/// A dashboard over a sample audience, driven by keys, whose fetches are answered at once.
struct Screen {
  static let now = Timestamp(milliseconds: 1_715_601_932_400)  // Mon 2024-05-13 14:05:32 in Paris

  var state: DashboardState
  var audience: SampleAudience
  /// What updates asked for, apart from fetches that were answered.
  var effects: [DashboardEffect] = []
  /// Whether fetches are answered.
  var answers = true

  init(
    _ environment: StoreEnvironment = .production,
    symbols: Symbols.Family = .blocks,
    audience: SampleAudience = SampleAudience(now: now),
    answers: Bool = true,
    sources: [DashboardState.Source]? = nil
  ) throws {
    let library = ThemeLibrary()
    let themes = try ["dark", "light"].map { name in try library.theme(named: name) }
    state = DashboardState(
      sources: sources
        ?? [DashboardState.Source(name: "local", retention: Retention(environment))],
      zone: try #require(Zone("Europe/Paris")),
      now: Self.now,
      themes: themes,
      symbols: symbols
    )
    self.audience = audience
    self.answers = answers
    send(.mediaListed(MediaNames(SampleAudience.mediaItems)))
    send(.dataStateRead(audience.state))
  }

  mutating func send(_ message: DashboardMessage) {
    for effect in state.update(message) {
      guard answers, case .fetch(let id, let request, _) = effect else {
        effects.append(effect)
        continue
      }
      let answer = audience.answer(to: request.queries)
      send(.snapshotLoaded(id: id, Snapshot(request, answer, asOf: state.now)))
    }
  }

  mutating func press(_ keys: Key...) {
    for key in keys {
      for message in state.keyMap.messages(for: .key(key), in: state) { send(message) }
    }
  }

  /// Types a text, one key after another.
  mutating func type(_ text: String) {
    for character in text { press(.character(character)) }
  }

  mutating func pass(seconds: Int64) { pass(until: state.now + seconds * 1000) }

  /// Lets time pass until an instant.
  mutating func pass(until time: Timestamp) {
    send(.ticked(time, uptime: state.uptime + .milliseconds(time - state.now)))
  }

  /// Sets the clock to another time, which takes no time.
  mutating func setClock(to time: Timestamp) { send(.ticked(time, uptime: state.uptime)) }

  /// The newest effect that nobody took.
  mutating func takeEffect() -> DashboardEffect? { effects.popLast() }

  /// Lets the newest fetch fail.
  mutating func fail(_ reason: String = "connection refused") {
    answers = false
    send(.command(.refresh))
    if case .fetch(let id, _, _)? = effects.last {
      effects.removeLast()
      send(.fetchFailed(id: id, reason: reason, jitter: 0.5))
    }
  }

  func canvas(_ width: Int, _ height: Int, hasColor: Bool = true) -> Canvas {
    var canvas = Canvas(size: Size(width: width, height: height), hasColor: hasColor)
    state.render(into: &canvas)
    return canvas
  }

  func text(_ width: Int, _ height: Int) -> String {
    state.frame(Size(width: width, height: height), .text)
  }
}

extension Screen {
  /// The rows of a ranking as they are shown.
  func rows(of panel: ScreenPanel) -> [Snapshot.Row] {
    state.screen.rows(of: panel, state.context)
  }

  /// The table of media items as it is shown.
  var mediaRows: [Snapshot.TableRow] {
    (state.screens[.media] as? MediaScreen)?.rows(state.context) ?? []
  }
}
