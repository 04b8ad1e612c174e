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
