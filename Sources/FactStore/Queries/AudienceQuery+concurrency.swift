import PlaybackFacts
import QueryCore

extension AudienceQuery {
  /// The highest slot and all slots added up, by group; nil when it was cancelled.
  func concurrency(of audience: SumQuery.Audience) throws -> Grouped<Concurrency>? {
    var byValue: [String: Concurrency] = [:]
    var byRow = [Concurrency](repeating: Concurrency(), count: max(1, spread.edges.count - 1))
    func add(_ figure: Concurrency, _ name: String, row: Int) {
      if shape.dimension == nil {
        byRow[row].add(figure)
      } else {
        byValue[name, default: Concurrency()].add(figure)
      }
    }
    var rest = days()[...]
    while !rest.isEmpty {
      let counted = try counted(rest.prefix(Self.batchLength), audience)
      rest = rest.dropFirst(Self.batchLength)
      guard !segments.cancellation.isCancelled else { return nil }
      for (hour, counted) in counted {
        if case .row(let row) = spread.place(of: Self.stretch(ofHour: hour)) {
          for (name, figure) in zip(counted.names, counted.figures) { add(figure, name, row: row) }
          continue
        }
        for (number, name) in counted.names.enumerated() {
          for (slot, count) in counted.slots(ofRow: number) {
            let start = Timestamp(hour: hour) + Int64(slot) * Milliseconds.slot
            guard let row = spread.row(of: start) else { continue }
            add(Concurrency(peak: Int64(count), total: Int64(count)), name, row: row)
          }
        }
      }
    }
    return shape.dimension == nil ? .byInterval(Self.numbered(byRow)) : .byValue(byValue)
  }

  /// The columns of so many days are in memory at once.
  private static let batchLength = 8

  /// Hours that are counted, and kept, together.
  private struct Part {
    let key: PartialCache.Key
    let stamps: [HourStamp]
    var counted: [HourConcurrency?]
    var isKept = false
  }

  /// Counts the slots of the hours of some days, or remembers them.
  private func counted(
    _ days: ArraySlice<Day>,
    _ audience: SumQuery.Audience
  ) throws -> [(hour: Int64, HourConcurrency)] {
    var parts: [Part] = []
    var scans: [SlotScan] = []
    /// Of the hours of each scan.
    var places: [[(part: Int, place: Int)]] = []
    for var day in days {
      let newParts = self.parts(of: day)
      var scanned: [Int64: [(hour: Int, part: Int, place: Int)]] = [:]
      for var part in newParts {
        if case .concurrency(let counted, of: part.stamps) = segments.cache[part.key] {
          part.counted = counted
          part.isKept = true
        } else {
          for (place, stamp) in part.stamps.enumerated() {
            guard !segments.cancellation.isCancelled else { return [] }
            if isScanned(stamp, audience) {
              let hour = Int(stamp.hour - day.number * 24)
              scanned[stamp.segments[0], default: []].append((hour, parts.count, place))
            } else {
              part.counted[place] = try counted(stamp, &day, audience)
            }
          }
        }
        parts.append(part)
      }
      for people in day.people {
        guard let hours = scanned[people.header.id] else { continue }
        scans.append(
          try SlotScan(segments.file, people.header, hours: hours.map(\.hour), mask, rowNames)
        )
        places.append(hours.map { ($0.part, $0.place) })
      }
    }
    let isWorthIt = scans.reduce(0) { $0 + $1.cost } > 50_000
    let scanned = try scans.concurrentMap(isWorthIt: isWorthIt) { try $0.counted() }
    for (place, counted) in zip(places.joined(), scanned.joined()) {
      parts[place.part].counted[place.place] = counted
    }
    return parts.flatMap { part in
      let counted = part.counted.compactMap(\.self)
      if !part.isKept { segments.cache[part.key] = .concurrency(counted, of: part.stamps) }
      return zip(part.stamps.map(\.hour), counted).map { ($0, $1) }
    }
  }

  /// A day of which nothing arrives is one; of any other each hour, for only the open one changes.
  private func parts(of day: Day) -> [Part] {
    let hours = day.hours.contains { tail.hours[$0] != nil } ? day.hours.map { [$0] } : [day.hours]
    return hours.map { hours in
      Part(
        key: .concurrency(hours: hours, shape),
        stamps: hours.map { stamp(ofHour: $0, in: day) },
        counted: hours.map { _ in nil }
      )
    }
  }

  /// Whether only some playbacks of one segment have to be counted, and these without a look at others.
  private func isScanned(_ stamp: HourStamp, _ audience: SumQuery.Audience) -> Bool {
    stamp.journalFacts == 0 && stamp.segments.count == 1 && audience == .playbacks
      && !(shape.dimension == nil && shape.filter.isEmpty)
  }

  /// Counts the slots of one hour.
  private func counted(
    _ stamp: HourStamp,
    _ day: inout Day,
    _ audience: SumQuery.Audience
  ) throws -> HourConcurrency {
    let hourOfDay = Int(stamp.hour - day.number * 24)
    guard stamp.journalFacts == 0, stamp.segments.count == 1,
      shape.dimension == nil, shape.filter.isEmpty,
      let index = day.people.firstIndex(where: { $0.header.id == stamp.segments[0] })
    else { return try counted(stamp.hour, hourOfDay, &day, audience) }
    // The segment says it.
    let counts = try day.people[index].slotCounts(ofHour: hourOfDay, audience)
    return HourConcurrency(counts, names: [""])
  }

  private func counted(
    _ hour: Int64,
    _ hourOfDay: Int,
    _ day: inout Day,
    _ audience: SumQuery.Audience
  ) throws -> HourConcurrency {
    let sealed = day.people.indices.filter {
      !day.people[$0].header.groups(ofHour: hourOfDay).isEmpty
    }
    if sealed.isEmpty, audience == .playbacks, !tail.playbacks.hasSharedIDs {
      return countedWaiting(hour)
    }
    var (counter, names) = try sealedSlots(hour, hourOfDay, of: sealed, &day)
    if let waiting = tail.hours[hour] {
      counter.reserve(waiting.events.count)
      addWaiting(hour, to: &counter, &names)
    }
    return HourConcurrency(
      counter.counts(of: audience, rowCount: names.names.count),
      names: names.names
    )
  }

  /// The watched slots of an hour in some segments of its day.
  ///
  /// While more of the hour comes, they are kept: the journal is sealed several times an hour where much comes.
  private func sealedSlots(
    _ hour: Int64,
    _ hourOfDay: Int,
    of sealed: [Int],
    _ day: inout Day
  ) throws -> (SlotCounter, RowNames) {
    let key = PartialCache.Key.slots(hour: hour, shape)
    let ids = sealed.map { day.people[$0].header.id }
    if case .slots(let counter, let names, of: ids) = segments.cache[key] {
      return (counter, rowNames.taking(names))
    }
    var counter = SlotCounter()
    var names = rowNames
    for index in sealed {
      try day.people[index].addSlots(ofHour: hourOfDay, to: &counter, &names)
    }
    if tail.hours[hour] != nil {
      counter.settle()
      segments.cache[key] = .slots(counter, names: names.names, of: ids)
    }
    return (counter, names)
  }

  /// Counts the slots of an hour that only the journal has, where each playback has a number of its own.
  private func countedWaiting(_ hour: Int64) -> HourConcurrency {
    let width = SlotCounter.slotsPerHour
    var names = rowNames
    var counts = [UInt32](repeating: 0, count: width * names.names.count)
    var last: (playback: Int, rows: [UInt32])?
    tail.forEachWatchedSlot(ofHour: hour) { event, playback in
      guard event.value > 0 else { return }
      if last?.playback != playback {
        last = (playback, tail.rows(of: playback, &names))
        let missing = width * names.names.count - counts.count
        counts.append(contentsOf: repeatElement(0, count: missing))
      }
      for row in last?.rows ?? [] { counts[Int(row) * width + event.slot] += 1 }
    }
    return HourConcurrency(counts, names: names.names)
  }

  /// Adds the watched slots of an hour that are in the journal.
  private func addWaiting(
    _ hour: Int64,
    to counter: inout SlotCounter,
    _ names: inout RowNames
  ) {
    var last: (playback: Int, person: UInt32, rows: [UInt32])?
    tail.forEachWatchedSlot(ofHour: hour) { event, playback in
      if last?.playback != playback {
        let person = counter.person(
          playback: tail.playbacks.id(of: playback).rawValue,
          viewer: tail.playbacks.viewer(of: playback).rawValue
        )
        last = (playback, person, tail.rows(of: playback, &names))
      }
      guard let last else { return }
      for row in last.rows {
        counter.add(event.value, row: row, person: last.person, slot: event.slot)
      }
    }
  }

  private static func numbered(_ rows: [Concurrency]) -> [Int: Concurrency] {
    var numbered: [Int: Concurrency] = [:]
    for (number, figure) in rows.enumerated() where figure.total != 0 { numbered[number] = figure }
    return numbered
  }
}
