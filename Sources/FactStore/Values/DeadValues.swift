import GRDB
import PlaybackFacts
import QueryCore
import Synchronization

/// The codes that segments and totals have; values of all others leave the dictionary.
///
/// ```
///  segments go ─▶ noted in head ─▶ mark: codes of all segments ─▶ remove, some at a time, each in one
///                                                                 transaction that marks what is newer
/// ```
/// Codes that are handed out while this goes on are left alone, since their segment may not be there yet.
/// With every removal the dictionary's epoch changes: whoever has looked up codes and not written them yet
/// looks them up again.
struct DeadValues {
  /// So many values are removed in one transaction.
  private static let valuesPerStep = 2000
  /// So many rows of the dictionary are looked at in one transaction.
  private static let chunksPerStep = 500
  /// So many segments are marked under one snapshot.
  private static let segmentsPerStep = 16

  /// How often segments were noted as removed when this began.
  private let noted: Int64
  /// By place in ``PlaybackFacts/Dimension/stored``: the codes from here on are too new.
  private let limits: [Int]
  /// By place, then by code: a bit each.
  private var living: [[UInt64]]
  private var lastSegment: Int64 = 0
  /// Where to go on: the place of a dimension, and a code.
  private var position = (place: 0, code: 0)

  /// Begins, if segments were removed since this was done last.
  init?(_ db: Database) throws {
    noted = try Head.removedSegments(db)
    guard noted > 0 else { return nil }
    limits = try Dimension.stored.map { try DictionaryTable.nextCode(of: $0, in: db) }
    living = limits.map { [UInt64](repeating: 0, count: ($0 + 63) / 64) }
  }

  /// Marks the codes of some segments that were not marked yet; whether there were any.
  mutating func mark(_ db: Database) throws -> Bool {
    let headers = try SegmentList.some(after: lastSegment, limit: Self.segmentsPerStep, db)
    let file = SegmentFile(db: db)
    for header in headers {
      for (place, dimension) in Dimension.stored.enumerated() {
        // Both say which codes there are; a summary is shorter.
        if let keys = try file.bytes(.summaryKeys(dimension), of: header.id) {
          for key in try SegmentSummary.decodeKeys(keys) { mark(Int(key.code), place) }
        } else {
          for code in try file.codes(dimension, of: header) { mark(Int(code), place) }
        }
      }
      lastSegment = header.id
    }
    return !headers.isEmpty
  }

  private mutating func mark(_ code: Int, _ place: Int) {
    // What is newer than this began is not looked at.
    guard code >= 0, code >> 6 < living[place].count else { return }
    living[place][code >> 6] |= 1 << UInt64(code & 63)
  }

  /// Removes some values in a transaction; false when all are removed.
  mutating func removeSome(_ db: Database) throws -> Bool {
    // Segments that came since were made of codes that may look dead.
    while try mark(db) {}
    var (removed, chunks) = (0, 0)
    while position.place < Dimension.stored.count, removed < Self.valuesPerStep,
      chunks < Self.chunksPerStep
    {
      let dimension = Dimension.stored[position.place]
      var found: DictionaryChunk?
      try DictionaryTable.forEachChunk(of: dimension, from: position.code, in: db) { chunk in
        found = chunk
        return false
      }
      guard let chunk = found, chunk.firstCode < limits[position.place] else {
        position = (position.place + 1, 0)
        continue
      }
      let dead = try deadCodes(of: chunk, db)
      if !dead.isEmpty { try DictionaryTable.remove(dead, of: chunk, dimension, in: db) }
      removed += dead.count
      chunks += 1
      // A damaged row has no texts, and must not be looked at for ever.
      position.code = max(chunk.codes.upperBound, chunk.firstCode + 1)
    }
    if removed > 0 {
      try Head.changeDictionary(db)
    }
    guard position.place == Dimension.stored.count else { return true }
    try Head.settleRemovedSegments(noted, db)
    return false
  }

  private func deadCodes(of chunk: DictionaryChunk, _ db: Database) throws -> Set<Int> {
    let (place, limit) = (position.place, limits[position.place])
    var dead: Set<Int> = []
    for code in chunk.codes where code < limit && chunk.utf8(of: code) != nil {
      if living[place][code >> 6] & 1 << UInt64(code & 63) == 0 { dead.insert(code) }
    }
    guard !dead.isEmpty, Dimension.stored[place] == .mediaID else { return dead }
    // Plays of all time survive retention, and with them the ids of their media items.
    return dead.subtracting(try MediaTotals.codes(in: chunk.codes, db))
  }
}

/// Removes the values that no fact has from the dictionary.
///
/// Its lock is held for an instant alone.
final class DeadValueRemoval: Sendable {
  private let connections: Connections
  private let lease: Lease
  /// When this handle looked for values without facts last.
  private let lastAt = Mutex<Timestamp?>(nil)

  init(_ connections: Connections, _ lease: Lease) {
    self.connections = connections
    self.lease = lease
  }

  /// Removes them if segments were removed; at most once a day,
  /// unless all is to be tidied up.
  func removeDeadValues(now: Timestamp, isThorough: Bool = false) async throws(StoreError) {
    let isEarly = lastAt.withLock { $0.map { now - $0 < Milliseconds.day } ?? false }
    guard isThorough || !isEarly else { return }
    guard var dead = try await connections.read({ db in try DeadValues(db) }) else { return }
    var isMarking = true
    while isMarking {
      let known = dead
      (dead, isMarking) = try await connections.read { db in
        var dead = known
        let isMarking = try dead.mark(db)
        return (dead, isMarking)
      }
    }
    var isLeft = true
    while isLeft {
      let known = dead
      let step = try await lease.write(now: now) { db in
        var dead = known
        let isLeft = try dead.removeSome(db)
        return (dead, isLeft)
      }
      // Where another handle has the lease now, it does the same.
      guard let step else { return }
      (dead, isLeft) = step
    }
    lastAt.withLock { $0 = now }
  }
}
