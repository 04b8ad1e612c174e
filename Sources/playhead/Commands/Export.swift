import AnalyticsSource
import ArgumentParser
import FactFiles
import Foundation
import PlaybackFacts
import QueryCore
import Synchronization

/// `playhead export`: facts as a file.
struct Export: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Export facts in the formats that import reads.",
    discussion: "Example: playhead export facts --format ndjson --last 7d | gzip > week.ndjson.gz",
    subcommands: [Facts.self]
  )

  /// `playhead export facts`: all facts of a timeframe, oldest first.
  struct Facts: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Export facts, oldest first, with times in milliseconds since 1970.",
      discussion: "Example: playhead export facts --format csv --filter country=FR > facts.csv"
    )

    @OptionGroup var source: SourceOptions
    @OptionGroup var selection: SelectionOptions
    @Option(help: "csv or ndjson.", transform: Self.format) var format = FactFormat.csv
    @OptionGroup var csv: CSVOptions

    func run() async throws {
      let settings = try source.settings()
      let store = try openStore(settings, .reading)
      defer { store.closeAfterReading() }
      let retention = store.retention
      let now = Timestamp.now
      var parameters = try selection.parameters(
        now: now,
        zone: settings.zone(),
        titles: await selection.titles(in: store)
      )
      // Without a timeframe, everything; slots and clocks may reach a little beyond now.
      let given = Set(parameters.map(\.name))
      if !given.contains(ParameterName.from.rawValue) {
        parameters.append(.init(.from, retention.edge(at: now).atom))
      }
      if !given.contains(ParameterName.to.rawValue) {
        parameters.append(.init(.to, (now + Milliseconds.day).atom))
      }
      let query = try selection.parse(
        QueryRequest(.metrics(metric: "play", aggregation: "count"), parameters),
        with: QueryParser(retention: retention, referrers: settings.referrers()),
        now: now
      )
      guard let timeframe = query.timeframe else { return }

      // The store calls from its own thread, one fact after another.
      let writer = FactWriter(format, guardsFormulas: csv.guardFormulas)
      let output = Mutex(FactOutput(writer, upTo: min(timeframe.to, now)))
      try await store.forEachFact(in: timeframe, filter: query.filter) { fact in
        output.withLock { $0.write(fact) }
      }
      output.withLock { $0.finish() }
    }

    private static func format(_ text: String) throws -> FactFormat {
      guard let format = FactFormat(rawValue: text) else {
        throw ValidationError("'\(text)' is not csv or ndjson")
      }
      return format
    }
  }
}

/// Facts on their way to the standard output, with a progress bar where that is no terminal.
private struct FactOutput {
  private let writer: FactWriter
  private let end: Timestamp
  private var rows: [UInt8]
  private var count = 0
  private var start: Timestamp?
  private var bar: ProgressBar

  init(_ writer: FactWriter, upTo end: Timestamp) {
    self.writer = writer
    rows = writer.header
    self.end = end
    bar = ProgressBar(
      "exporting",
      unit: "facts",
      isShown: StandardError.isTerminal && !StandardOutput.isTerminal
    )
  }

  mutating func write(_ fact: Fact) {
    writer.append(CollectionOfOne(fact), to: &rows)
    count += 1
    let start = start ?? fact.time
    self.start = start
    guard rows.count > 1 << 18 else { return }
    StandardOutput.writeBytes(rows)
    rows.removeAll(keepingCapacity: true)
    // They come in the order of their hours, so that time tells how far it is.
    let span = max(1, end - start)
    bar.update(fraction: Double(fact.time - start) / Double(span), count: count)
  }

  mutating func finish() {
    StandardOutput.writeBytes(rows)
    bar.clear()
  }
}
