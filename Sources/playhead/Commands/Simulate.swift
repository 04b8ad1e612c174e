import AnalyticsClient
import AnalyticsSource
import ArgumentParser
import AudienceSimulator
import Foundation
import PingCollector
import PlaybackFacts
import QueryCommandLine
import QueryCore
import TextAndBytes

/// `playhead simulate`: believable traffic.
struct Simulate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Generate realistic traffic: history in a store, or live pings to a server.",
    discussion: """
      Equal seeds give equal audiences.

      Example: playhead simulate --store demo.db --days 30 --facts 1000000
      Example: playhead simulate --to http://127.0.0.1:8080 --viewers 200
      """
  )

  @OptionGroup var source: SourceOptions
  @Option(help: "Send real pings to this server until stopped.") var to: String?
  @Option(help: "The average number of concurrent viewers.") var viewers: Double?
  @Option(help: "The average number of new playbacks per hour.") var rate: Double?
  @Option(help: "Days of history.") var days: Int = 30
  @Option(help: "The number of facts in the history.") var facts: Int?
  @Option(help: "The number of videos.") var media = Audience.usualRecordings
  @Option(help: "Random seed.") var seed: UInt64 = 1
  @Option(help: "Stop sending after this time, such as 60s.") var duration: String?

  func validate() throws {
    if viewers != nil && rate != nil {
      throw ValidationError("--viewers and --rate can't be used together")
    }
    if !(1...36_500).contains(days) { throw ValidationError("--days takes 1 to 36500") }
    if !(6...1_000_000).contains(media) { throw ValidationError("--media takes 6 to 1000000") }
    if let facts, facts < 1 { throw ValidationError("--facts takes 1 or more") }
    for (name, number) in [("viewers", viewers), ("rate", rate)] {
      if let number, !(number > 0 && number <= 10_000_000) {
        throw ValidationError("--\(name) takes a number above 0")
      }
    }
    if to != nil && (facts != nil || source.store != nil) {
      throw ValidationError("--to sends pings to a server; --facts and --store are for history")
    }
    if let duration, LengthText.parse(duration) == nil {
      throw ValidationError("--duration '\(duration)' is not a time such as 60s or 5m")
    }
  }

  func run() async throws {
    if let to { try await send(to: to) } else { try await writeHistory() }
  }

  private var audience: Audience {
    if let rate { return Audience(seed: seed, playbacksPerHour: rate, recordings: media) }
    return Audience(seed: seed, viewers: viewers ?? 50, recordings: media)
  }

  private func writeHistory() async throws {
    let settings = try source.settings()
    let end = Timestamp.now.floored(to: Milliseconds.minute)
    let timeframe = Timeframe(from: end - Int64(days) * Milliseconds.day, to: end)
    let store = try openStore(settings, .writing)
    let edge = store.retention.edge(at: .now)
    guard timeframe.from >= edge else {
      throw ValidationError(
        "the store retains facts since \(edge.atom); ask for fewer --days, or a longer --retention"
      )
    }
    let count = try await History(audience, timeframe, facts: facts).write(to: store)
    store.closeAfterWork()
    StandardOutput.tell("\(Numbers.grouped(count.facts)) facts of \(days) days in \(store.place)\n")
  }

  private func send(to url: String) async throws {
    guard let parsed = URL(string: url), parsed.host() != nil,
      ["http", "https"].contains(parsed.scheme)
    else {
      throw ValidationError(
        "'\(url)' is not the address of a server, such as http://127.0.0.1:8080"
      )
    }
    let live = LiveAudience(audience, from: .now)
    // It counts from here: making a large audience takes a while.
    let end = duration.flatMap(LengthText.parse).map { .now + $0 }
    let paced = PacedPings(live, until: end)
    let report = await PingSender(url: url).send(paced)
    StandardOutput.write(
      "\(Numbers.grouped(report.accepted)) pings accepted, \(Numbers.grouped(report.sent - report.accepted)) not\n"
    )
    if let reason = report.firstReason { throw CommandError(reason) }
  }
}

/// The pings of an audience, each when it is due.
struct PacedPings: AsyncSequence, Sendable {
  private let audience: LiveAudience
  private let end: Timestamp?

  init(_ audience: LiveAudience, until end: Timestamp?) {
    self.audience = audience
    self.end = end
  }

  func makeAsyncIterator() -> Iterator { Iterator(audience: audience, end: end) }

  struct Iterator: AsyncIteratorProtocol {
    var audience: LiveAudience
    let end: Timestamp?
    var due: [RecordedPing] = []
    var next = 0

    mutating func next() async -> PingSender.Ping? {
      while next == due.count {
        let now = Timestamp.now
        if let end, now >= end { return nil }
        due = audience.pings(until: now)
        next = 0
        if due.isEmpty, (try? await Task.sleep(for: .milliseconds(50))) == nil { return nil }
      }
      defer { next += 1 }
      return PingSender.Ping(
        body: due[next].ping.json,
        userAgent: due[next].userAgent,
        headers: due[next].hints.headers
      )
    }
  }
}
