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
  private(set) var playbacks: [Playback] = []
  private var numbers: [Playback: UInt32] = [:]
  /// The values of each dimension, in the order of their arrival.
  private(set) var values = [[String]](repeating: [], count: Dimension.coded.count)
  private var valueNumbers = [[String: UInt32]](repeating: [:], count: Dimension.coded.count)
  /// For each dimension, the number of each playback's value.
  private(set) var valueOfPlayback = [[UInt32]](repeating: [], count: Dimension.coded.count)
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
      arguments: [lastRow]
    )
    while let row = try rows.next() {
      for fact in try JournalBlock.decode(bytes(of: row, at: 1)) { append(fact) }
    }
    lastRow = max(lastRow, head.lastRow)
    for hour in hours.keys {
      guard let settled = hours[hour]?.settle() else { continue }
      partials.follow(settled, ofHour: hour)
    }
  }

  private mutating func append(_ fact: Fact) {
    let number = number(of: fact.playback)
    let hour = fact.time.hour
    let event = Event(fact, hourStart: hour * Milliseconds.hour)
    hours[hour, default: TailHour()].append(event, of: number)
  }

  private mutating func number(of playback: Playback) -> UInt32 {
    if let number = numbers[playback] { return number }
    let number = UInt32(playbacks.count)
    for dimension in Dimension.coded {
      let place = Int(dimension.rawValue)
      let value = playback[dimension]
      let next = UInt32(values[place].count)
      let code = valueNumbers[place][value, default: next]
      if code == next {
        valueNumbers[place][value] = next
        values[place].append(value)
      }
      valueOfPlayback[place].growTightly()
      valueOfPlayback[place].append(code)
    }
    // Each batch brings texts of its own.
    func text(_ dimension: Dimension) -> String {
      let place = Int(dimension.rawValue)
      return values[place][Int(valueOfPlayback[place][Int(number)])]
    }
    let kept = Playback(
      id: playback.id,
      viewer: playback.viewer,
      mediaID: text(.mediaID),
      country: text(.country),
      deviceType: text(.deviceType),
      operatingSystem: text(.operatingSystem),
      browser: text(.browser),
      referrer: text(.referrer)
    )
    numbers[kept] = number
    playbacks.growTightly()
    playbacks.append(kept)
    return number
  }
}

extension Array {
  /// Makes room for one more where there is none, and for an eighth beside it: by itself an array doubles.
  mutating func growTightly() {
    guard count == capacity else { return }
    reserveCapacity(count + Swift.max(64, count / 8))
  }
}
