import Dispatch
import Glibc
import Logging
import ServiceLifecycle
import Synchronization
import Testing
import UnixSignals

@testable import playhead

@Suite("Services of a command")
struct ServiceRunTests {
  /// Does something once it runs, and ends when it is asked to, after another thing.
  private struct Step: Service {
    var onStart: @Sendable () throws -> Void = {}
    var beforeEnd: @Sendable () async -> Void = {}

    func run() async throws {
      try onStart()
      // Cancelled or asked to stop: it ends in either case.
      try? await gracefulShutdown()
      await beforeEnd()
    }
  }

  private static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  private final class Log<Entry: Sendable>: Sendable {
    private let entries = Mutex([Entry]())

    var all: [Entry] { entries.withLock(\.self) }

    func add(_ entry: Entry) { entries.withLock { $0.append(entry) } }
  }

  @Test func `stop in the reverse of their order when a signal asks them to`() async throws {
    let (signals, come) = AsyncStream.makeStream(of: UnixSignal.self)
    let log = Log<String>()
    let services: [any Service] = [
      Step(beforeEnd: { log.add("first ends") }),
      Step(onStart: { come.yield(.sigterm) }, beforeEnd: { log.add("last ends") }),
    ]

    try await ServiceRun(
      services: services,
      limit: .seconds(600),
      logger: Self.silent,
      signals: signals,
      onStopping: { log.add("stopping") },
      end: { _ in log.add("the process ends") }
    ).run()

    #expect(log.all == ["stopping", "last ends", "first ends"])
  }

  @Test func `that don't stop are not waited for`() async throws {
    let (signals, come) = AsyncStream.makeStream(of: UnixSignal.self)
    let (gate, open) = AsyncStream.makeStream(of: Void.self)
    let endings = Log<ServiceRun.Ending>()

    try await ServiceRun(
      services: [
        Step(onStart: { come.yield(.sigterm) }, beforeEnd: { for await _ in gate {} })
      ],
      limit: .milliseconds(10),
      logger: Self.silent,
      signals: signals,
      end: { ending in
        endings.add(ending)
        open.finish()
      }
    ).run()

    #expect(endings.all == [.limit(.milliseconds(10))])
  }

  @Test func `are left at once by a second signal`() async throws {
    let (signals, come) = AsyncStream.makeStream(of: UnixSignal.self)
    let (gate, open) = AsyncStream.makeStream(of: Void.self)
    let endings = Log<ServiceRun.Ending>()

    try await ServiceRun(
      services: [
        Step(
          onStart: { come.yield(.sigterm) },
          beforeEnd: {
            come.yield(.sigint)
            for await _ in gate {}
          }
        )
      ],
      limit: .seconds(600),
      logger: Self.silent,
      signals: signals,
      end: { ending in
        endings.add(ending)
        open.finish()
      }
    ).run()

    #expect(endings.all == [.signal(SIGINT)])
  }

  @Test func `go on after a HUP`() async throws {
    let (signals, come) = AsyncStream.makeStream(of: UnixSignal.self)
    let log = Log<String>()

    try await ServiceRun(
      services: [Step(onStart: { come.yield(.sighup) })],
      limit: .seconds(600),
      logger: Self.silent,
      signals: signals,
      onHangUp: {
        log.add("reloaded")
        come.yield(.sigterm)
      },
      onStopping: { log.add("stopping") }
    ).run()

    #expect(log.all == ["reloaded", "stopping"])
  }

  @Test func `fail the command when one of them fails`() async {
    await #expect(throws: CommandError.self) {
      try await ServiceRun(
        services: [Step(), Step(onStart: { throw CommandError("no disk") })],
        logger: Self.silent
      ).run()
    }
  }

  @Test func `end the screen that they run beside when one of them fails`() async throws {
    let (failed, fail) = AsyncStream.makeStream(of: Void.self)
    let ended = Log<String>()
    let work = ScreenWork([
      Step(beforeEnd: { ended.add("stopped") }),
      Step(onStart: { throw CommandError("no disk") }),
    ])
    work.onFailure { fail.finish() }

    work.start()
    for await _ in failed {}

    #expect((work.failure as? CommandError)?.description == "no disk")
    #expect(ended.all == ["stopped"])
    #expect(throws: CommandError.self) { try work.end() }
  }

  @Test func `end with the screen that they run beside`() async throws {
    let (started, start) = AsyncStream.makeStream(of: Void.self)
    let (stopped, stop) = AsyncStream.makeStream(of: Void.self)
    let work = ScreenWork([Step(onStart: { start.finish() }, beforeEnd: { stop.finish() })])

    // What never began needs no end.
    try work.end()
    work.start()
    for await _ in started {}
    try work.end(patience: .milliseconds(0))

    for await _ in stopped {}
  }
}
