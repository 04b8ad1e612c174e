import ArgumentParser
import FactFiles
import FactStore
import Foundation
import PlaybackFacts
import QueryCore
import Synchronization

/// `playhead export`: facts as a file.
struct Export: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes what a store holds in the formats that import reads.",
    discussion: "Example: playhead export facts --format ndjson --last 7d | gzip > week.ndjson.gz",
    subcommands: [Facts.self]
  )

  /// `playhead export facts`: all facts of a timeframe, oldest first.
  struct Facts: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Facts, oldest first, times in milliseconds since 1970.",
      discussion: "Example: playhead export facts --format csv --filter country=FR > facts.csv"
    )

    @OptionGroup var source: SourceOptions
    @OptionGroup var selection: SelectionOptions
    @Option(help: "csv or ndjson.", transform: Self.format) var format = FactFormat.csv

    func run() async throws {
      let settings = try source.settings()
      let retention = try settings.retention(of: settings.environment())
      let now = Timestamp.now
      var parameters = try selection.parameters(now: now)
      // Without a timeframe, everything; slots and clocks may reach a little beyond now.
      if !parameters.contains(where: { $0.name == ParameterName.from.rawValue }) {
        parameters.append(.init(.from, retention.edge(at: now).atom))
      }
      if selection.to == nil {
        parameters.append(.init(.to, (now + Milliseconds.day).atom))
      }
      let query = try selection.parse(
        QueryRequest(.metrics(metric: "play", aggregation: "count"), parameters),
        with: QueryParser(retention: retention),
        now: now
      )
      guard let timeframe = query.timeframe else { return }

      let store = try openStore(settings, .reading)
      defer { try? store.close() }
      let writer = FactWriter(format)
      // The store calls from its own thread, one fact after another.
      let rows = Mutex(writer.header)
      try await store.forEachFact(in: timeframe, filter: query.filter) { fact in
        rows.withLock { rows in
          writer.append(CollectionOfOne(fact), to: &rows)
          if rows.count > 1 << 18 {
            StandardOutput.writeBytes(rows)
            rows.removeAll(keepingCapacity: true)
          }
        }
      }
      StandardOutput.writeBytes(rows.withLock { $0 })
    }

    private static func format(_ text: String) throws -> FactFormat {
      guard let format = FactFormat(rawValue: text) else {
        throw ValidationError("'\(text)' is not csv or ndjson")
      }
      return format
    }
  }
}
