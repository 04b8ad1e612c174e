import TextAndBytes
import GRDB
import PlaybackFacts
import Synchronization

import struct Foundation.Data

/// Which values are new: the limits of a day are for those.
///
/// Its lock is held while values are looked up, by a collector at a time.
final class NewValues: Sendable {
  private let connections: Connections
  private let log = Mutex(NewValueLog())

  init(_ connections: Connections) {
    self.connections = connections
  }

  /// Which of some values are known: those that segments or the last days' batches have.
  func knownValues(
    among values: Set<OpenValue>,
    hasDescribedMediaOnly: Bool,
    on days: Set<CivilDate>
  ) async throws(StoreError) -> KnownValues {
    try await connections.read { db in
      try self.log.withLock { log in
        try log.extend(db)
        let known = try values.filter { value in
          if hasDescribedMediaOnly, value.dimension == .mediaID {
            return try MediaTable.contains(value.text, db)
          }
          let hash = ValueIndex.hash(value.text, of: value.dimension)
          return try log.contains(hash, of: value.dimension)
            || !ValueIndex.codes(ofHash: hash, value.dimension, in: db).isEmpty
        }
        return KnownValues(values: known, newCounts: log.counts(on: days))
      }
    }
  }
}

/// The new media ids and referrers of the last days, as hashes: those that no segment may have yet.
///
/// In memory it takes some 16 bytes for each, of at most ``dayCount`` days, so the limits of a day bound it.
struct NewValueLog {
  /// So many days are remembered, in memory and in the file: facts are sealed long before.
  private static let dayCount: Int64 = 3

  private var lastRow: Int64 = 0
  /// By day since 1970.
  private var days: [Int64: [Dimension: Set<Int64>]] = [:]

  /// Reads the rows that the file has more.
  mutating func extend(_ db: Database) throws {
    let rows = try Row.fetchCursor(
      db.cachedStatement(
        sql: "SELECT id, day, dimension, hashes FROM new_value WHERE id > ? ORDER BY id"
      ),
      arguments: [lastRow]
    )
    while let row = try rows.next() {
      guard let dimension = Dimension(rawValue: UInt8(try row.integer(2, in: 0...255))) else {
        throw MalformedBytes("a new value is of an unknown dimension")
      }
      let day = try row.integer(1, in: StoredLimits.hours)
      var reader = ByteReader(try bytes(of: row, at: 3))
      while !reader.isAtEnd {
        add(Int64(bitPattern: try reader.fixed()), of: dimension, on: day)
      }
      lastRow = try row.integer(0)
    }
  }

  mutating func add(_ value: NewValue) {
    let dimension = value.value.dimension
    let hash = ValueIndex.hash(value.value.text, of: dimension)
    add(hash, of: dimension, on: Int64(value.day.daysSince1970))
  }

  private mutating func add(_ hash: Int64, of dimension: Dimension, on day: Int64) {
    if days[day] == nil, days.count >= Self.dayCount, let oldest = days.keys.min() {
      days[oldest] = nil
    }
    days[day, default: [:]][dimension, default: []].insert(hash)
  }

  func contains(_ hash: Int64, of dimension: Dimension) -> Bool {
    days.values.contains { $0[dimension]?.contains(hash) ?? false }
  }

  /// How many new values each of some days had.
  func counts(on days: Set<CivilDate>) -> [CivilDate: [Dimension: Int]] {
    Dictionary(
      uniqueKeysWithValues: days.map { day in
        (day, self.days[Int64(day.daysSince1970)]?.mapValues(\.count) ?? [:])
      }
    )
  }

  /// Writes new values to the file, a row for each day and dimension.
  static func write(_ values: [NewValue], in db: Database) throws {
    for (day, ofDay) in Dictionary(grouping: values, by: \.day).sorted(by: { $0.key < $1.key }) {
      for dimension in OpenValue.dimensions {
        var writer = ByteWriter()
        for new in ofDay where new.value.dimension == dimension {
          let hash = ValueIndex.hash(new.value.text, of: dimension)
          writer.fixed(UInt64(bitPattern: hash))
        }
        guard !writer.bytes.isEmpty else { continue }
        try db.cachedStatement(
          sql: "INSERT INTO new_value (day, dimension, hashes) VALUES (?, ?, ?)"
        ).execute(arguments: [day.daysSince1970, dimension.rawValue, Data(writer.bytes)])
      }
    }
  }

  /// Whether rows are older than what is remembered on a day since 1970.
  static func hasOld(on day: Int64, _ db: Database) throws -> Bool {
    try Bool.fetchOne(
      db,
      sql: "SELECT EXISTS (SELECT 1 FROM new_value WHERE day <= ?)",
      arguments: [day - dayCount]
    ) ?? false
  }

  /// Removes some of the rows that are older than what is remembered on a day since 1970.
  static func removeOld(on day: Int64, _ db: Database) throws {
    try db.execute(
      sql: """
        DELETE FROM new_value WHERE id IN (
          SELECT id FROM new_value WHERE day <= ? ORDER BY id LIMIT 5000
        )
        """,
      arguments: [day - dayCount]
    )
  }
}
