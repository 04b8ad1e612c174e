import PlaybackFacts
import TextAndBytes

/// Facts that are inserted at once: of one shard and one month, at most ``limit``.
struct FactBlock: Sendable {
  /// Tells it from every other, on every collector.
  let id: UInt64
  /// The number of the shard, from 0.
  let shard: Int
  /// The year and month in UTC, such as 202611.
  let month: UInt32
  /// When the newest of its pings arrived.
  let receivedAt: Timestamp
  /// The facts, at least one.
  let facts: [Fact]

  /// The most facts of a block.
  static let limit = 100_000

  /// What `facts` has where a fact has no value.
  static let noValue = Int32.min

  /// The columns of `facts_in`, in the order in which they are written.
  static let tableColumns: SQL = """
    block UInt64, shard UInt64, facts UInt64, received Int64, first Int64, last Int64, \
    hour Array(UInt32), playback Array(UInt64), viewer Array(UInt64), media Array(String), \
    continent Array(String), country Array(String), device Array(String), os Array(String), \
    browser Array(String), referrer Array(String), bot Array(UInt8), kinds Array(Array(UInt8)), \
    offsets Array(Array(UInt32)), values Array(Array(Int32))
    """

  /// Their names.
  static let columns: SQL = "block, shard, facts, received, first, last, \(groupColumns)"

  /// The columns of `facts_in` that have an element for each group.
  static let groupColumns: SQL = """
    hour, playback, viewer, media, continent, country, device, os, browser, referrer, bot, kinds, offsets, values
    """

  /// The block as one row of `facts_in`, in ClickHouse's format RowBinary.
  ///
  /// The facts of a playback in an hour are a group, so that what they share is written once.
  var row: [UInt8] {
    let groups = groups
    let times = facts.map(\.storedTime.milliseconds)
    var writer = ByteWriter()
    writer.reserveCapacity(groups.count * 120 + facts.count * 10)
    writer.fixed(id)
    writer.fixed(UInt64(shard))
    writer.fixed(UInt64(facts.count))
    writer.int64(receivedAt.milliseconds)
    writer.int64(times.min() ?? 0)
    writer.int64(times.max() ?? 0)
    func write(_ body: (inout ByteWriter, Group) -> Void) {
      writer.count(groups.count)
      for group in groups { body(&writer, group) }
    }
    write { $0.uint32(UInt32($1.hour)) }
    write { $0.fixed($1.playback.id.rawValue) }
    write { $0.fixed($1.playback.viewer.rawValue) }
    for dimension: Dimension in [
      .mediaID, .continent, .country, .deviceType, .operatingSystem, .browser, .referrer,
    ] {
      write { $0.text($1.playback[dimension]) }
    }
    write { $0.byte($1.playback.isBot ? 1 : 0) }
    func writeFacts(_ body: (inout ByteWriter, Fact) -> Void) {
      write { writer, group in
        writer.count(group.facts.count)
        for fact in group.facts { body(&writer, fact) }
      }
    }
    writeFacts { $0.byte($1.kind.rawValue) }
    writeFacts { writer, fact in
      let time = fact.storedTime
      writer.uint32(UInt32(time - time.floored(to: Milliseconds.hour)))
    }
    writeFacts { writer, fact in
      let value = fact.value.map { Int32(clamping: $0) } ?? Self.noValue
      writer.uint32(UInt32(bitPattern: value))
    }
    return writer.bytes
  }

  /// The same facts under an id that follows from them, and received when the newest of them happened.
  var namedByFacts: FactBlock {
    let newest = facts.map(\.storedTime).max() ?? receivedAt
    func named(_ id: UInt64, receivedAt: Timestamp) -> FactBlock {
      FactBlock(id: id, shard: shard, month: month, receivedAt: receivedAt, facts: facts)
    }
    var hasher = SHA256Hasher()
    named(0, receivedAt: newest).row.withUnsafeBytes { hasher.update($0) }
    let id = hasher.digest().bytes.prefix(8).reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
    // What is imported may be old; the newest fact is as new as the data is.
    return named(id, receivedAt: min(newest, receivedAt))
  }

  /// Facts of one playback in one hour.
  private struct Group {
    let playback: Playback
    let hour: Int64
    var facts: [Fact]
  }

  private var groups: [Group] {
    struct Key: Hashable {
      let playback: Playback
      let hour: Int64
    }
    var places: [Key: Int] = [:]
    var groups: [Group] = []
    for fact in facts {
      let key = Key(playback: fact.playback, hour: fact.storedTime.hourNumber)
      if let place = places[key] {
        groups[place].facts.append(fact)
      } else {
        places[key] = groups.count
        groups.append(Group(playback: key.playback, hour: key.hour, facts: [fact]))
      }
    }
    return groups
  }

  /// Cuts facts into blocks: by the shard of their playback, by month, and by their number.
  ///
  /// - Parameters:
  ///   - facts: the facts, in any order.
  ///   - shards: how many shards there are, ≥ 1.
  ///   - receivedAt: when the newest of their pings arrived.
  ///   - id: gives the id of the next block.
  /// - Returns: the blocks, in the order of shards and months.
  static func blocks(
    of facts: [Fact],
    shards: Int,
    receivedAt: Timestamp,
    id: () -> UInt64
  ) -> [FactBlock] {
    let groups = Dictionary(grouping: facts) { fact in
      Place(
        shard: Int(fact.playback.id.rawValue % UInt64(shards)),
        month: fact.storedTime.yearAndMonth
      )
    }
    return groups.sorted { ($0.key.shard, $0.key.month) < ($1.key.shard, $1.key.month) }
      .flatMap { place, facts in
        stride(from: 0, to: facts.count, by: limit).map { start in
          FactBlock(
            id: id(),
            shard: place.shard,
            month: place.month,
            receivedAt: receivedAt,
            facts: Array(facts[start..<min(start + limit, facts.count)])
          )
        }
      }
  }

  private struct Place: Hashable {
    let shard: Int
    let month: UInt32
  }
}

extension Fact {
  /// Its time; of what is about a slot, the slot's start.
  var storedTime: Timestamp {
    kind.isSlotted ? time.floored(to: Milliseconds.slot) : time
  }
}

extension Timestamp {
  /// The year and month in UTC, such as 202611: the partition that has its facts.
  var yearAndMonth: UInt32 {
    let (year, month, _) = CivilTime(self).date.components
    return UInt32(year * 100 + month)
  }

  /// The whole hours since 1970.
  var hourNumber: Int64 { floored(to: Milliseconds.hour).milliseconds / Milliseconds.hour }
}

extension ByteWriter {
  /// Eight bytes, lowest first, of a number of either sign.
  mutating func int64(_ value: Int64) { fixed(UInt64(bitPattern: value)) }

  /// Four bytes, lowest first.
  mutating func uint32(_ value: UInt32) {
    withUnsafeBytes(of: value.littleEndian) { raw($0) }
  }
}
