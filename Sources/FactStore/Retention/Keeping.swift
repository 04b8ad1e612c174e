import GRDB
import PlaybackFacts
import QueryCore

/// What expires when, and whether the clock can be trusted to say so.
struct Keeping: Sendable {
  var retention: RetentionRecord
  var clock: ClockTrust
  /// Whether nothing was ever received or imported: any clock will do.
  var isUnused: Bool

  init(_ db: Database) throws {
    retention = try RetentionRecord.fetch(db)
    clock = try ClockTrust.fetch(db)
    // A damaged store can be opened too: how else would a check say what it lacks?
    isUnused = try Head.find(db).map { $0.newestReceipt == nil } ?? false
  }

  /// Reads them from a store that is being opened, and extends its retention if that is wanted.
  static func open(_ pool: DatabasePool, _ options: StoreOptions) throws -> Keeping {
    let keeping = try pool.read(Keeping.init)
    let (record, wanted) = (keeping.retention, options.retention.milliseconds)
    guard !options.isReadOnly else { return keeping }
    guard record.environment == options.retention.environment else {
      throw StoreError.otherEnvironment(path: pool.path, environment: record.environment.rawValue)
    }
    guard options.extendsRetention, !record.isSet, wanted > record.milliseconds else {
      return keeping
    }
    let reading = options.reading
    return try pool.write { db in
      var keeping = try Keeping(db)
      keeping.retention = keeping.retention(
        for: max(wanted, keeping.retention.milliseconds),
        at: reading
      )
      try keeping.retention.write(db)
      return keeping
    }
  }
}

extension Keeping {
  /// Whether the file has to learn of it: a minute passed, or something changed that others go by.
  func needsWriting(since before: Keeping) -> Bool {
    if clock.doubt == nil, before.clock.doubt == nil {
      return clock.anchor != before.clock.anchor || retention.edge != before.retention.edge
        || (retention.pending == nil) != (before.retention.pending == nil)
        || retention.pending?.edge != before.retention.pending?.edge
        || retention.due != before.retention.due
        || abs(clock.newest - before.clock.newest) >= Milliseconds.minute
    }
    guard let doubt = clock.doubt, let former = before.clock.doubt else { return true }
    let uptime = doubt.last.uptime.milliseconds(since: former.last.uptime)
    return uptime.map { $0 >= Milliseconds.minute } ?? true || doubt.steadyFor < former.steadyFor
  }
}
