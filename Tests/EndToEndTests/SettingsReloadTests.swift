import Logging
import PlaybackFacts
import Synchronization
import Testing

@testable import playhead

@Suite("Settings that are read again")
struct SettingsReloadTests {
  private final class Log: Sendable {
    private let lines = Mutex([String]())

    var all: [String] { lines.withLock(\.self) }

    func add(_ line: String) { lines.withLock { $0.append(line) } }
  }

  private struct Mistake: Error, CustomStringConvertible {
    let description = "read-limit 'x' is not a number"
  }

  private let log = Log()
  private let taken = Log()

  private func reload(_ settings: [[Setting: String]]) -> SettingsReload {
    let all = settings.map { Settings(options: $0, variables: ["HOME": "/nonexistent"]) }
    let rest = Rest(all.dropFirst())
    return SettingsReload(
      all[0],
      LogOutput(LogOutput.Style(), now: { .init(milliseconds: 0) }, write: log.add).logger,
      parts: [
        { [taken] settings in
          let text = settings[.readLimit] ?? "none"
          return { taken.add(text) }
        },
        { settings in
          if settings[.readLimit] == "x" { throw Mistake() }
          return {}
        },
      ]
    ) { rest.next() }
  }

  private final class Rest: Sendable {
    private let settings: Mutex<ArraySlice<Settings>>

    init(_ settings: ArraySlice<Settings>) { self.settings = Mutex(settings) }

    func next() -> Settings { settings.withLock { $0.removeFirst() } }
  }

  private var told: [String] {
    log.all.map { String($0.dropFirst("1970-01-01T00:00:00+00:00 ".count).dropLast()) }
  }

  @Test func `what can change at once and what waits are told apart`() {
    let reload = reload([
      [.readLimit: "1", .listen: "127.0.0.1:1"],
      [.readLimit: "2", .listen: "127.0.0.1:2", .theme: "light", .basePath: "/stats"],
      [.readLimit: "2", .listen: "127.0.0.1:2"],
      [.readLimit: "2", .listen: "127.0.0.1:1"],
    ])
    for _ in 0..<3 { reload.run() }

    #expect(
      told == [
        "notice settings reloaded, in force now: read-limit",
        "warning listen, base-path changed: takes effect after a restart",
        "warning listen changed: takes effect after a restart",
        "notice settings reloaded, none has changed",
      ]
    )
    #expect(taken.all == ["2", "2", "2"])
  }

  @Test func `a mistake that one part finds keeps all others from changing`() {
    let reload = reload([[.readLimit: "1"], [.readLimit: "x"], [.readLimit: "3"]])
    reload.run()
    #expect(taken.all.isEmpty)
    reload.run()

    #expect(taken.all == ["3"])
    #expect(
      told == [
        "error settings not reloaded, nothing changed: read-limit 'x' is not a number",
        "notice settings reloaded, in force now: read-limit",
      ]
    )
  }
}
