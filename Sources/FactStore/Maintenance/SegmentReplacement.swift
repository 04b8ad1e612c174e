import GRDB
import PlaybackFacts

/// Replaces segments of one day by a single one, in transactions that are short enough for pings to wait for.
///
/// ```
///  new segment, invisible: some columns ─▶ more columns ─▶ swap ─▶ the former segments are removed
///                          about a megabyte each           └ the new one visible, the former ones not
/// ```
/// What is invisible belongs to an import, whose owner says that it is a merge. Only who has the lease merges, so
/// that what the next one finds was left behind.
struct SegmentReplacement: Sendable {
  let connections: Connections
  let lease: Lease
  let clock: RetentionClock
  /// About so many bytes are written in one transaction.
  let stepBytes: Int

  private static let owner = "merge"

  /// Replaces segments.
  ///
  /// - Parameters:
  ///   - replaced: the segments.
  ///   - segment: what replaces them; nil where nothing is left of them.
  ///   - losesFacts: whether some of their facts are left out.
  ///   - now: the wall clock.
  ///   - isWanted: asked in the transaction that replaces them.
  /// - Returns: whether the lease was there for it; if not, nothing is changed.
  /// - Throws: ``StoreError`` where the file can't be read or written.
  func replace(
    _ replaced: [SegmentHeader],
    by segment: EncodedSegment?,
    losesFacts: Bool,
    now: Timestamp,
    if isWanted: @escaping @Sendable (Database) throws -> Bool
  ) async throws(StoreError) -> Bool {
    let swap = { @Sendable (db: Database, body: (SegmentFile) throws -> Void) throws -> Bool in
      guard try isWanted(db) else { return false }
      let file = SegmentFile(db: db)
      // If one is gone, another handle had the lease meanwhile, and did it.
      guard try replaced.allSatisfy({ try file.isVisible($0.id) }) else { return true }
      try body(file)
      if losesFacts { try Head.noteRemovedSegments(db) }
      try Head.regroupSegments(db)
      return true
    }
    guard let segment, segment.byteCount > stepBytes else {
      return try await lease.write(now: now) { db in
        try swap(db) { file in
          for header in replaced { try file.delete(header.id) }
          if let segment { try file.insert(segment, import: nil) }
        }
      } ?? false
    }
    guard let number = try await writeInvisible(segment, now: now) else { return false }
    let isReplaced = try await write(of: number, now: now) { db in
      try swap(db) { file in
        try file.show(import: number)
        for header in replaced { try file.hide(header.id, import: number) }
      }
    }
    try await removeLeftovers(now: now)
    return isReplaced
  }

  /// Writes a segment that belongs to an import; the import's number, nil without the lease.
  private func writeInvisible(
    _ segment: EncodedSegment,
    now: Timestamp
  ) async throws(StoreError) -> Int64? {
    let begun = try await lease.write(now: now) { db in
      let uptime = self.clock.uptime(at: now)
      let number = try ImportTables.begin(owner: Self.owner, at: uptime, in: db)
      return (number, try SegmentFile(db: db).insertHeader(segment, import: number))
    }
    guard let (number, id) = begun else { return nil }
    for part in segment.parts(ofBytes: stepBytes) {
      let isWritten = try await write(of: number, now: now) { db in
        try SegmentFile(db: db).insert(part, of: id)
        return true
      }
      guard isWritten else { return nil }
    }
    return number
  }

  /// A transaction of a replacement; false without the lease, or where another handle had it meanwhile, and
  /// removed what was written.
  private func write(
    of number: Int64,
    now: Timestamp,
    _ body: @escaping @Sendable (Database) throws -> Bool
  ) async throws(StoreError) -> Bool {
    try await lease.write(now: now) { db in
      let uptime = self.clock.uptime(at: now)
      return try ImportTables.keepAlive(number, at: uptime, in: db) && body(db)
    } ?? false
  }

  /// Removes what was replaced, and what was begun and not finished; without the lease, who has it does.
  func removeLeftovers(now: Timestamp) async throws(StoreError) {
    let numbers = try await connections.read { db in
      try ImportTables.numbers(ofOwner: Self.owner, in: db)
    }
    for number in numbers {
      var isLeft = true
      while isLeft {
        isLeft =
          try await lease.write(now: now) { db in
            // Whatever values they have, others have them too, or that they went was noted.
            try ImportTables.removeSome(of: number, hasOwnValues: false, in: db)
          } ?? false
      }
    }
  }
}
