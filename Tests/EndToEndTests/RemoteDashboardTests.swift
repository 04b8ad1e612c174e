import AnalyticsClient
import CellCanvas
import Dashboard
import Foundation
import PlaybackFacts
import QueryCore
import Testing

@Suite("playhead dash --remote", .timeLimit(.minutes(10)))
struct RemoteDashboardTests {
  private static func now() -> Timestamp {
    Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
  }

  private func serve(
    _ world: World,
    basePath: String = "",
    _ body: (_ url: String) async throws -> Void
  ) async throws {
    try await world.fill()
    _ = try await world.output(
      "media",
      "import",
      "-",
      input: "mediaId,title\nvi1,The long walk\nvi2,Rain on a tin roof\n"
    )
    try await world.serve("--base-path", basePath) { url in
      // The line of the log has it.
      #expect(url.hasSuffix(basePath))
      try await WebPlayer(playback: "p9").send(
        WebPlayer(playback: "p9").pings(2, at: Self.now().milliseconds),
        to: url
      )
      // What was counted is in the store soon.
      while try await !HTTPAnswer.get("\(url)/health").body.contains("acceptedPings"),
        !Task.isCancelled
      {}
      try await body(url)
    }
  }

  /// One frame, without what differs between processes: the strip on top, the name of the source,
  /// and what the process itself takes.
  private func frame(
    _ world: World,
    _ view: ScreenID,
    _ source: [String] = []
  ) async throws -> [Substring] {
    let outcome = try await world.run(
      ["dash", "--once", "--view", view.rawValue, "--size", "70x60"] + source
    )
    #expect(outcome.code == 0, "\(outcome.error)")
    return outcome.output.split(separator: "\n").dropFirst()
      .filter { !$0.hasPrefix("  name ") }
      .prefix { $0 != "  This program" } + []
  }

  @Test(arguments: [
    (ScreenID.live, "play "), (.health, "pings accepted"), (.media, "The long walk"),
  ])
  func `a server shows what its store shows, also below a path`(
    view: ScreenID,
    sign: String
  ) async throws {
    try await World.with { world in
      try await serve(world, basePath: "/stats") { url in
        var (before, remote, after): ([Substring], [Substring], [Substring]) = ([], [], [])
        repeat {
          before = try await frame(world, view)
          remote = try await frame(world, view, ["--remote", url])
          after = try await frame(world, view)
        } while before != after  // A minute ended, or something was counted.

        #expect(remote == before)
        #expect(remote.contains { $0.contains(sign) }, "\(remote.joined(separator: "\n"))")
      }
    }
  }

  @Test func `titles are listed over HTTP too`() async throws {
    try await World.with { world in
      try await serve(world) { url in
        let own = try await world.output("media", "list")
        let remote = try await world.output("media", "list", "--remote", url)

        #expect(remote == own)
        #expect(remote.contains("Rain on a tin roof"))
      }
    }
  }

  @Test func `what a server does not tell is said, and asked once`() async throws {
    try await World.with { world in
      try await serve(world) { url in
        try await HostedServer.run(inFrontOf: url) { hosted, url in
          let live = try await frame(world, .live, ["--remote", url])
          #expect(live.contains { $0.contains("? not provided by this source") })
          #expect(live.contains { $0.contains("Peak viewers by minute") })
          let health = try await frame(world, .health, ["--remote", url])
          #expect(health.filter { $0.contains("? not provided by this source") }.count == 2)
          let media = try await frame(world, .media, ["--remote", url])
          #expect(media.contains { $0.contains(" vi1 ") })
          #expect(!media.contains { $0.contains("The long walk") })
          // Three processes, of which each had to find out.
          #expect(
            hosted.timesHiddenPathsWereAsked
              == ["/data/state": 3, "/media": 3, "/live": 1, "/health": 1]
          )
          let list = try await world.run("media", "list", "--remote", url)
          #expect(list.code == 1)
          #expect(list.error == "playhead: not provided by this source\n")
        }
      }
    }
  }

  @Test func `a server that is asked too often is told in one sentence`() async throws {
    try await World.with { world in
      try await HostedServer.run(inFrontOf: "http://127.0.0.1:1", refusal: "12") { _, url in
        for words in ["dash --once", "query metrics play count"] {
          let outcome = try await world.run(words.words + ["--remote", url])
          #expect(outcome.code == 1)
          #expect(outcome.error == "playhead: rate limit of the server reached; retry in 12 s\n")
        }
      }
    }
  }

  @Test func `a dashboard goes on when its server is back`() async throws {
    try await World.with { world in
      try await world.fill()
      var dashboard: RemoteDashboard?
      var port = ""
      try await world.serve { url in
        port = String(url.split(separator: ":").last ?? "")
        dashboard = try RemoteDashboard(url, now: Self.now)
        await dashboard?.run { $0.contains("Events") && $0.contains("nothing yet") }
      }

      await dashboard?.run { $0.contains("! SOURCE DOWN ") }

      try await world.serve("--listen", "127.0.0.1:\(port)") { url in
        try await WebPlayer(playback: "p9").send(
          WebPlayer(playback: "p9").pings(1, at: Self.now().milliseconds),
          to: url
        )
        await dashboard?.run { !$0.contains("SOURCE DOWN") && $0.contains("impression") }
      }
      dashboard?.stop()
    }
  }
}

/// A dashboard over a server, without a terminal.
private final class RemoteDashboard {
  private var state: DashboardState
  private let runtime: DashboardRuntime
  private let now: @Sendable () -> Timestamp
  private let start = ContinuousClock.now

  init(_ url: String, now: @escaping @Sendable () -> Timestamp) throws {
    let remote = RemoteAnswering(url: url, deadline: .seconds(300), now: now)
    self.now = now
    runtime = DashboardRuntime(
      open: { _ in DashboardSource(answering: remote, observing: remote, media: remote) },
      now: now,
      wake: {}
    )
    state = DashboardState(
      sources: [DashboardState.Source(name: "remote")],
      zone: .utc,
      now: now(),
      themes: []
    )
    runtime.start()
    handle(.command(.show(.live)))
  }

  /// Runs until a frame is as it should be.
  func run(until isDone: (String) -> Bool) async {
    while !isDone(state.frame(Size(width: 120, height: 40), .text)), !Task.isCancelled {
      handle(.ticked(now(), uptime: ContinuousClock.now - start))
      for message in runtime.takeMessages() { handle(message) }
      await Task.yield()
    }
  }

  func stop() { runtime.stop() }

  private func handle(_ message: DashboardMessage) {
    for effect in state.update(message) { runtime.perform(effect) }
  }
}
