public import PlaybackFacts
public import QueryCore

/// What every store has to be equal to: facts in an array, added up one by one.
public actor FactModel: FactSink, QueryBackend {
  /// All facts that were committed, in that order.
  public private(set) var facts: [Fact]
  private var batches: Set<UInt64> = []
  private var states: [PlaybackID: PlaybackState] = [:]
  private var keys: [CivilDate: SipHash.Key] = [:]
  private var generator: SeededGenerator
  private var state = DataState(version: 0, newestReceipt: nil)

  /// Makes a model that holds `facts`; viewer keys follow from the seed.
  public init(_ facts: [Fact] = [], seed: UInt64 = 1) {
    self.facts = facts
    generator = SeededGenerator(seed: seed)
  }

  /// Keeps facts and states; a batch that was kept already changes nothing.
  public func commit(_ batch: FactBatch) {
    guard batches.insert(batch.id).inserted else { return }
    facts += batch.facts
    for state in batch.states { states[state.playback] = state }
    state.version += 1
    state.newestReceipt = max(state.newestReceipt ?? batch.receivedAt, batch.receivedAt)
  }

  /// The kept states of those playbacks that have one.
  public func playbackStates(of playbacks: [PlaybackID]) -> [PlaybackID: [UInt8]] {
    var found: [PlaybackID: [UInt8]] = [:]
    for playback in playbacks { found[playback] = states[playback]?.bytes }
    return found
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
    SumAnswer(state: state, rows: queries.map { FactModel.rows(for: $0, over: facts) })
  }

  /// Adds up what a query asks for, over some facts; sums that are not wanted or all 0 are left out.
  public static func rows(for query: SumQuery, over facts: [Fact]) -> SumRows {
    var total = Sums()
    var byValue: [String: Sums] = [:]
    var byInterval: [Int: Sums] = [:]
    for fact in facts where counts(fact, in: query.span) && query.filter.matches(fact.playback) {
      let sums = Sums(of: fact)
      switch query.grouping {
      case .none: total += sums
      case .dimension(let dimension): byValue[fact.playback[dimension], default: .zero] += sums
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

  private static func counts(_ fact: Fact, in span: SumQuery.Span) -> Bool {
    switch span {
    case .timeframe(let timeframe): timeframe.contains(fact.time)
    case .allTime: fact.kind == .play
    }
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
    case .total(let sums): .total(reduced(sums))
    case .byValue(let rows): .byValue(rows.mapValues(reduced).filter { $0.value != .zero })
    case .byInterval(let rows): .byInterval(rows.mapValues(reduced).filter { $0.value != .zero })
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
