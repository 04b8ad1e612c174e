import ArgumentParser
import FactStore
import Foundation
import PlaybackFacts
import QueryCore

/// `playhead store`: what is in the file, and whether it is sound.
struct StoreCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "store",
    abstract: "Tells about a store, checks it, and keeps it in shape.",
    discussion: "Example: playhead store check --store playhead.db",
    subcommands: [Info.self, Check.self, Compact.self, Backup.self]
  )

  /// `playhead store info`: size, rows, span, growth.
  struct Info: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Size, rows, span, bytes per fact and forecast.",
      discussion: "Example: playhead store info"
    )

    @OptionGroup var source: SourceOptions

    func run() async throws {
      let settings = try source.settings()
      let retention = try settings.retention(of: settings.environment())
      let store = try openStore(settings, .reading)
      defer { try? store.close() }
      let summary = try await store.summary(now: .now)
      var table = TextTable([("STORE", .left), (store.path, .left)])
      func add(_ name: String, _ value: String) { table.add([name, value]) }
      add("size", byteText(summary.fileBytes) + freeText(summary))
      add("log", byteText(summary.logBytes))
      add(
        "facts",
        "\(grouped(summary.facts)), \(grouped(summary.journalFacts)) of them in the journal"
      )
      add("segments", "\(grouped(summary.segments)) with \(grouped(summary.groups)) playback-hours")
      add("bytes per fact", summary.sealedFacts == 0 ? "-" : decimalText(summary.bytesPerFact))
      add("span", summary.span.map { "\($0.from.atom) – \($0.to.atom)" } ?? "-")
      add("newest ping", summary.newestReceipt?.atom ?? "-")
      add("playback states", grouped(summary.states))
      for dimension in Dimension.allCases {
        if let count = summary.valueCounts[dimension] {
          add(dimension.title, "\(grouped(count)) value\(count == 1 ? "" : "s")")
        }
      }
      let days = retention.milliseconds / Milliseconds.day
      let forecast = byteText(summary.forecastBytes(retention: retention))
      add(
        "growth",
        summary.dailyFacts == 0
          ? "-"
          : "\(grouped(summary.dailyFacts)) facts and \(byteText(summary.dailyBytes)) a day over the last 30 days"
      )
      add(
        "forecast",
        summary.dailyBytes == 0
          ? "-" : "\(forecast) when \(days == 1 ? "a day is" : "\(days) days are") full"
      )
      StandardOutput.write(table.text)
    }

    private func freeText(_ summary: StoreSummary) -> String {
      summary.freeBytes > 0 ? ", \(byteText(summary.freeBytes)) of it free" : ""
    }
  }

  /// `playhead store check`: whether every byte makes sense.
  struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Reads all of it and says what contradicts itself; exits 1 if anything does.",
      discussion: "Example: playhead store check"
    )

    @OptionGroup var source: SourceOptions

    func run() async throws {
      let store = try openStore(try source.settings(), .reading)
      defer { try? store.close() }
      let findings = try await store.check()
      for finding in findings { StandardOutput.write(finding + "\n") }
      guard findings.isEmpty else { throw CommandError("\(store.path) is damaged") }
      StandardOutput.write("\(store.path) is sound\n")
    }
  }

  /// `playhead store compact`: fewer, larger segments.
  struct Compact: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract:
        "Merges small segments, drops what is too old and gives space back; works beside a server.",
      discussion: "Example: playhead store compact"
    )

    @OptionGroup var source: SourceOptions

    func run() async throws {
      let store = try openStore(try source.settings(), .writing)
      let before = try await store.summary(now: .now)
      try await store.compact(now: .now)
      let after = try await store.summary(now: .now)
      store.closeAfterWork()
      StandardOutput.tell(
        "\(grouped(before.segments)) segments became \(grouped(after.segments)), \(byteText(before.fileBytes)) became \(byteText(after.fileBytes))\n"
      )
    }
  }

  /// `playhead store backup FILE`: a copy of a store in use.
  struct Backup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Writes a sound copy to a new file, while the store is in use.",
      discussion: "Example: playhead store backup /backups/playhead-monday.db"
    )

    @Argument(help: "The new file.") var file: String
    @OptionGroup var source: SourceOptions

    func run() async throws {
      let store = try openStore(try source.settings(), .reading)
      defer { try? store.close() }
      try await store.backup(to: file)
      StandardOutput.write("\(file) is a copy of \(store.path)\n")
    }
  }
}

/// A number of bytes for people: `1.4 MB`.
func byteText(_ bytes: Int) -> String {
  var number = Double(bytes)
  for unit in ["B", "KB", "MB", "GB"] {
    if number < 1000 { return unit == "B" ? "\(bytes) B" : "\(decimalText(number)) \(unit)" }
    number /= 1000
  }
  return "\(decimalText(number)) TB"
}

/// A number with one decimal.
func decimalText(_ number: Double) -> String {
  let tenths = Int((number * 10).rounded())
  return "\(grouped(tenths / 10)).\(tenths % 10)"
}
