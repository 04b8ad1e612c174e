import GRDB
public import PlaybackFacts
public import QueryCore

extension FactStore {
  /// Passes on every fact of a timeframe that has not expired, oldest first, under one
  /// snapshot.
  ///
  /// The facts of one hour at a time are in memory. What watch and stall facts of one slot were
  /// merged into is one fact. An error of `body` ends it and is thrown.
  public func forEachFact(
    in timeframe: Timeframe,
    filter: Filter = Filter(),
    _ body: @escaping @Sendable (Fact) throws -> Void
  ) async throws {
    let cancellation = Cancellation()
    let result = await withTaskCancellationHandler {
      await readResult { db in
        let edge = try RetentionRecord.fetch(db).edge
        let timeframe = Timeframe(
          from: max(timeframe.from, edge ?? timeframe.from),
          to: timeframe.to
        )
        var tail = JournalTail()
        try tail.extend(db, to: Head.fetch(db))
        let tables = try self.tables(db, hasTags: filter.dimensions.contains(.tag))
        var listing = FactListing(
          file: SegmentFile(db: db),
          playbacks: PlaybackReader(tables),
          tags: tables.tags,
          tail: tail,
          filter: filter
        )
        let days = Dictionary(grouping: try SegmentList.fetch(db), by: \.day)
        for hour in listing.hours(days.values.joined(), in: timeframe) {
          let headers = days[Timestamp(hour: hour).day] ?? []
          for fact in try listing.facts(ofHour: hour, headers) where timeframe.contains(fact.time) {
            guard !cancellation.isCancelled else { throw CancellationError() }
            try body(fact)
          }
        }
      }
    } onCancel: {
      cancellation.cancel()
    }
    if case .failure(let error) = result {
      throw error is DatabaseError || error is MalformedBytes
        ? StoreError(error, path: path) : error
    }
  }
}

/// Lists facts of segments and journal by hour.
private struct FactListing {
  let file: SegmentFile
  var playbacks: PlaybackReader
  let tags: MediaTags
  let tail: JournalTail
  let filter: Filter

  /// The hours since 1970 that have facts and touch a timeframe, ascending.
  func hours(_ headers: some Sequence<SegmentHeader>, in timeframe: Timeframe) -> [Int64] {
    var hours = Set(tail.hours.keys)
    for header in headers {
      for hour in header.hours { hours.insert(header.day * 24 + Int64(hour)) }
    }
    return hours.sorted().filter { hour in
      let start = Timestamp(hour: hour)
      return start < timeframe.to && timeframe.from < start + Milliseconds.hour
    }
  }

  /// The facts of an hour since 1970, oldest first.
  mutating func facts(ofHour hour: Int64, _ headers: [SegmentHeader]) throws -> [Fact] {
    let start = Timestamp(hour: hour)
    var facts: [Fact] = []
    for header in headers {
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
    if let waiting = tail.hours[hour] {
      var playbacks: [Int: Playback] = [:]
      for entry in waiting.events {
        let playback = playbacks[entry.playback] ?? tail.playbacks[entry.playback]
        playbacks[entry.playback] = playback
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
  /// The fact as files have it: a slot that was imported twice is longer than a slot, and takes several rows.
  fileprivate var rows: [Fact] {
    guard kind == .watch || kind == .stall, let value, abs(value) > Milliseconds.slot else {
      return [self]
    }
    let sign = value.signum()
    return stride(from: 0, to: abs(value), by: Int(Milliseconds.slot)).map { start in
      Fact(kind, at: time, value: sign * min(Milliseconds.slot, abs(value) - start), of: playback)
    }
  }
}
