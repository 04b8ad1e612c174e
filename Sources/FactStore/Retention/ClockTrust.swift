import TextAndBytes
import GRDB
import PlaybackFacts

/// What the wall clock and the uptime said at one instant.
struct ClockReading: Hashable, Sendable {
  var wall: Timestamp
  var uptime: Uptime
}

/// Whether the wall clock can be trusted to say that something has expired.
///
/// A clock is trusted while it runs on evenly from the times that were trusted before. One that is more than
/// a day off is doubtful: it is trusted when it has run on evenly for a day of uptime. A machine that was
/// off for some days looks the same at first, and waits the same day.
///
/// ```
///            off by ≤ a day                       off by > a day, or unevenly
///            ┌───────┐                            ┌───────┐
///            │       ▼    off by > a day          │       ▼
///  open ──▶  trusted ───────────────────────────▶ doubtful
///               ▲                                    │
///               └────────────────────────────────────┘
///                   off by ≤ a day, or evenly for a day of uptime
/// ```
struct ClockTrust: Hashable, Sendable {
  /// The first reading that was trusted since the machine started.
  private(set) var anchor: ClockReading
  /// The newest time that was trusted.
  private(set) var newest: Timestamp
  /// Since when, by itself, the clock has been trusted without a doubt.
  private(set) var trustedSince: Timestamp
  /// The clock that is not trusted; nil where the newest reading was.
  private(set) var doubt: Doubt?

  /// A clock that is not trusted yet.
  struct Doubt: Hashable, Sendable {
    /// The newest reading of it.
    var last: ClockReading
    /// The uptime for which it has run on evenly, in milliseconds.
    var steadyFor: Int64
  }

  /// How far off a clock is trusted, in milliseconds.
  static let tolerance = Milliseconds.day
  /// How long a clock has to run on evenly until it is trusted, in milliseconds of uptime.
  static let patience = Milliseconds.day
  /// How long a machine may be off without that the waiting of its doubtful clock begins again, in
  /// milliseconds.
  private static let longestAbsence = 7 * Milliseconds.day

  init(
    anchor: ClockReading,
    newest: Timestamp,
    trustedSince: Timestamp,
    doubt: Doubt? = nil
  ) {
    self.anchor = anchor
    self.newest = newest
    self.trustedSince = trustedSince
    self.doubt = doubt
  }

  /// How far ahead of the trusted time a reading is, in milliseconds; negative where it is behind.
  func offset(of reading: ClockReading) -> Int64 { reading.wall - expected(at: reading) }

  /// The time by the trusted clock: that of the reading, or what it should be where that is doubtful.
  ///
  /// After another start of the machine nobody can tell how long it was off: a clock that is ahead then is
  /// most likely right.
  func trusted(_ reading: ClockReading) -> Timestamp {
    let isOtherStart = reading.uptime.milliseconds(since: anchor.uptime) == nil
    let expected = expected(at: reading)
    return doubt == nil || isOtherStart && reading.wall > expected ? reading.wall : expected
  }

  /// The time that follows from the trusted one, as near to the reading as it can be.
  private func expected(at reading: ClockReading) -> Timestamp {
    if let passed = reading.uptime.milliseconds(since: anchor.uptime) {
      return anchor.wall + passed
    }
    // After another start the uptime explains as much as it is. It need not have passed: the file may have
    // been written by another machine while this one was running.
    return min(max(reading.wall, newest), newest + reading.uptime.milliseconds)
  }

  /// Takes in a reading.
  mutating func take(_ reading: ClockReading) {
    guard abs(offset(of: reading)) > Self.tolerance else { return trust(reading) }
    let steadyFor = doubt.flatMap { Self.steadyTime(from: $0, to: reading) } ?? 0
    if steadyFor >= Self.patience {
      trust(reading)
      trustedSince = reading.wall
    } else {
      doubt = Doubt(last: reading, steadyFor: steadyFor)
    }
  }

  /// Trusts a reading, whatever it says.
  mutating func trust(_ reading: ClockReading) {
    let passed = reading.uptime.milliseconds(since: anchor.uptime)
    // Pauses of a virtual machine, which its uptime leaves out, must not add up for weeks.
    if passed.map({ $0 >= Self.patience }) ?? true || abs(offset(of: reading)) > Self.tolerance {
      anchor = reading
    }
    newest = reading.wall
    doubt = nil
  }

  /// For how long a doubtful clock has run on evenly up to a reading; nil where it has not.
  private static func steadyTime(from doubt: Doubt, to reading: ClockReading) -> Int64? {
    let passed = reading.wall - doubt.last.wall
    guard let uptime = reading.uptime.milliseconds(since: doubt.last.uptime) else {
      return (0...longestAbsence).contains(passed) ? doubt.steadyFor : nil
    }
    return abs(passed - uptime) <= tolerance ? doubt.steadyFor + uptime : nil
  }
}

// MARK: - In the file

extension ClockTrust {
  static func fetch(_ db: Database) throws -> ClockTrust {
    let row = try Row.fetchOne(db.cachedStatement(sql: "SELECT * FROM clock"))
    guard let row else { throw MalformedBytes("the row of the clock is missing") }
    let doubt: Doubt? = try row.optionalText("doubt_boot").map { boot in
      Doubt(
        last: ClockReading(
          wall: try row.optionalInstant("doubt_wall") ?? Timestamp(milliseconds: 0),
          uptime: Uptime(boot: boot, milliseconds: try row.optionalInteger("doubt_uptime") ?? 0)
        ),
        steadyFor: try row.optionalInteger("doubt_for", in: StoredLimits.milliseconds) ?? 0
      )
    }
    return ClockTrust(
      anchor: ClockReading(
        wall: try row.instant("anchor_wall"),
        uptime: Uptime(
          boot: try row.text("boot"),
          milliseconds: try row.integer("anchor_uptime")
        )
      ),
      newest: try row.instant("wall"),
      trustedSince: try row.instant("trusted_since"),
      doubt: doubt
    )
  }

  func write(_ db: Database) throws {
    try db.cachedStatement(
      sql: """
        UPDATE clock SET boot = ?, anchor_wall = ?, anchor_uptime = ?, wall = ?, trusted_since = ?,
          doubt_boot = ?, doubt_wall = ?, doubt_uptime = ?, doubt_for = ?
        """
    ).execute(arguments: [
      anchor.uptime.boot, anchor.wall.milliseconds, anchor.uptime.milliseconds,
      newest.milliseconds, trustedSince.milliseconds,
      doubt?.last.uptime.boot, doubt?.last.wall.milliseconds, doubt?.last.uptime.milliseconds,
      doubt?.steadyFor,
    ])
  }
}
