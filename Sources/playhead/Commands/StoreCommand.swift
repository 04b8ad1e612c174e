import AnalyticsSource
import TextAndBytes
import ArgumentParser
import FactStore
import Foundation
import PlaybackFacts
import QueryCommandLine
import QueryCore

/// `playhead store`: what is in the file, and whether it is sound.
struct StoreCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "store",
    abstract: "Inspect, check and maintain a store.",
    discussion: "Example: playhead store check --store playhead.db",
    subcommands: [
      Info.self, Check.self, Compact.self, Backup.self, Restore.self, SetRetention.self,
    ]
  )

  /// `playhead store info`: size, rows, span, growth.
  struct Info: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show size, rows, span, bytes per fact and forecast.",
      discussion: "Example: playhead store info"
    )

    @OptionGroup var source: SourceOptions

    func run() async throws {
      let settings = try source.settings()
      let store = try openStoreFile(settings, .reading)
      defer { store.closeAfterReading() }
      let summary = try await store.summary(now: .now)
      var table = TextTable([("STORE", .left), (store.path, .left)])
      func add(_ name: String, _ value: String) { table.add([name, value]) }
      add("size", Numbers.bytes(summary.fileBytes) + freeText(summary))
      add("log", Numbers.bytes(summary.logBytes))
      add(
        "checksums",
        summary.hasChecksums
          ? "of every page" : "none; added by the next writer that is alone with the file"
      )
      add(
        "facts",
        "\(Numbers.grouped(summary.facts)), \(Numbers.grouped(summary.journalFacts)) of them in the journal"
      )
      add(
        "segments",
        "\(Numbers.grouped(summary.segments)) with \(Numbers.grouped(summary.groups)) playback-hours"
      )
      add("bytes per fact", summary.sealedFacts == 0 ? "-" : Numbers.fixed(summary.bytesPerFact, 1))
      add("span", summary.span.map { "\($0.from.atom) – \($0.to.atom)" } ?? "-")
      add("newest ping", summary.newestReceipt?.atom ?? "-")
      add("playback states", Numbers.grouped(summary.states))
      add(
        "ping history",
        summary.pingHistorySince.map {
          "\(Numbers.bytes(summary.pingHistoryBytes)) since \($0.atom)"
        } ?? "-"
      )
      for dimension in Dimension.allCases {
        if let count = summary.valueCounts[dimension] {
          add(dimension.title, "\(Numbers.grouped(count)) value\(count == 1 ? "" : "s")")
        }
      }
      let days = summary.retention.milliseconds / Milliseconds.day
      let forecast = Numbers.bytes(summary.forecastBytes(retention: summary.retention))
      add("retention", retentionText(summary, now: .now))
      for receipts in summary.doubtfulReceipts {
        let (from, to) = (receipts.timeframe.from.atom, receipts.timeframe.to.atom)
        add(
          "doubtful receipts",
          "\(Numbers.grouped(receipts.facts)) facts, \(from) – \(to) by a doubtful clock"
        )
      }
      for other in try await store.health().ledger?.otherPlaybacks ?? [] {
        add("(other) \(other.name)", "\(Numbers.counted(other.count, "playback")) in 30 days")
      }
      if let doubt = summary.clockDoubt { add("clock", "\(doubt)") }
      add(
        "growth",
        summary.dailyFacts == 0
          ? "-"
          : "\(Numbers.grouped(summary.dailyFacts)) facts and \(Numbers.bytes(summary.dailyBytes)) a day over the last 30 days"
      )
      add(
        "forecast",
        summary.dailyBytes == 0
          ? "-" : "\(forecast) at \(Numbers.counted(Int(days), "day"))"
      )
      StandardOutput.write(table.text)
    }

    private func retentionText(_ summary: StoreSummary, now: Timestamp) -> String {
      let edge = summary.retention.edge(at: now)
      let expired =
        summary.expiredFacts == 0
        ? "" : "; \(Numbers.grouped(summary.expiredFacts)) expired facts not removed yet"
      return "\(dayText(summary.retention)), since \(edge.atom)\(expired)"
    }

    private func freeText(_ summary: StoreSummary) -> String {
      summary.freeBytes > 0 ? ", \(Numbers.bytes(summary.freeBytes)) of it free" : ""
    }
  }

  /// `playhead store check`: whether every byte makes sense.
  struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Read the whole store and list contradictions; exits 1 if there are any.",
      discussion: "Example: playhead store check"
    )

    @OptionGroup var source: SourceOptions

    func run() async throws {
      let store = try openStoreFile(try source.settings(), .reading)
      defer { store.closeAfterReading() }
      if let warning = StoreChecks.accessWarning(ofStoreAt: store.path) {
        StandardError.write("playhead: warning: \(warning.text); \(warning.advice)\n")
      }
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
        "Merge small segments, remove what has expired and give space back; works beside a server.",
      discussion: "Example: playhead store compact"
    )

    @OptionGroup var source: SourceOptions

    func run() async throws {
      let store = try openStoreFile(try source.settings(), .writing)
      let before = try await store.summary(now: .now)
      let skippedDays = try await store.compact(now: .now)
      let after = try await store.summary(now: .now)
      let doubt = store.clockDoubt
      store.closeAfterWork()
      StandardOutput.tell(
        "\(Numbers.grouped(before.segments)) segments became \(Numbers.grouped(after.segments)), \(Numbers.bytes(before.pageBytes)) became \(Numbers.bytes(after.pageBytes))\n"
      )
      if after.expiredFacts > 0 {
        StandardOutput.tell(
          "\(Numbers.counted(after.expiredFacts, "expired fact")) can be brought back by a longer retention; removed after a day or two of uptime\n"
        )
      }
      if let doubt { StandardError.write("playhead: \(doubt)\n") }
      guard skippedDays > 0 else { return }
      throw CommandError(
        "\(Numbers.counted(skippedDays, "day")) were left as they are, because another process maintains the store now; try again in a minute"
      )
    }
  }

  /// `playhead store retention DURATION`: how long facts are retained.
  struct SetRetention: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "retention",
      abstract: "Show or change how long facts are retained.",
      discussion: """
        A shorter retention hides older facts at once and removes them after a day or two of uptime; \
        until then a longer one brings them back.

        Example: playhead store retention 90d
        """
    )

    @Argument(help: "The new retention, such as 90d; without it, the present one is shown.")
    var duration: String?
    @Flag(help: "Shorten without asking.") var yes = false
    @OptionGroup var source: SourceOptions

    func run() async throws {
      let settings = try source.settings()
      guard let duration else {
        let store = try openStoreFile(settings, .reading)
        defer { store.closeAfterReading() }
        let retention = store.retention
        StandardOutput.write("\(dayText(retention)), since \(retention.edge(at: .now).atom)\n")
        return
      }
      guard let milliseconds = LengthText.parse(duration), milliseconds >= Milliseconds.day else {
        throw ValidationError(
          "'\(duration)' is not a time of a day or more, such as 30d, 52w or 1y"
        )
      }
      guard try settings.environment() == .production else {
        throw ValidationError("the sandbox retains 24 h; its retention can't be changed")
      }
      // Only a store that is there has something to retain.
      try openStoreFile(settings, .reading).close()
      let store = try openStoreFile(settings, .writing)
      defer { store.closeAfterWork() }
      let planned = try await store.retentionChange(to: milliseconds, now: .now)
      guard try yes || planned.expiring == 0 || confirms(planned) else {
        throw CommandError("nothing was changed")
      }
      let change = try await store.setRetention(milliseconds, now: .now)
      StandardOutput.write(text(change) + "\n")
    }

    private func confirms(_ change: RetentionChange) throws -> Bool {
      let sentence =
        "\(Numbers.counted(change.expiring, "fact")) from before \(change.after.edge(at: .now).atom) would expire"
      guard isatty(STDIN_FILENO) == 1 else {
        throw CommandError("\(sentence); pass --yes if that is meant")
      }
      StandardError.write("\(sentence). Shorten the retention? [y/N] ")
      return ["y", "yes"].contains(readLine()?.lowercased() ?? "")
    }

    private func text(_ change: RetentionChange) -> String {
      let kept = "retention \(dayText(change.after)), was \(dayText(change.before))"
      if change.expiring > 0 {
        return kept
          + "; \(Numbers.counted(change.expiring, "fact")) expired; for a day of uptime a longer retention brings them back"
      }
      return change.returning > 0
        ? kept + "; \(Numbers.counted(change.returning, "fact")) brought back" : kept
    }
  }

  /// `playhead store backup FILE`: a copy of a store in use.
  struct Backup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Copy a store to a new file while it is in use.",
      discussion: """
        Only you may open the copy. It has neither the keys by which viewers are counted nor API keys, so that \
        whoever finds it can do nothing with them. In a store restored from it, viewers of the day of the restore \
        who watched before and after it count twice for that day, and API keys have to be created again. \
        --with-keys includes both; store that copy as safely as the store itself.

        'playhead store restore FILE' puts it in the place of a store.

        Example: playhead store backup /backups/playhead-monday.db
        """
    )

    @Argument(help: "The new file.") var file: String
    @Flag(help: "Include the keys by which viewers are counted, and API keys.") var withKeys = false
    @OptionGroup var source: SourceOptions

    func run() async throws {
      let store = try openStoreFile(try source.settings(), .reading)
      defer { store.closeAfterReading() }
      try await store.backup(to: file, keepsKeys: withKeys, now: .now)
      StandardOutput.write("\(file) is a copy of \(store.path)\n")
    }
  }

  /// `playhead store restore FILE`: a backup in the place of the store.
  struct Restore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Replace a store by a copy of a backup, once nobody has the store open.",
      discussion: """
        Stop the server first. The backup is checked and stays as it is; the former store stays beside the new \
        one, as '….replaced-' and the time, with its log. Never copy a file over a store yourself: its log would \
        be mixed with the copy.

        Example: playhead store restore /backups/playhead-monday.db
        """
    )

    @Argument(help: "The backup.") var file: String
    @Flag(help: "Do not check the backup first.") var skipCheck = false
    @OptionGroup var source: SourceOptions

    func run() async throws {
      let settings = try source.settings()
      let environment = try settings.environment()
      let path = try settings.storeFile(of: environment)
      try makeFolder(ofStoreAt: path)
      let backup = try FactStore.open(
        at: file,
        options: StoreOptions(
          retention: try settings.retention(of: environment),
          isReadOnly: true,
          now: { .now }
        )
      )
      defer { backup.closeAfterReading() }
      if !skipCheck, let finding = try await backup.check().first {
        throw StoreError.backupDamaged(path: file, finding: finding)
      }
      let keys = try await backup.apiKeys()
      let former = try await backup.replace(path, now: .now)
      StandardOutput.tell("\(path) is a copy of \(file)\n")
      if let former { StandardOutput.tell("the former store is \(former)\n") }
      if !keys.isEmpty, !keys.contains(where: { $0.state(at: .now) == .active }) {
        StandardOutput.tell(
          "its API keys are revoked; 'playhead keys create NAME' creates one\n"
        )
      }
    }
  }
}

/// A retention for people: `365 d`.
func dayText(_ retention: Retention) -> String {
  let (days, rest) = retention.milliseconds.quotientAndRemainder(dividingBy: Milliseconds.day)
  return rest == 0 ? "\(days) d" : "\(retention.milliseconds / Milliseconds.hour) h"
}
