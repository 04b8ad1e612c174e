public import PlaybackFacts

/// Which playbacks count: those that satisfy every clause.
public struct Filter: Hashable, Sendable {
  /// One dimension's say: the value is one of some values, or none of them.
  public struct Clause: Hashable, Sendable {
    /// The dimension that is looked at.
    public let dimension: Dimension
    /// The values, in the spelling of the store, sorted and without repeats.
    public let values: [String]
    /// Whether the values are those that do not count.
    public let isNegated: Bool

    /// Makes a clause; the values may be written in any case where the dimension allows it.
    public init(_ dimension: Dimension, _ values: [String], isNegated: Bool = false) {
      self.dimension = dimension
      self.values = Set(values.map(dimension.canonical)).sorted()
      self.isNegated = isNegated
    }

    /// Whether a value counts.
    public func matches(_ value: String) -> Bool {
      values.contains(value) != isNegated
    }

    /// Whether something counts that has several values, or none.
    public func matches(any several: [String]) -> Bool {
      several.contains(where: values.contains) != isNegated
    }
  }

  /// The clauses, sorted, so that equal filters are equal however they were written.
  public private(set) var clauses: [Clause]

  /// Makes a filter of clauses in any order; none lets every playback count.
  public init(_ clauses: [Clause] = []) {
    self.clauses = Set(clauses).sorted { $0.order < $1.order }
  }

  /// Whether every playback counts.
  public var isEmpty: Bool { clauses.isEmpty }

  /// The dimensions that it looks at.
  public var dimensions: Set<Dimension> { Set(clauses.map(\.dimension)) }

  /// Whether a playback counts.
  ///
  /// - Parameters:
  ///   - playback: the playback.
  ///   - tags: the tags of a media item; without it, none has any.
  /// - Returns: whether all clauses let it.
  public func matches(
    _ playback: Playback,
    tags: (_ mediaID: String) -> [String] = { _ in [] }
  ) -> Bool {
    clauses.allSatisfy { clause in
      clause.dimension == .tag
        ? clause.matches(any: tags(playback.mediaID))
        : clause.matches(playback[clause.dimension])
    }
  }

  /// This filter, narrowed by one clause more.
  public func adding(_ clause: Clause) -> Filter {
    Filter(clauses + [clause])
  }

  /// This filter without a clause.
  public func removing(_ clause: Clause) -> Filter {
    Filter(clauses.filter { $0 != clause })
  }
}

/// Whether playbacks count that were played by bots: programs that visit pages by themselves, as their user agents
/// or client hints say.
public enum Bots: String, CaseIterable, Hashable, Sendable {
  /// Everybody counts, as in the hosted API.
  case all
  /// Everybody but bots.
  case exclude
  /// Bots, and nobody else.
  case only

  /// What a filter needs for it.
  public var clause: Filter.Clause? {
    switch self {
    case .all: nil
    case .exclude: Filter.Clause(.bots, [Dimension.bot], isNegated: true)
    case .only: Filter.Clause(.bots, [Dimension.bot])
    }
  }
}

extension Filter {
  /// Whether playbacks of bots count.
  public var bots: Bots {
    guard let clause = clauses.first(where: { $0.dimension == .bots }) else { return .all }
    return clause.isNegated ? .exclude : .only
  }

  /// This filter, with bots counting or not.
  public func counting(_ bots: Bots) -> Filter {
    Filter(clauses.filter { $0.dimension != .bots } + [bots.clause].compactMap { $0 })
  }
}

extension Filter.Clause {
  fileprivate var order: (UInt8, Int, String) {
    (dimension.rawValue, isNegated ? 1 : 0, values.joined(separator: "\u{0}"))
  }
}

extension Filter {
  /// A filter that lets the same playbacks count and has at most two clauses for a dimension: the
  /// values that do count, and those that don't.
  ///
  /// This is how filters can be written, since there the values of one filter are alternatives.
  package var normalized: Filter {
    var clauses: [Clause] = []
    for dimension in dimensions {
      let own = self.clauses.filter { $0.dimension == dimension }
      let wanted = own.filter { !$0.isNegated }.map { Set($0.values) }
      var refused = own.filter(\.isNegated).reduce(into: Set()) { $0.formUnion($1.values) }
      if let first = wanted.first {
        var common = wanted.dropFirst().reduce(first) { $0.intersection($1) }
        if common.isEmpty {
          // Nothing is wanted, which is said by a value that is wanted and refused.
          common = [first.min() ?? dimension.listedValues?.first ?? Dimension.unknown]
          refused.formUnion(common)
        }
        clauses.append(Clause(dimension, Array(common)))
      }
      if !refused.isEmpty {
        clauses.append(Clause(dimension, Array(refused), isNegated: true))
      }
    }
    return Filter(clauses)
  }
}
