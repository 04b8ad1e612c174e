import Foundation
import PingCollector
import PlaybackFacts
import Testing

@testable import AudienceSimulator

/// What is counted of simulated playbacks, beside what happened in them.
@Suite("Accuracy of what is counted") struct AccuracyTests {
  /// The rows of the article's table, in its order.
  private static let rows = [
    "web, video", "web, live stream", "web, tab in the background", "Android, video",
    "Android, live stream", "Android, next item of a playlist", "iOS, video", "iOS, live stream",
    "all, device that slept",
  ]
  private static let playbacksPerRow = 40

  private static func row(of playback: SimulatedPlayback) -> String {
    if playback.sleeps { return "all, device that slept" }
    let sender =
      switch playback.sender {
      case .web: "web"
      case .android: "Android"
      case .ios: "iOS"
      }
    if playback.isInBackground { return "\(sender), tab in the background" }
    if playback.isLive { return "\(sender), live stream" }
    let isNext = playback.steps.first == .setNextSource
    return isNext ? "\(sender), next item of a playlist" : "\(sender), video"
  }

  /// The first playbacks of each row that play at all, of an audience on an evening.
  static func sample() -> [String: [SimulatedPlayback]] {
    let audience = Audience(seed: 1, playbacksPerHour: 6000)
    var sample: [String: [SimulatedPlayback]] = [:]
    var minute = Audience.evening
    while sample.count < rows.count || sample.values.contains(where: { $0.count < playbacksPerRow })
    {
      for playback in audience.arrivals(inMinuteAt: minute, of: audience.scene(at: minute))
      where playback.watchedTime > 0 {
        let row = row(of: playback)
        if sample[row, default: []].count < playbacksPerRow {
          sample[row, default: []].append(playback)
        }
      }
      minute = minute + Milliseconds.minute
    }
    return sample
  }

  /// The table of the article, without what former rules counted.
  private static func table() -> [[String]] {
    let audience = Audience(seed: 1, playbacksPerHour: 6000)
    let sample = sample()
    return rows.map { row in
      let playbacks = sample[row] ?? []
      let facts = collected(playbacks.flatMap { $0.pings() }, by: audience)
      func total(_ kind: FactKind) -> Int64 {
        facts.reduce(0) { $0 + ($1.kind == kind ? $1.value ?? 0 : 0) }
      }
      return [
        row, minutes(playbacks.reduce(0) { $0 + $1.watchedTime }), minutes(total(.watch)),
        minutes(playbacks.reduce(0) { $0 + $1.stalledTime }), minutes(total(.stall)),
      ]
    }
  }

  private static func minutes(_ milliseconds: Int64) -> String {
    String(format: "%.1f", Double(milliseconds) / 60_000)
  }

  @Test func `the article's table is what the rules count`() throws {
    let article = URL(filePath: #filePath)
      .appending(path: "../../../Sources/PingCollector/PingCollector.docc/Collecting.md")
    let lines = try String(contentsOf: article.standardized, encoding: .utf8)
      .components(separatedBy: "\n")
    let written = lines.drop { !$0.hasPrefix("| sender | watched |") }.dropFirst(2)
      .prefix { $0.hasPrefix("|") }
      .map { line in
        line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      }

    let table = Self.table()

    // Columns 2 and 5 are what the rules before these counted.
    #expect(written.map { [$0[0], $0[1], $0[3], $0[4], $0[6]] } == table)
  }

  @Test func `what was watched is counted to a few percent on every sender`() {
    for row in Self.table() {
      let (truth, counted) = (Double(row[1]) ?? 0, Double(row[2]) ?? 0)
      #expect(abs(counted - truth) <= 0.05 * truth, "\(row)")
    }
  }
}
