import PlaybackFacts
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
  struct State {
    let playback: UInt64
    let version: Int64
    /// Milliseconds since 1970.
    let lastPing: Int64
    let body: [UInt8]
  }

  /// States of playbacks.
  static func states(_ states: [State]) throws(ClickHouseError) -> Outbox.Shipment {
    try shipment("playback_states", "day, playback, version, last_ping, state", states) {
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

  private static func shipment<Row>(
    _ table: String,
    _ columns: String,
    _ rows: [Row],
    _ write: (inout ByteWriter, Row) -> Void
  ) throws(ClickHouseError) -> Outbox.Shipment {
    var writer = ByteWriter()
    for row in rows { write(&writer, row) }
    return Outbox.Shipment(
      target: .rows(table: table, columns: columns),
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
