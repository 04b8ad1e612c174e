import AnalyticsSource
import ArgumentParser
import FactFiles
import Foundation
import PingCollector
import PlaybackFacts
import QueryCore
import TextAndBytes

/// `playhead import`: facts and recorded pings from files.
struct Import: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Import facts (CSV, NDJSON) or recorded pings (NDJSON), also gzip; all or nothing per file.",
    discussion: """
      Columns: time,fact,value,mediaId,country,deviceType,operatingSystem,browser,referrer,viewer,playback,bot; \
      separated by commas, semicolons or tabs. \
      Times are ATOM date-times or ms since 1970, from 2000 to a day from now. \
      Values: \(Self.valueRules). An impression time or error code out of range counts as unknown. \
      Rows older than the retention are skipped and counted; any other row that can't be read refuses \
      the whole file, unless --skip-bad-rows is given. Each is listed with its line and reason. \
      The limits of new values apply to recorded pings, by the day of receipt; facts are imported as they are.

      Example: playhead import facts-2024.csv.gz --once
      """
  )

  /// What values the facts of each kind have.
  private static var valueRules: String {
    FactKind.allCases.filter { $0.valueRule != FactKind.play.valueRule }
      .map { "\($0.name) \($0.valueRule)" }.joined(separator: "; ")
  }

  @Argument(help: ArgumentHelp("The files; - is standard input.", valueName: "file")) var files:
    [String]
  @OptionGroup var source: SourceOptions
  @OptionGroup var values: ValueOptions
  @Flag(
    help: "Import a file only if no file with the same contents was imported with --once before."
  )
  var once = false
  @Flag(help: "Skip rows that can't be read and import the rest.") var skipBadRows = false
  @OptionGroup var audience: AudienceOptions

  func validate() throws {
    if once && files.contains("-") {
      throw ValidationError("--once needs a file; standard input can't be read twice")
    }
  }

  func run() async throws {
    let settings = try source.settings(
      audience.settings.merging(values.settings) { $1 }
    )
    _ = try settings.referrers()
    let now = Timestamp.now
    let store = try openStore(settings, .writing)
    let edge = store.retention.edge(at: now)
    var hasFailed = false
    for file in files {
      do {
        try await add(file, to: store, since: edge, now: now, settings)
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

  private func add(
    _ name: String,
    to store: any ManagedStore,
    since edge: Timestamp,
    now: Timestamp,
    _ settings: Settings
  ) async throws {
    let digest = once ? try sha256(ofFile: name) : nil
    if let digest, try await store.hasImported(sha256: digest) {
      StandardOutput.tell("\(name): imported before, skipped\n")
      return
    }
    var file =
      try name == "-"
      ? FactFile(standardInputSince: edge, now: now) : FactFile(path: name, since: edge, now: now)
    let target = try await store.beginImport()
    // The lookup is loaded only if there are pings.
    var collector: Collector?
    var account = ImportAccount(name)
    do {
      var bar = ProgressBar(name, unit: "rows")
      defer { bar.clear() }
      while let rows = try file.next() {
        account.add(rows)
        try await target.append(rows.facts)
        if !rows.pings.isEmpty {
          let collecting =
            try collector
            ?? Collector(
              sink: target,
              audience: AudienceLookup(
                settings.countryFiles.read().lookup,
                referrers: settings.referrers()
              ),
              limits: settings.collectorLimits(),
              importedAt: now
            )
          collector = collecting
          try await collecting.collect(rows.pings)
        }
        let fraction = file.size.map { Double(file.bytesRead) / Double(max(1, $0)) }
        bar.update(fraction: fraction, count: account.rows)
      }
      await collector?.drain()
      if account.badRows > 0 && !skipBadRows {
        throw CommandError(account.refusal)
      }
      try await target.finish(sha256: digest)
    } catch {
      account.report()
      try await target.cancel()
      throw error
    }
    account.report()
    StandardOutput.tell(account.summary)
  }

  private func sha256(ofFile path: String) throws -> [UInt8] {
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw CommandError("can't be opened")
    }
    defer { try? handle.close() }
    var hasher = SHA256Hasher()
    while let part = try handle.read(upToCount: 1 << 20), !part.isEmpty {
      part.withUnsafeBytes { hasher.update($0) }
    }
    return hasher.digest().bytes
  }
}

/// How many rows of a file were read, and which were not.
struct ImportAccount {
  private let name: String
  private(set) var rows = 0
  private var facts = 0
  private var pings = 0
  private var outside = 0
  private var bad: [RefusedRow] = []
  private(set) var badRows = 0

  /// How many bad rows are reported one by one.
  private static let listedRows = 20

  init(_ name: String) {
    self.name = name
  }

  mutating func add(_ rows: FactFileRows) {
    self.rows += rows.facts.count + rows.pings.count + rows.refused.count
    facts += rows.facts.count
    pings += rows.pings.count
    add(refused: rows.refused)
  }

  /// Counts rows that are skipped.
  ///
  /// - Parameters:
  ///   - rows: those that are known one by one.
  ///   - more: how many bad rows there are beyond them.
  mutating func add(refused rows: [RefusedRow], andMore more: Int = 0) {
    badRows += more
    for row in rows {
      switch row.fault {
      case .olderThan: outside += 1
      default:
        badRows += 1
        if bad.count < Self.listedRows { bad.append(row) }
      }
    }
  }

  /// Reports bad rows with line and reason.
  func report() {
    for row in bad { StandardError.write("\(name):\(row.line): \(row.fault)\n") }
    if badRows > bad.count {
      StandardError.write("\(name): and \(Numbers.counted(badRows - bad.count, "row")) more\n")
    }
  }

  /// Why a file with bad rows is not imported.
  var refusal: String {
    let rows = badRows == 1 ? "a row" : Numbers.counted(badRows, "row")
    return
      "nothing was imported, because \(rows) can't be read; fix the file or pass --skip-bad-rows"
  }

  /// What was imported, as one line.
  var summary: String {
    var parts: [String] = []
    if facts > 0 || pings == 0 { parts.append(Numbers.counted(facts, "fact")) }
    if pings > 0 { parts.append(Numbers.counted(pings, "ping")) }
    if outside > 0 {
      parts.append("\(Numbers.counted(outside, "row")) skipped: older than the retention")
    }
    if badRows > 0 {
      parts.append("\(Numbers.counted(badRows, "row")) skipped: unreadable")
    }
    return "\(name): " + parts.joined(separator: ", ") + "\n"
  }
}
