import Algorithms
import Dispatch
import TextAndBytes
import GRDB
import PlaybackFacts
import QueryCore

/// Passes on facts of journal and segments.
struct FactExport: Sendable {
  let connections: Connections
  let journal: Journal
  let segments: Segments
  let values: ValueCache
  let media: MediaCatalog

  /// Passes on every fact of a timeframe that has not expired, oldest first.
  ///
  /// It reads some hours at a time, each under one snapshot, and `body` is called between snapshots, so that
  /// one who is slow keeps nobody from emptying the log.
  func forEachFact(
    in timeframe: Timeframe,
    filter: Filter,
    _ body: @escaping @Sendable (Fact) throws -> Void
  ) async throws {
    var next = timeframe.from.hour
    while let part = try await facts(fromHour: next, in: timeframe, filter) {
      next = part.nextHour
      // It may wait for a pipe.
      let result = await withCheckedContinuation { continuation in
        DispatchQueue.global(qos: .utility).async {
          continuation.resume(returning: Result { try part.facts.forEach(body) })
        }
      }
      try result.get()
      try Task.checkCancellation()
    }
  }

  /// So many facts are read under one snapshot, and the rest of an hour.
  private static let factsPerSnapshot = 20_000

  /// The facts of some hours from one since 1970 on, and the hour after them; nil where none follow.
  private func facts(
    fromHour first: Int64,
    in timeframe: Timeframe,
    _ filter: Filter
  ) async throws -> (facts: [Fact], nextHour: Int64)? {
    guard !timeframe.isEmpty else { return nil }
    let last = (timeframe.to - 1).hour
    while true {
      let part = try await connections.readForCaller {
        db,
        cancellation -> (facts: [Fact], nextHour: Int64)? in
        let head = try Head.fetch(db)
        let tail = try self.journal.withTail(db, head) { tail in (tail.hours, tail.playbacks) }
        guard let tail else { return nil }
        let edge = try RetentionRecord.fetch(db).edge ?? timeframe.from
        let tags = try self.media.tags(db, ifNeeded: filter.dimensions.contains(.tag))
        var listing = FactListing(
          file: SegmentFile(db: db),
          headers: try self.segments.headers(db, head),
          playbacks: PlaybackReader(CodeTables(db, self.values, tags: tags)),
          tags: tags,
          hours: tail.0,
          waiting: tail.1,
          filter: filter
        )
        var facts: [Fact] = []
        var next = first
        while facts.count < Self.factsPerSnapshot, let hour = listing.hour(from: next), hour <= last
        {
          guard !cancellation.isCancelled else { throw CancellationError() }
          facts += try listing.facts(ofHour: hour).filter {
            timeframe.contains($0.time) && $0.time >= edge
          }
          next = hour + 1
        }
        return (facts, next)
      }
      guard let part else { continue }
      return part.nextHour == first ? nil : part
    }
  }
}

/// Lists facts of segments and journal by hour.
private struct FactListing {
  let file: SegmentFile
  let headers: [SegmentHeader]
  var playbacks: PlaybackReader
  let tags: MediaTags
  /// Of the journal, by hours since 1970.
  let hours: [Int64: TailHour]
  let waiting: TailPlaybacks
  let filter: Filter

  /// The first hour since 1970 that has facts, from one on.
  func hour(from first: Int64) -> Int64? {
    let waiting = hours.keys.lazy.filter { $0 >= first }.min()
    let day = Timestamp(hour: first).day
    var sealed: Int64?
    for header in headers[headers.partitioningIndex { $0.day >= day }...] {
      if let sealed, sealed < header.day * 24 { break }
      let hour = header.hours.lazy.map { header.day * 24 + Int64($0) }.first { $0 >= first }
      sealed = [sealed, hour].compactMap { $0 }.min()
    }
    return [waiting, sealed].compactMap { $0 }.min()
  }

  /// The facts of an hour since 1970, oldest first.
  mutating func facts(ofHour hour: Int64) throws -> [Fact] {
    let start = Timestamp(hour: hour)
    var facts: [Fact] = []
    let ofDay = headers[headers.partitioningIndex { $0.day >= start.day }...]
      .prefix { $0.day == start.day }
    for header in ofDay {
      let hourOfDay = Int(hour - header.day * 24)
      let range = header.groups(ofHour: hourOfDay)
      guard !range.isEmpty else { continue }
      let playbacks = try file.groups(range, of: header).map { group in
        try self.playbacks.playback(id: group.playback, viewer: group.viewer, group.codes)
      }
      let isCounted = playbacks.map { tags.matches($0, filter) }
      let detail = try file.detail(ofHour: hourOfDay, of: header)
      for (event, group) in zip(detail.events, detail.groups) where isCounted[Int(group)] {
        facts.append(event.fact(of: playbacks[Int(group)], hourStart: start))
      }
    }
    if let waiting = hours[hour] {
      var known: [Int: Playback] = [:]
      for entry in waiting.events {
        let playback = known[entry.playback] ?? self.waiting[entry.playback]
        known[entry.playback] = playback
        if tags.matches(playback, filter) {
          facts.append(entry.event.fact(of: playback, hourStart: start))
        }
      }
    }
    return facts.flatMap(\.rows).sorted { left, right in
      (left.time, left.playback.id.rawValue, left.kind.rawValue, left.value ?? 0)
        < (right.time, right.playback.id.rawValue, right.kind.rawValue, right.value ?? 0)
    }
  }
}

extension Event {
  /// The fact of a playback that the event stands for.
  func fact(of playback: Playback, hourStart: Timestamp) -> Fact {
    Fact(code.kind, at: hourStart + Int64(offset), value: code.value(value), of: playback)
  }
}

extension Fact {
  /// The fact as files have it, so that each row can be imported: a slot that was imported twice is longer
  /// than a slot, and takes several rows; a value out of its range is unknown, or the fact no fact.
  fileprivate var rows: [Fact] {
    guard kind.isSlotted, let value else {
      let known = kind.known(value)
      return kind.allows(known) ? [Fact(kind, at: time, value: known, of: playback)] : []
    }
    let sign = value.signum()
    return stride(from: 0, to: abs(value), by: Int(Milliseconds.slot)).map { start in
      Fact(kind, at: time, value: sign * min(Milliseconds.slot, abs(value) - start), of: playback)
    }
  }
}
