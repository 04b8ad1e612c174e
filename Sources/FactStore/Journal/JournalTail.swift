import GRDB
import PlaybackFacts
import QueryCore

/// The journal's facts, decoded and kept in memory, extended by the rows that arrive.
///
/// Players report a slot in several pings, so that what is in memory is settled from time to time: an
/// hour is made of one event for each slot, as a segment is, and of the facts that came since.
struct JournalTail {
  private(set) var epoch: Int64 = -1
  private(set) var lastRow: Int64 = 0
  /// By hours since 1970.
  private(set) var hours: [Int64: TailHour] = [:]
  private(set) var playbacks = TailPlaybacks()
  /// The codes that the dictionary has for values of the journal, of dimensions that were asked for.
  private(set) var codes: [Dimension: TailCodes] = [:]
  /// What was added up already.
  var partials = TailPartials()

  /// Whether a snapshot holds all that was read here, and possibly more.
  func isWithin(_ head: Head) -> Bool {
    epoch < head.journalEpoch || epoch == head.journalEpoch && lastRow <= head.version
  }

  /// Reads the rows that the snapshot behind `db` and `head` has more.
  mutating func extend(_ db: Database, to head: Head) throws {
    if epoch != head.journalEpoch {
      self = JournalTail()
      epoch = head.journalEpoch
    }
    guard lastRow < head.lastRow else { return }
    let rows = try Row.fetchCursor(
      db.cachedStatement(
        sql: "SELECT row, facts FROM journal WHERE row > ? AND facts IS NOT NULL ORDER BY row"
      ),
      arguments: [max(lastRow, head.sealedRow)]
    )
    while let row = try rows.next() {
      for fact in try JournalBlock.decode(bytes(of: row, at: 1)) { append(fact) }
      // A row that can't be read must not make those before it count twice.
      lastRow = try row.integer(0)
    }
    lastRow = max(lastRow, head.lastRow)
    var isSettled = false
    // The keys of their own: beside the dictionary's, an hour that is changed would be copied.
    for hour in Array(hours.keys) {
      guard let settled = hours[hour]?.settle() else { continue }
      partials.follow(settled, ofHour: hour)
      isSettled = true
    }
    if isSettled { partials.forgetUnasked() }
  }

  /// Brings the codes of a dimension's values up to a snapshot's dictionary.
  mutating func extendCodes(of dimension: Dimension, _ tables: CodeTables) throws {
    // Taken out, so that they are changed in their place.
    var known = codes.removeValue(forKey: dimension) ?? TailCodes()
    try known.extend(playbacks, dimension, tables)
    codes[dimension] = known
  }

  private mutating func append(_ fact: Fact) {
    let hour = fact.time.hour
    let event = Event(fact, hourStart: hour * Milliseconds.hour)
    hours[hour, default: TailHour()].append(event, of: playbacks.number(of: fact.playback))
  }
}
