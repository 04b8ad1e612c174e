public import PlaybackFacts
public import QueryCore

/// What every store has to be equal to: facts in an array, added up one by one.
public actor FactModel: FactSink, QueryBackend {
  /// All facts that were committed, in that order.
  public private(set) var facts: [Fact]
  /// The tags of media items, by id.
  public private(set) var tags: [String: [String]]
  private var batches: Set<UInt64> = []
  private var states: [PlaybackID: (state: PlaybackState, version: Int64)] = [:]
  private var keys: [CivilDate: SipHash.Key] = [:]
  private var generator: SeededGenerator
  private var state = DataState(version: 0, newestReceipt: nil)

  /// Makes a model that holds `facts`; viewer keys follow from the seed.
  public init(_ facts: [Fact] = [], tags: [String: [String]] = [:], seed: UInt64 = 1) {
    self.facts = facts
    self.tags = tags
    generator = SeededGenerator(seed: seed)
  }

  /// Keeps facts and states; a batch that was kept already changes nothing, nor does one that is based on
  /// outdated states.
  @discardableResult
  public func commit(_ batch: FactBatch) -> CommitOutcome {
    let version = Int64(state.version)
    let basis = batch.statesAsOf ?? version
    let changed = Set(states.filter { $0.value.version > basis }.keys)
    guard !batches.contains(batch.id) else {
      return CommitOutcome(version: version, changed: changed)
    }
    guard batch.states.allSatisfy({ !changed.contains($0.playback) }) else {
      return CommitOutcome(isKept: false, version: version, changed: changed)
    }
    batches.insert(batch.id)
    facts += batch.facts
    state.version += 1
    for state in batch.states { states[state.playback] = (state, version + 1) }
    state.newestReceipt = max(state.newestReceipt ?? batch.receivedAt, batch.receivedAt)
    return CommitOutcome(version: version + 1, changed: changed)
  }

  /// Gives media items other tags.
  public func describe(_ items: [MediaItem]) {
    for item in items { tags[item.id] = item.tags }
    state.version += 1
  }

  /// The kept states of those playbacks that have one.
  public func playbackStates(of playbacks: [PlaybackID]) -> KeptStates {
    var found: [PlaybackID: [UInt8]] = [:]
    for playback in playbacks { found[playback] = states[playback]?.state.bytes }
    return KeptStates(version: Int64(state.version), states: found)
  }

  /// The key of a day; made when it is asked for first.
  public func viewerKey(for day: CivilDate) -> SipHash.Key {
    if let key = keys[day] { return key }
    let key = SipHash.Key(using: &generator)
    keys[day] = key
    return key
  }

  /// The state of the data now.
  public func dataState() -> DataState { state }

  /// Adds up what each query asks for.
  public func sums(for queries: [SumQuery]) -> SumAnswer {
    SumAnswer(state: state, rows: queries.map { FactModel.rows(for: $0, over: facts, tags: tags) })
  }

  /// Adds up what a query asks for, over some facts; sums that are not wanted or all 0 are left out.
  public static func rows(
    for query: SumQuery,
    over facts: [Fact],
    tags: [String: [String]] = [:]
  ) -> SumRows {
    let facts = facts.filter { fact in
      query.filter.matches(fact.playback) { tags[$0] ?? [] }
    }
    return switch query.counting {
    case .sums: sums(for: query, over: facts, tags)
    case .concurrency(let audience):
      .concurrency(
        groups(for: query, over: facts, tags, none: Concurrency()) {
          concurrency(of: audience, over: $0)
        }
      )
    case .viewers(let duration):
      .viewers(groups(for: query, over: facts, tags, none: 0) { viewers(of: duration, over: $0) })
    case .impressionTimes:
      .impressionTimes(
        groups(for: query, over: facts, tags, none: Histogram()) {
          Histogram(of: $0.compactMap { $0.kind == .impression ? $0.value : nil })
        }
      )
    case .watchTimes:
      .watchTimes(watchTimes(of: facts.map(\.slotted).filter { counts($0, in: query.span) }))
    }
  }

  private static func sums(
    for query: SumQuery,
    over facts: [Fact],
    _ tags: [String: [String]]
  ) -> SumRows {
    var total = Sums()
    var byValue: [String: Sums] = [:]
    var byInterval: [Int: Sums] = [:]
    for fact in facts where counts(fact, in: query.span) {
      let sums = Sums(of: fact)
      switch query.grouping {
      case .none: total += sums
      case .dimension(let dimension):
        for value in values(of: dimension, fact.playback, tags) {
          byValue[value, default: .zero] += sums
        }
      case .intervals(let edges):
        byInterval[edges.partitioned(before: fact.time) - 1, default: .zero] += sums
      }
    }
    let rows: SumRows =
      switch query.grouping {
      case .none: .total(total)
      case .dimension: .byValue(byValue)
      case .intervals: .byInterval(byInterval)
      }
    return rows.reduced(to: query.sums)
  }

  /// Puts facts into groups and counts each; groups that count nothing are left out.
  private static func groups<Value: Equatable>(
    for query: SumQuery,
    over facts: [Fact],
    _ tags: [String: [String]],
    none: Value,
    _ count: ([Fact]) -> Value
  ) -> Grouped<Value> {
    let counted = facts.map(\.slotted).filter { counts($0, in: query.span) }
    switch query.grouping {
    case .none:
      return .total(count(counted))
    case .dimension(let dimension):
      var byValue: [String: [Fact]] = [:]
      for fact in counted {
        for value in values(of: dimension, fact.playback, tags) {
          byValue[value, default: []].append(fact)
        }
      }
      return .byValue(byValue.mapValues(count).filter { $0.value != none })
    case .intervals(let edges):
      return .byInterval(
        Dictionary(grouping: counted) { edges.partitioned(before: $0.time) - 1 }
          .mapValues(count).filter { $0.value != none }
      )
    }
  }

  /// The values that a playback has of a dimension.
  private static func values(
    of dimension: Dimension,
    _ playback: Playback,
    _ tags: [String: [String]]
  ) -> [String] {
    dimension == .tag ? tags[playback.mediaID] ?? [] : [playback[dimension]]
  }

  private static func counts(_ fact: Fact, in span: SumQuery.Span) -> Bool {
    switch span {
    case .timeframe(let timeframe): timeframe.contains(fact.time)
    case .allTime: fact.kind == .play
    }
  }
}

extension FactModel {
  private struct Watcher: Hashable {
    var slot: Timestamp
    var playback: PlaybackID
    var viewer: ViewerID
  }

  /// The highest slot and the sum of all, over the watched time of each playback and slot.
  public static func concurrency(
    of audience: SumQuery.Audience,
    over facts: [Fact]
  ) -> Concurrency {
    var watched: [Watcher: Int64] = [:]
    for fact in facts where fact.kind == .watch {
      let watcher = Watcher(
        slot: fact.slotted.time,
        playback: fact.playback.id,
        viewer: fact.playback.viewer
      )
      watched[watcher, default: 0] += fact.value ?? 0
    }
    let present = watched.filter { $0.value > 0 }.keys
    var result = Concurrency()
    for watchers in Dictionary(grouping: present, by: \.slot).values {
      let count =
        switch audience {
        case .playbacks: watchers.count
        case .viewers: Set(watchers.map(\.viewer)).count
        }
      result.add(Concurrency(peak: Int64(count), total: Int64(count)))
    }
    return result
  }

  /// The playbacks by what they watched in all.
  public static func watchTimes(of facts: [Fact]) -> WatchTimes {
    var watched: [PlaybackID: Int64] = [:]
    for fact in facts where fact.kind == .watch {
      watched[fact.playback.id, default: 0] += fact.value ?? 0
    }
    var times = WatchTimes()
    for milliseconds in watched.values { times.add(milliseconds: milliseconds) }
    return times
  }

  /// Pairs of day and viewer that have a view of a threshold.
  public static func viewers(of duration: ViewDuration, over facts: [Fact]) -> Int64 {
    let views = facts.filter { $0.kind == .view && $0.value == duration.seconds }
    let days = Dictionary(grouping: views) { $0.time.floored(to: Milliseconds.day) }
    return days.values.reduce(0) { $0 + Int64(Set($1.map(\.playback.viewer)).count) }
  }
}

extension Fact {
  /// The fact at the start of its slot, if it is about one.
  fileprivate var slotted: Fact {
    kind.isSlotted
      ? Fact(kind, at: time.floored(to: Milliseconds.slot), value: value, of: playback) : self
  }
}

extension SumRows {
  /// These rows with only some sums, without the rows that are all 0: a form in which rows compare.
  public func reduced(to wanted: Set<Sum>) -> SumRows {
    func reduced(_ sums: Sums) -> Sums {
      var result = Sums()
      for sum in wanted { result[sum] = sums[sum] }
      return result
    }
    return switch self {
    case .sums(.total(let sums)): .total(reduced(sums))
    case .sums(.byValue(let rows)):
      .byValue(rows.mapValues(reduced).filter { $0.value != .zero })
    case .sums(.byInterval(let rows)):
      .byInterval(rows.mapValues(reduced).filter { $0.value != .zero })
    case .leading, .concurrency, .viewers, .impressionTimes, .watchTimes: self
    }
  }
}

extension SumRows {
  /// Whether these rows answer a question, given all rows there are in the form in which they compare.
  public func isAnswer(to query: SumQuery, among all: SumRows) -> Bool {
    guard case .leading(let leading) = self else { return reduced(to: query.sums) == all }
    guard case .sums(.byValue(let rows)) = all, Set(leading.counts.keys) == query.leading else {
      return false
    }
    let sums = SumRows.byValue(leading.sums).reduced(to: query.sums)
    guard case .sums(.byValue(let found)) = sums, found.allSatisfy({ rows[$0.key] == $0.value })
    else { return false }
    return query.leading.allSatisfy { order in
      let ordered = rows.filter { order.formula.isPresent(in: $0.value) }
        .map { (value: order.formula.value(of: $0.value), name: $0.key) }
        .sorted { first, second in
          first.value == second.value
            ? first.name.utf8.lexicographicallyPrecedes(second.name.utf8)
            : (first.value < second.value) == order.isAscending
        }
      return leading.counts[order] == ordered.count
        && ordered.prefix(order.count).allSatisfy { found[$0.name] != nil }
    }
  }
}

extension [Timestamp] {
  /// How many of these ascending instants are not after `time`.
  fileprivate func partitioned(before time: Timestamp) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if self[middle] <= time { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
