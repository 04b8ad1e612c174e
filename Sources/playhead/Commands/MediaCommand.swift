import AnalyticsSource
import TextAndBytes
import ArgumentParser
import CellCanvas
import FactFiles
import Foundation
import PlaybackFacts
import QueryCore

/// `playhead media`: titles, tags and durations by media id.
struct MediaCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "media",
    abstract: "Import and list media titles and tags.",
    discussion: "Example: playhead media import titles.csv",
    subcommands: [ImportMedia.self, ListMedia.self]
  )

  /// `playhead media import FILE…`.
  struct ImportMedia: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "import",
      abstract:
        "Import titles, tags and durations (CSV, NDJSON), also gzip; all or nothing per file.",
      discussion: """
        Columns: mediaId,title,tags,duration; separated by commas, semicolons or tabs. Tags are \
        separated by semicolons (an array in NDJSON), the duration is in seconds, or in CSV also \
        3:12. The hosted API's answer to GET /videos is read as it is. A row replaces what is \
        stored about its media item.

        Example: playhead media import titles.csv
        """
    )

    @Argument(help: ArgumentHelp("The files; - is standard input.", valueName: "file")) var files:
      [String]
    @OptionGroup var source: SourceOptions
    @Flag(help: "Skip rows that can't be read and import the rest.") var skipBadRows = false

    func run() async throws {
      let store = try openStore(try source.settings(), .writing)
      var hasFailed = false
      for file in files {
        do {
          try await add(file, to: store)
        } catch {
          StandardError.write("playhead: \(file): \(error)\n")
          hasFailed = true
        }
      }
      if hasFailed {
        // The error is already reported; if closing fails too, it is for the same reason.
        try? store.close()
        throw ExitCode(1)
      }
      store.closeAfterWork()
    }

    private func add(_ name: String, to store: any ManagedStore) async throws {
      let file = try MediaFile(read(name))
      var account = ImportAccount(name)
      account.add(refused: file.refused, andMore: file.refusedCount - file.refused.count)
      account.report()
      if account.badRows > 0 && !skipBadRows {
        throw CommandError(account.refusal)
      }
      try await store.describe(file.items)
      if let pages = file.missingPages {
        StandardError.write(
          "playhead: \(name): \(pages.found) of \(pages.of) pages of the list; import the others too\n"
        )
      }
      let left =
        account.badRows > 0
        ? ", \(Numbers.counted(account.badRows, "row")) skipped: unreadable" : ""
      StandardOutput.tell("\(name): \(Numbers.counted(file.items.count, "media item"))\(left)\n")
    }

    private func read(_ name: String) throws -> [UInt8] {
      if name == "-" { return Array(FileHandle.standardInput.readDataToEndOfFile()) }
      guard let data = FileManager.default.contents(atPath: name) else {
        throw CommandError("can't be opened")
      }
      return Array(data)
    }
  }

  /// `playhead media list`.
  struct ListMedia: AsyncParsableCommand {
    /// How the items are printed.
    enum Format: String, CaseIterable, ExpressibleByArgument {
      case table, csv, ndjson
    }

    static let configuration = CommandConfiguration(
      commandName: "list",
      abstract: "List media items with their titles, tags and durations.",
      discussion: "Example: playhead media list --tag news --format csv"
    )

    @OptionGroup var source: SourceOptions
    @Option(help: "Only items with this tag.") var tag: String?
    @Option(help: "table, or csv or ndjson as 'media import' reads them.") var format = Format.table
    @OptionGroup var csv: CSVOptions

    func run() async throws {
      let open = try OpenSource(try source.settings())
      defer { open.close() }
      guard let list = try await open.media.media(unless: nil) else { return }
      let items = list.items.filter { item in tag.map(item.tags.contains) ?? true }
      switch format {
      case .csv:
        let text = MediaFormat.csv.text(of: items, guardsFormulas: csv.guardFormulas)
        StandardOutput.write(text)
      case .ndjson: StandardOutput.write(MediaFormat.ndjson.text(of: items))
      case .table: StandardOutput.write(table(items))
      }
    }

    private func table(_ items: [MediaItem]) -> String {
      var table = TextTable([
        ("MEDIA", .left), ("TITLE", .left), ("TAGS", .left), ("DURATION", .right),
      ])
      for item in items {
        table.add([
          item.id.scrubbed, (item.title ?? "-").scrubbed,
          item.tags.isEmpty ? "-" : item.tags.joined(separator: ", ").scrubbed,
          item.duration.map(clock) ?? "-",
        ])
      }
      return table.text
    }

    /// `1:02:05`, or `3:12` below an hour.
    private func clock(_ milliseconds: Int64) -> String {
      let seconds = milliseconds / 1000
      func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
      let rest = "\(two(seconds % 60))"
      return seconds < 3600
        ? "\(seconds / 60):\(rest)" : "\(seconds / 3600):\(two(seconds / 60 % 60)):\(rest)"
    }
  }
}
