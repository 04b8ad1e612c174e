public import PlaybackFacts

/// What collectors count in the ledger of a store.
public enum LedgerEntry: Hashable, Sendable {
  case acceptedPings
  /// Refused pings, by reason.
  case refusedPings(String)
  case acceptedEvents, duplicateEvents, lateEvents
  /// Refused events, by reason.
  case refusedEvents(String)
  /// Playbacks whose media id or referrer is stored as `(other)`, by dimension.
  case otherPlaybacks(Dimension)
  case facts
  /// Refused queries and other reads, by reason.
  case refusedReads(String)
}

extension LedgerEntry {
  /// What it counts.
  package var kind: LedgerKind {
    switch self {
    case .acceptedPings: .acceptedPings
    case .refusedPings: .refusedPings
    case .acceptedEvents: .acceptedEvents
    case .duplicateEvents: .duplicateEvents
    case .lateEvents: .lateEvents
    case .refusedEvents: .refusedEvents
    case .otherPlaybacks: .otherPlaybacks
    case .facts: .facts
    case .refusedReads: .refusedReads
    }
  }

  /// Why, of what was refused; of other playbacks, the dimension; otherwise empty.
  package var reason: String {
    switch self {
    case .refusedPings(let reason), .refusedEvents(let reason), .refusedReads(let reason): reason
    case .otherPlaybacks(let dimension): dimension.breakdownName
    case .acceptedPings, .acceptedEvents, .duplicateEvents, .lateEvents, .facts: ""
    }
  }
}

/// What is counted in a ledger; the raw value is what stores keep.
package enum LedgerKind: Int64, CaseIterable, Sendable {
  case acceptedPings = 1
  case refusedPings, acceptedEvents, duplicateEvents, lateEvents, refusedEvents, facts,
    otherPlaybacks, refusedReads
}

extension SourceHealth.Ledger {
  /// Takes what was counted in all.
  package mutating func take(_ count: Int, of kind: LedgerKind, reason: String) {
    switch kind {
    case .acceptedPings: acceptedPings = count
    case .refusedPings: refusedPings.append(.init(name: reason, count: count))
    case .acceptedEvents: acceptedEvents = count
    case .duplicateEvents: duplicateEvents = count
    case .lateEvents: lateEvents = count
    case .refusedEvents: refusedEvents.append(.init(name: reason, count: count))
    case .otherPlaybacks: otherPlaybacks.append(.init(name: reason, count: count))
    case .facts: facts = count
    case .refusedReads: refusedReads.append(.init(name: reason, count: count))
    }
  }
}
