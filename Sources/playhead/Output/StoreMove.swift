import AnalyticsSource
import PlaybackFacts
import QueryCore
import Synchronization
import TextAndBytes

/// Copies facts, titles and tags of a store into another, of whichever kinds they are.
///
/// Each UTC day is an import of its own, which the target remembers: a move that was interrupted goes on after
/// the last day that was complete. At the end the sums of each day are compared.
struct StoreMove {
  /// What a move did.
  struct Report: Equatable {
    /// The facts that were copied now.
    var facts = 0
    /// The days that an earlier move had copied.
    var earlierDays = 0
    /// The media items that the target did not know.
    var mediaItems = 0
    /// The days of which the target has facts of its own, too.
    var sharedDays: [CivilDate] = []
    /// The days of which the target has less than the source.
    var incompleteDays: [CivilDate] = []
  }

  let source: any ManagedStore
  let target: any ManagedStore
  let now: Timestamp
  /// Tells this source from others that were moved into the same target.
  let sourceName: String

  /// Copies what the target does not have yet, and compares.
  ///
  /// - Parameter progress: is called with the share that is done, 0…1, and how many facts were copied.
  /// - Returns: what it did.
  /// - Throws: what a store throws; whatever was complete stays, and the next move goes on after it.
  func run(progress: (_ fraction: Double, _ facts: Int) -> Void) async throws -> Report {
    var report = Report()
    report.mediaItems = try await copyMedia()
    let days = try await totals(of: source, in: timeframe)
    for (number, day) in days.keys.sorted().enumerated() {
      try Task.checkCancellation()
      let digest = digest(of: day)
      if try await target.hasImported(sha256: digest) {
        report.earlierDays += 1
      } else {
        report.facts += try await copy(day, digest)
      }
      progress(Double(number + 1) / Double(days.count), report.facts)
    }
    try await compare(days, &report)
    return report
  }

  /// The time whose facts neither store lets expire, from the start of a UTC day to the end of another; slots and
  /// clocks may reach a little beyond now.
  private var timeframe: Timeframe {
    let edge = max(source.retention.edge(at: now), target.retention.edge(at: now))
    let from = edge.floored(to: Milliseconds.day)
    return Timeframe(from: from, to: now.floored(to: Milliseconds.day) + 2 * Milliseconds.day)
  }

  private func digest(of day: CivilDate) -> [UInt8] {
    SHA256Digest(of: "playhead move \(sourceName) \(day.daysSince1970)").bytes
  }

  private func copyMedia() async throws -> Int {
    let known = Set(try await target.media(unless: nil)?.items.map(\.id) ?? [])
    let items = try await source.media(unless: nil)?.items.filter { !known.contains($0.id) } ?? []
    if !items.isEmpty { try await target.describe(items) }
    return items.count
  }

  /// Copies the facts of a day, all or nothing; an hour of them is in memory.
  private func copy(_ day: CivilDate, _ digest: [UInt8]) async throws -> Int {
    let importing = try await target.beginImport()
    do {
      var count = 0
      let start = Timestamp(milliseconds: Int64(day.daysSince1970) * Milliseconds.day)
      for hour: Int64 in 0..<24 {
        let from = start + hour * Milliseconds.hour
        let facts = CollectedFacts()
        try await source.forEachFact(
          in: Timeframe(from: from, to: from + Milliseconds.hour),
          filter: Filter()
        ) { facts.add($0) }
        let found = facts.all
        if found.isEmpty { continue }
        try await importing.append(found)
        count += found.count
      }
      try await importing.finish(sha256: digest)
      return count
    } catch {
      try await importing.cancel()
      throw error
    }
  }

  private func compare(_ days: [CivilDate: Sums], _ report: inout Report) async throws {
    let moved = try await totals(of: target, in: timeframe)
    for (day, sums) in days.sorted(by: { $0.key < $1.key }) {
      let others = moved[day] ?? Sums()
      if others == sums { continue }
      let isLess = Sum.allCases.contains { others[$0] < sums[$0] }
      if isLess { report.incompleteDays.append(day) } else { report.sharedDays.append(day) }
    }
  }

  /// The sums of each day with facts.
  private func totals(
    of store: any ManagedStore,
    in timeframe: Timeframe
  ) async throws -> [CivilDate: Sums] {
    let count = (timeframe.to - timeframe.from) / Milliseconds.day
    let edges = (0...count).map { timeframe.from + $0 * Milliseconds.day }
    let query = SumQuery(
      span: .timeframe(timeframe),
      grouping: .intervals(edges),
      sums: Set(Sum.allCases)
    )
    let answer = try await store.sums(for: [query])
    guard case .sums(.byInterval(let sums))? = answer.rows.first else { return [:] }
    return sums.reduce(into: [:]) { days, entry in
      guard entry.value != Sums() else { return }
      let day = edges[entry.key].milliseconds / Milliseconds.day
      days[CivilDate(daysSince1970: Int(day))] = entry.value
    }
  }
}

/// Facts that a store passes on from a thread of its own.
private final class CollectedFacts: Sendable {
  private let facts = Mutex<[Fact]>([])

  var all: [Fact] { facts.withLock(\.self) }

  func add(_ fact: Fact) { facts.withLock { $0.append(fact) } }
}
