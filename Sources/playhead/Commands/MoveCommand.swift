import AnalyticsSource
import ArgumentParser
import ClickHouseStore
import FactStore
import Foundation
import PlaybackFacts
import QueryCore
import TextAndBytes

/// `playhead move`: a store's data to a cluster.
struct MoveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "move",
    abstract: "Copy a store to a ClickHouse cluster, and compare the totals.",
    discussion: """
      Stop the server of the store first, and create the tables with 'playhead clickhouse migrate'. Facts, titles \
      and tags are copied, a UTC day at a time; a move that was interrupted goes on after the last complete day when \
      it is started again. The store stays as it is. API keys are not copied: create new ones.

      Example: playhead move --from playhead.db --to 'http://10.0.0.1:8123/playhead?cluster=main'
      """
  )

  @Option(help: "The store file.") var from: String
  @Option(
    help: ArgumentHelp(
      "The cluster, as --clickhouse takes it (default: PLAYHEAD_CLICKHOUSE, or the settings file).",
      valueName: "url"
    )
  )
  var to: String?
  @Option(help: "production or sandbox.") var environment: String?

  func run() async throws {
    let sourceSettings = try settings([.store: from])
    let targetSettings = try settings([.clickhouse: to])
    let environment = try sourceSettings.environment()
    guard let address = try targetSettings.clickHouse() else {
      throw ValidationError("name the cluster with --to, such as --to http://127.0.0.1:8123")
    }
    let source = try openStoreFile(sourceSettings, .reading)
    defer { source.closeAfterReading() }
    let target = try openClickHouse(
      address.address(of: environment),
      of: environment,
      targetSettings,
      .writing,
      cacheBytes: targetSettings.cacheBytes().sums
    )
    defer { target.closeAfterWork() }
    let path = URL(fileURLWithPath: source.path).standardizedFileURL.resolvingSymlinksInPath().path
    let move = StoreMove(source: source, target: target, now: .now, sourceName: path)
    var bar = ProgressBar("moving", unit: "facts")
    defer { bar.clear() }
    let report = try await move.run { bar.update(fraction: $0, count: $1) }
    bar.clear()
    StandardOutput.tell(report.text(of: target.place))
    if let day = report.incompleteDays.first {
      let others = report.incompleteDays.count - 1
      throw CommandError(
        "\(target.place) has less than \(path) of \(day)"
          + (others > 0 ? " and \(Numbers.counted(others, "other day"))" : "")
          + "; was something written to the store after its days were copied?"
      )
    }
  }

  private func settings(_ place: [Setting: String?]) throws -> Settings {
    let options = place.merging([.environment: environment]) { $1 }.compactMapValues(\.self)
    return try Settings(options: options, variables: ProcessInfo.processInfo.environment)
      .faultless()
  }
}

extension StoreMove.Report {
  /// What was done, a sentence a line.
  func text(of place: String) -> String {
    var lines = [
      "\(Numbers.counted(facts, "fact")) and \(Numbers.counted(mediaItems, "media item")) copied to \(place)"
    ]
    if earlierDays > 0 {
      lines.append("\(Numbers.counted(earlierDays, "day")) copied before")
    }
    for day in sharedDays { lines.append("\(day): \(place) has other facts of this day, too") }
    if incompleteDays.isEmpty, sharedDays.isEmpty { lines.append("the totals of all days agree") }
    return lines.map { $0 + "\n" }.joined()
  }
}
