import FactStore
import PlaybackFacts
import QueryCore
import TestSupport
import Testing

/// Half past two of some day, so that facts of several days lie around it.
let noon =
  Timestamp(milliseconds: 1_700_000_000_000).floored(to: Milliseconds.day)
  + 12 * Milliseconds.hour

/// Options with a clock that stands still.
func options(
  retention: Retention = Retention(),
  cacheBytes: Int = 8 << 20,
  isReadOnly: Bool = false,
  now: Timestamp = noon
) -> StoreOptions {
  StoreOptions(
    retention: retention,
    cacheBytes: cacheBytes,
    isReadOnly: isReadOnly,
    patience: 2,
    now: { now },
    uptime: nil,
    makeViewerKey: { SipHash.Key(low: 1, high: 2) }
  )
}

/// Expects the answers of a store to be those of the model, for some random questions.
func expectEqualAnswers(
  _ store: FactStore,
  _ model: FactModel,
  in timeframe: Timeframe,
  questions: Int = 60,
  seed: UInt64 = 7,
  sourceLocation: SourceLocation = #_sourceLocation
) async throws {
  var builder = FactBuilder(seed: seed)
  let queries = (0..<questions).map { _ in builder.query(in: timeframe) }
  try await expectEqualAnswers(store, model, queries, sourceLocation: sourceLocation)
}

/// Expects the answers of a store to be those of the model.
func expectEqualAnswers(
  _ store: FactStore,
  _ model: FactModel,
  _ queries: [SumQuery],
  sourceLocation: SourceLocation = #_sourceLocation
) async throws {
  for mismatch in try await BackendConformance.mismatches(of: store, with: model, queries) {
    Issue.record("\(mismatch)", sourceLocation: sourceLocation)
  }
}

extension Retention {
  /// So many days of production.
  static func days(_ days: Int64) -> Retention {
    Retention(milliseconds: days * Milliseconds.day)
  }
}
