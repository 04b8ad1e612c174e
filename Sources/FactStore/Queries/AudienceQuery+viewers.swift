import PlaybackFacts
import QueryCore

extension AudienceQuery {
  /// Distinct pairs of day and viewer, by group; nil when it was cancelled.
  func viewers(of duration: ViewDuration) throws -> Grouped<Int64>? {
    var byValue: [String: Int64] = [:]
    var byRow = [Int64](repeating: 0, count: max(1, spread.edges.count - 1))
    for var day in days() {
      guard !segments.cancellation.isCancelled else { return nil }
      for (group, count) in try viewers(of: &day, duration) {
        if shape.dimension == nil {
          byRow[group.row] += count
        } else {
          byValue[group.name, default: 0] += count
        }
      }
    }
    guard shape.dimension == nil else { return .byValue(byValue) }
    var numbered: [Int: Int64] = [:]
    for (number, count) in byRow.enumerated() where count != 0 { numbered[number] = count }
    return .byInterval(numbered)
  }

  private struct Group: Hashable {
    var row: Int
    var name: String
  }

  /// How many viewers each group has on one day.
  private func viewers(of day: inout Day, _ duration: ViewDuration) throws -> [Group: Int64] {
    let stretch = Timeframe(from: Timestamp(day: day.number), to: Timestamp(day: day.number + 1))
    let stamps = day.hours.map { stamp(ofHour: $0, in: day) }
    var key: PartialCache.Key?
    var wholeRow = 0
    if case .row(let row) = spread.place(of: stretch) {
      let kept = PartialCache.Key.dayViewers(day: day.number, shape)
      if case .dayViewers(let counts, of: stamps) = segments.cache[kept] {
        return Dictionary(
          uniqueKeysWithValues: counts.map { (Group(row: row, name: $0.key), $0.value) }
        )
      }
      key = kept
      wholeRow = row
    }
    let counts = try counts(of: &day, duration)
    if let key {
      segments.cache[key] = .dayViewers(
        Dictionary(
          uniqueKeysWithValues: counts.compactMap { group, count in
            group.row == wholeRow ? (group.name, count) : nil
          }
        ),
        of: stamps
      )
    }
    return counts
  }

  /// Whole hours that go into the same row; those with facts in the journal change all the time.
  private struct Part: Hashable {
    var row: Int
    var isOpen: Bool
  }

  private func counts(of day: inout Day, _ duration: ViewDuration) throws -> [Group: Int64] {
    var seen: [Group: ViewerSet] = [:]
    var parts: [Part: [Int64]] = [:]
    for hour in day.hours {
      if case .row(let row) = spread.place(of: Self.stretch(ofHour: hour)) {
        parts[Part(row: row, isOpen: tail.hours[hour] != nil), default: []].append(hour)
      } else {
        try addCut(hour, &day, duration, to: &seen)
      }
    }
    var counts: [Group: Int64] = [:]
    for (part, hours) in parts {
      let part = (row: part.row, viewers: try viewers(of: hours, &day, duration))
      let isAlone = parts.count == 1 && seen.isEmpty
      for (name, viewers) in zip(part.viewers.names, part.viewers.viewers) {
        let group = Group(row: part.row, name: name)
        if isAlone {
          counts[group] = Int64(viewers.count)
        } else {
          for viewer in viewers { seen[group, default: ViewerSet()].insert(viewer) }
        }
      }
    }
    for (group, viewers) in seen { counts[group] = Int64(viewers.count) }
    return counts
  }

  /// The viewers of whole hours of a day, or what is remembered of them.
  private func viewers(
    of hours: [Int64],
    _ day: inout Day,
    _ duration: ViewDuration
  ) throws -> Viewers {
    let stamps = hours.map { stamp(ofHour: $0, in: day) }
    let key = PartialCache.Key.viewers(hours: hours, shape)
    if case .viewers(let viewers, of: stamps) = segments.cache[key] { return viewers }
    var names = rowNames
    var seen = ViewersByRow()
    for hour in hours {
      let hourOfDay = Int(hour - day.number * 24)
      for index in day.people.indices
      where !day.people[index].header.groups(ofHour: hourOfDay).isEmpty {
        try day.people[index].addViewers(ofHour: hourOfDay, duration, to: &seen, &names)
      }
      tail.forEachEvent(ofHour: hour, duration.code) { _, playback in
        let viewer = tail.playbacks.viewer(of: playback).rawValue
        for row in tail.rows(of: playback, &names) { seen.add(viewer, row: row) }
      }
    }
    let rows = seen.sets.indices.filter { seen.sets[$0].count > 0 }
    let viewers = Viewers(
      names: rows.map { names.names[$0] },
      viewers: rows.map { seen.sets[$0].viewers }
    )
    segments.cache[key] = .viewers(viewers, of: stamps)
    return viewers
  }

  /// Adds the viewers of an hour that an edge cuts.
  private func addCut(
    _ hour: Int64,
    _ day: inout Day,
    _ duration: ViewDuration,
    to seen: inout [Group: ViewerSet]
  ) throws {
    let hourOfDay = Int(hour - day.number * 24)
    var names = rowNames
    var found: [(row: UInt32, viewer: UInt64, time: Timestamp)] = []
    for index in day.people.indices
    where !day.people[index].header.groups(ofHour: hourOfDay).isEmpty {
      try day.people[index].forEachTimedView(ofHour: hourOfDay, duration, &names) {
        found.append(($0, $1, $2))
      }
    }
    tail.forEachEvent(ofHour: hour, duration.code) { event, playback in
      let time = Timestamp(hour: hour) + Int64(event.offset)
      let viewer = tail.playbacks.viewer(of: playback).rawValue
      for row in tail.rows(of: playback, &names) { found.append((row, viewer, time)) }
    }
    for view in found {
      guard let row = spread.row(of: view.time) else { continue }
      let group = Group(row: row, name: names.names[Int(view.row)])
      seen[group, default: ViewerSet()].insert(view.viewer)
    }
  }
}

/// The viewers of some hours of a day, by row.
struct Viewers {
  let names: [String]
  /// Of each row, each once.
  let viewers: [[UInt64]]

  /// Roughly what it takes in memory.
  var byteCount: Int {
    let names = names.reduce(128) { $0 + $1.utf8.count }
    return viewers.reduce(names) { $0 + 80 + 8 * $1.count }
  }
}
