import AnalyticsSource
import PlaybackFacts
import QueryCore
import TextAndBytes

/// Rows of the tables in RowBinary, as shipments.
enum Rows {
  /// A block of facts.
  static func facts(_ block: FactBlock) throws(ClickHouseError) -> Outbox.Shipment {
    let hours = block.facts.map(\.storedTime.hourNumber)
    return Outbox.Shipment(
      target: .facts(
        block: block.id,
        shard: block.shard,
        hours: (hours.min() ?? 0)...(hours.max() ?? 0)
      ),
      body: try packed(block.row)
    )
  }

  /// The state of a playback.
  struct State: Sendable {
    let playback: UInt64
    let version: Int64
    /// Milliseconds since 1970.
    let lastPing: Int64
    let body: [UInt8]
  }

  /// States of playbacks, for a shard.
  static func states(_ states: [State], shard: Int) throws(ClickHouseError) -> Outbox.Shipment {
    let columns = "day, playback, version, last_ping, state"
    return try shipment("playback_states", columns, states, shard: shard) {
      $0.uint32(UInt32(clamping: $1.lastPing / Milliseconds.day))
      $0.fixed($1.playback)
      $0.int64($1.version)
      $0.int64($1.lastPing)
      $0.block($1.body)
    }
  }

  /// Media ids and referrers that are stored for the first time.
  static func newValues(_ values: [NewValue]) throws(ClickHouseError) -> Outbox.Shipment {
    try shipment("new_values", "day, dimension, name", values) {
      $0.uint32(UInt32(clamping: $1.day.daysSince1970))
      $0.byte($1.value.dimension.number ?? 0)
      $0.text($1.value.text)
    }
  }

  /// Titles and tags of media items, of a version.
  static func media(_ items: [MediaItem], version: UInt64) throws(ClickHouseError)
    -> Outbox.Shipment
  {
    try shipment("media_items", "id, title, tags, duration, version", items) { writer, item in
      writer.text(item.id)
      // The first byte says whether there is a title, for an empty one is one.
      writer.text(item.title.map { "=" + $0 } ?? "")
      writer.count(item.tags.count)
      for tag in item.tags { writer.text(tag) }
      writer.int64(item.duration ?? 0)
      writer.fixed(version)
    }
  }

  /// What was counted of one kind in an hour.
  struct Count: Sendable {
    /// Since 1970.
    let hour: Int64
    let entry: Int64
    let reason: String
    let count: Int64
  }

  /// Counts of a collector.
  static func ledger(
    _ counts: [Count],
    collector: UInt64,
    number: UInt64
  ) throws(ClickHouseError) -> Outbox.Shipment {
    try shipment("ledger", "day, hour, entry, reason, collector, number, count", counts) {
      $0.uint32(UInt32(clamping: $1.hour / 24))
      $0.uint32(UInt32(clamping: $1.hour))
      $0.byte(UInt8(clamping: $1.entry))
      $0.text($1.reason)
      $0.fixed(collector)
      $0.fixed(number)
      $0.int64($1.count)
    }
  }

  /// That a collector works in a minute since 1970.
  static func work(minute: Int64, collector: UInt64) throws(ClickHouseError) -> Outbox.Shipment {
    try shipment("collector_minutes", "day, minute, collector", [minute]) { writer, minute in
      writer.uint32(UInt32(clamping: minute / 1440))
      writer.uint32(UInt32(clamping: minute))
      writer.fixed(collector)
    }
  }

  /// That a file with a SHA-256 was imported.
  static func imported(_ digest: [UInt8], at time: Timestamp) throws(ClickHouseError)
    -> Outbox.Shipment
  {
    try shipment("imports", "digest, at", [digest]) { writer, digest in
      writer.block(digest)
      writer.int64(time.milliseconds)
    }
  }

  /// What is known of an API key, of a version.
  static func key(
    _ key: APIKey,
    hash: [UInt8],
    version: UInt64
  ) throws(ClickHouseError) -> Outbox.Shipment {
    try shipment("api_keys", "id, hash, name, created, expires, revoked, used, version", [key]) {
      $0.int64($1.id)
      $0.block(hash)
      $0.text($1.name)
      $0.int64($1.createdAt.milliseconds)
      $0.int64($1.expiresAt?.milliseconds ?? 0)
      $0.int64($1.revokedAt?.milliseconds ?? 0)
      $0.int64($1.lastUsedAt?.milliseconds ?? 0)
      $0.fixed(version)
    }
  }

  /// A token that was issued for a key; one that was used up has expired.
  struct Token: Sendable {
    let hash: [UInt8]
    let isRefresh: Bool
    let key: Int64
    let expiresAt: Timestamp
    let version: UInt64
  }

  /// Tokens.
  static func tokens(_ tokens: [Token], issuedAt time: Timestamp) throws(ClickHouseError)
    -> Outbox.Shipment
  {
    try shipment("access_tokens", "day, hash, kind, key, expires, version", tokens) {
      $0.uint32(UInt32(clamping: time.milliseconds / Milliseconds.day))
      $0.block($1.hash)
      $0.byte($1.isRefresh ? 1 : 0)
      $0.int64($1.key)
      $0.int64($1.expiresAt.milliseconds)
      $0.fixed($1.version)
    }
  }

  /// How many watched at the same time in an hour that had so many facts.
  struct HourOfConcurrency: Sendable {
    let hour: Int64
    let kind: UInt8
    let facts: Int64
    let concurrency: Concurrency
  }

  /// What is kept of hours.
  static func concurrency(_ hours: [HourOfConcurrency]) throws(ClickHouseError) -> Outbox.Shipment {
    try shipment("concurrency", "kind, hour, facts, peak, total", hours) {
      $0.byte($1.kind)
      $0.uint32(UInt32(clamping: $1.hour))
      $0.int64($1.facts)
      $0.int64($1.concurrency.peak)
      $0.int64($1.concurrency.total)
    }
  }

  private static func shipment<Row>(
    _ table: String,
    _ columns: String,
    _ rows: [Row],
    shard: Int? = nil,
    _ write: (inout ByteWriter, Row) -> Void
  ) throws(ClickHouseError) -> Outbox.Shipment {
    var writer = ByteWriter()
    for row in rows { write(&writer, row) }
    return Outbox.Shipment(
      target: .rows(table: table, columns: columns, shard: shard),
      body: try packed(writer.bytes)
    )
  }

  private static func packed(_ bytes: [UInt8]) throws(ClickHouseError) -> [UInt8] {
    guard let packed = bytes.gzipped(level: 1) else {
      throw .malformed(cluster: "", reason: "not enough memory to pack rows")
    }
    return packed
  }
}
