import AnalyticsSource
import PlaybackFacts
import QueryCore
import TextAndBytes

/// What became of the pings of one committed batch, as bytes that need nothing else to be read.
///
/// ```
/// block   [version, 1: 1][pings: varint] pings ×
///           ([playback: 8][viewer: 8][media id: text or its number]
///            [received − that of the ping before: signed]
///            [what follows: 1]
///            [accepted: varint] [out of order: varint] [duplicates: varint] [late: varint]
///            [reasons: varint] reasons × ([reason: text or its number][refused: varint])
///            [facts: varint] facts × ([kind, +128 with a value: 1][received − time: signed]
///                                     [value: signed, if it has one]))
/// ```
/// A text is given once: its number is a varint, and where that is the number of texts so far, the text follows.
/// *What follows* has a bit for each of the counts behind it, from 1 for `accepted` to 32 for `facts`; those
/// without their bit are 0 and left out. Blocks may follow each other without anything between them.
enum PingBlock {
  private static let version: UInt8 = 1

  private struct Parts: OptionSet {
    let rawValue: UInt8
    static let accepted = Parts(rawValue: 1)
    static let outOfOrder = Parts(rawValue: 2)
    static let duplicates = Parts(rawValue: 4)
    static let late = Parts(rawValue: 8)
    static let refused = Parts(rawValue: 16)
    static let facts = Parts(rawValue: 32)
    static let all: Parts = [.accepted, .outOfOrder, .duplicates, .late, .refused, .facts]
  }

  /// Encodes the pings of a batch, whose facts are those of its pings in their order.
  static func encode(_ pings: [BatchPing], facts: [Fact]) -> [UInt8] {
    var writer = ByteWriter()
    writer.reserveCapacity(pings.count * 32 + facts.count * 8)
    writer.byte(version)
    writer.count(pings.count)
    var texts: [String: Int] = [:]
    var before: Int64 = 0
    var rest = facts[...]
    for ping in pings {
      let receivedAt = ping.receivedAt.milliseconds
      writer.fixed(ping.playback.id.rawValue)
      writer.fixed(ping.playback.viewer.rawValue)
      write(ping.playback.mediaID, &texts, &writer)
      writer.signed(receivedAt &- before)
      before = receivedAt
      let outcome = ping.outcome
      writer.byte(parts(of: ping).rawValue)
      for count in [outcome.accepted, outcome.outOfOrder, outcome.duplicates, outcome.late]
      where count > 0 {
        writer.count(count)
      }
      if !outcome.refused.isEmpty {
        writer.count(outcome.refused.count)
        for (reason, count) in outcome.refused.sorted(by: { $0.key < $1.key }) {
          write(reason, &texts, &writer)
          writer.count(count)
        }
      }
      guard ping.factCount > 0 else { continue }
      writer.count(ping.factCount)
      for fact in rest.prefix(ping.factCount) {
        writer.byte(fact.kind.rawValue | (fact.value == nil ? 0 : 0x80))
        writer.signed(receivedAt &- fact.time.milliseconds)
        if let value = fact.value { writer.signed(value) }
      }
      rest = rest.dropFirst(ping.factCount)
    }
    return writer.bytes
  }

  private static func parts(of ping: BatchPing) -> Parts {
    var parts: Parts = []
    if ping.outcome.accepted > 0 { parts.insert(.accepted) }
    if ping.outcome.outOfOrder > 0 { parts.insert(.outOfOrder) }
    if ping.outcome.duplicates > 0 { parts.insert(.duplicates) }
    if ping.outcome.late > 0 { parts.insert(.late) }
    if !ping.outcome.refused.isEmpty { parts.insert(.refused) }
    if ping.factCount > 0 { parts.insert(.facts) }
    return parts
  }

  private static func write(
    _ text: String,
    _ texts: inout [String: Int],
    _ writer: inout ByteWriter
  ) {
    let next = texts.count
    let number = texts[text, default: next]
    writer.count(number)
    guard number == next else { return }
    texts[text] = next
    writer.text(text)
  }
}

// MARK: - Reading

extension PingBlock {
  /// Passes on the pings of some blocks that a selection contains, nil for all, in the order of their commits.
  static func forEachPing(
    in bytes: [UInt8],
    of selection: PingSelection?,
    _ body: (PingHistory.Ping) -> Void
  ) throws(MalformedBytes) {
    var reader = ByteReader(bytes)
    while !reader.isAtEnd {
      guard try reader.byte() == version else {
        throw MalformedBytes("a block of pings has another version")
      }
      var texts: [String] = []
      var receivedAt: Int64 = 0
      for _ in 0..<(try reader.count(bytesEach: 19)) {
        let playback = PlaybackID(rawValue: try reader.fixed())
        let viewer = ViewerID(rawValue: try reader.fixed())
        let mediaID = try text(&reader, &texts)
        receivedAt &+= try reader.signed()
        guard times.contains(receivedAt) else { throw MalformedBytes("a ping has no time") }
        let outcome = try outcome(&reader, &texts)
        let time = Timestamp(milliseconds: receivedAt)
        let isWanted = selection?.contains(playback, viewer, mediaID) ?? true
        let facts = try outcome.hasFacts ? facts(&reader, receivedAt: time, isWanted) : []
        guard isWanted else { continue }
        body(
          PingHistory.Ping(
            playback: playback,
            viewer: viewer,
            mediaID: mediaID,
            receivedAt: time,
            outcome: outcome.counts,
            facts: facts
          )
        )
      }
    }
  }

  /// Any time that a clock can show, in ms.
  private static let times: ClosedRange<Int64> = -(1 << 53)...(1 << 53)

  private static func outcome(
    _ reader: inout ByteReader,
    _ texts: inout [String]
  ) throws(MalformedBytes) -> (counts: PingOutcome, hasFacts: Bool) {
    let parts = Parts(rawValue: try reader.byte())
    guard parts.isSubset(of: .all) else { throw MalformedBytes("a ping has unknown parts") }
    var counts = PingOutcome()
    if parts.contains(.accepted) { counts.accepted = try reader.count() }
    if parts.contains(.outOfOrder) { counts.outOfOrder = try reader.count() }
    if parts.contains(.duplicates) { counts.duplicates = try reader.count() }
    if parts.contains(.late) { counts.late = try reader.count() }
    if parts.contains(.refused) {
      for _ in 0..<(try reader.count(bytesEach: 2)) {
        let reason = try text(&reader, &texts)
        counts.refused[reason] = try reader.count()
      }
    }
    return (counts, parts.contains(.facts))
  }

  private static func facts(
    _ reader: inout ByteReader,
    receivedAt: Timestamp,
    _ isWanted: Bool
  ) throws(MalformedBytes) -> [PingHistory.MadeFact] {
    var facts: [PingHistory.MadeFact] = []
    for _ in 0..<(try reader.count(bytesEach: 2)) {
      let head = try reader.byte()
      guard let kind = FactKind(rawValue: head & 0x7f) else {
        throw MalformedBytes("there is no fact of kind \(head & 0x7f)")
      }
      let time = receivedAt.milliseconds &- (try reader.signed())
      guard times.contains(time) else { throw MalformedBytes("a fact has no time") }
      let value = head & 0x80 == 0 ? nil : try reader.signed()
      // Most are read to get past them.
      if isWanted { facts.append(.init(kind, at: Timestamp(milliseconds: time), value: value)) }
    }
    return facts
  }

  private static func text(
    _ reader: inout ByteReader,
    _ texts: inout [String]
  ) throws(MalformedBytes) -> String {
    let number = try reader.count()
    if number == texts.count { texts.append(try reader.text()) }
    guard number < texts.count else { throw MalformedBytes("there is no text number \(number)") }
    return texts[number]
  }
}
