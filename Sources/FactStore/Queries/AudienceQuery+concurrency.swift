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
    for var day in days() {
      for hour in day.hours {
        guard !segments.cancellation.isCancelled else { return nil }
        let counted = try concurrency(ofHour: hour, &day, audience)
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

  /// Counts the slots of one hour, or remembers them.
  private func concurrency(
    ofHour hour: Int64,
    _ day: inout Day,
    _ audience: SumQuery.Audience
  ) throws -> HourConcurrency {
    let stamp = stamp(ofHour: hour, in: day)
    let key = PartialCache.Key.concurrency(hour: hour, shape)
    if case .concurrency(let counted, of: stamp) = segments.cache[key] { return counted }
    let hourOfDay = Int(hour - day.number * 24)
    let counted =
      try written(stamp, hourOfDay, &day, audience)
      ?? counted(hour, hourOfDay, &day, audience)
    segments.cache[key] = .concurrency(counted, of: stamp)
    return counted
  }

  /// What the only segment of an hour says of it; nil where that is not all.
  private func written(
    _ stamp: HourStamp,
    _ hourOfDay: Int,
    _ day: inout Day,
    _ audience: SumQuery.Audience
  ) throws -> HourConcurrency? {
    guard stamp.journalEvents == 0, stamp.segments.count == 1,
      let index = day.people.firstIndex(where: { $0.header.id == stamp.segments[0] })
    else { return nil }
    guard shape.dimension == nil, shape.filter.isEmpty else {
      guard audience == .playbacks else { return nil }
      var names = rowNames
      let counts = try day.people[index].playbackCounts(ofHour: hourOfDay, &names)
      return HourConcurrency(counts, names: names.names)
    }
    let counts = try day.people[index].slotCounts(ofHour: hourOfDay, audience)
    return HourConcurrency([counts], names: [""])
  }

  private func counted(
    _ hour: Int64,
    _ hourOfDay: Int,
    _ day: inout Day,
    _ audience: SumQuery.Audience
  ) throws -> HourConcurrency {
    var counter = SlotCounter()
    var names = rowNames
    for index in day.people.indices
    where !day.people[index].header.groups(ofHour: hourOfDay).isEmpty {
      try day.people[index].addSlots(ofHour: hourOfDay, to: &counter, &names)
    }
    var people: [Int: (person: UInt32, rows: [UInt32])] = [:]
    tail.forEachEvent(ofHour: hour, .watch, shape.filter, segments.tables) {
      event,
      playback,
      number in
      let known =
        people[number]
        ?? (
          counter.person(playback: playback.id.rawValue, viewer: playback.viewer.rawValue),
          names.rows(of: playback)
        )
      people[number] = known
      for row in known.rows {
        counter.add(event.value, row: row, person: known.person, slot: event.slot)
      }
    }
    if !people.isEmpty { counter.expectSplitParts() }
    return HourConcurrency(
      counter.counts(of: audience, rowCount: names.names.count),
      names: names.names
    )
  }

  private static func numbered(_ rows: [Concurrency]) -> [Int: Concurrency] {
    var numbered: [Int: Concurrency] = [:]
    for (number, figure) in rows.enumerated() where figure.total != 0 { numbered[number] = figure }
    return numbered
  }
}
