import PlaybackFacts
import QueryCore
import Testing

@testable import FactStore

@Suite("Trust in the clock")
struct ClockTrustTests {
  private static let year = 365 * Milliseconds.day

  /// A machine whose wall clock can be set and which can be started anew.
  private struct Machine {
    var wall = noon
    var uptime = Uptime(boot: "first", milliseconds: 5000)

    var reading: ClockReading { ClockReading(wall: wall, uptime: uptime) }

    /// Lets time pass.
    mutating func run(_ milliseconds: Int64) {
      wall = wall + milliseconds
      uptime.milliseconds += milliseconds
    }

    /// Is off for some time.
    mutating func restart(after milliseconds: Int64) {
      wall = wall + milliseconds
      uptime = Uptime(boot: uptime.boot + "+", milliseconds: 2000)
    }
  }

  private func trust(in machine: Machine) -> ClockTrust {
    ClockTrust(anchor: machine.reading, newest: machine.wall, trustedSince: machine.wall)
  }

  @Test func `trusts a clock that runs on, is set by hours, or was off for less than a day`() {
    var machine = Machine()
    var trust = trust(in: machine)
    for step in 0..<2000 {
      machine.run(Milliseconds.hour)
      if step == 700 { machine.wall = machine.wall + 5 * Milliseconds.hour }
      if step == 900 { machine.restart(after: 23 * Milliseconds.hour) }
      trust.take(machine.reading)
      #expect(trust.doubt == nil)
      #expect(trust.newest == machine.wall)
    }
  }

  @Test(
    "doubts a clock that is more than a day off",
    arguments: [
      2 * year, 400 * Milliseconds.day, 3 * Milliseconds.day, -year, -2 * Milliseconds.day,
    ]
  )
  func doubts(offset: Int64) {
    var machine = Machine()
    var trust = trust(in: machine)
    machine.wall = machine.wall + offset
    trust.take(machine.reading)
    #expect(trust.doubt?.steadyFor == 0)
    #expect(trust.offset(of: machine.reading) == offset)

    // For less than a day of uptime, what would have been the time goes on.
    machine.run(ClockTrust.patience - 1)
    trust.take(machine.reading)
    #expect(trust.doubt?.steadyFor == ClockTrust.patience - 1)
    #expect(trust.trusted(machine.reading) == noon + ClockTrust.patience - 1)

    // Set right, it is trusted at once.
    var repaired = trust
    repaired.take(ClockReading(wall: machine.wall + -offset, uptime: machine.uptime))
    #expect(repaired.doubt == nil)

    // Left as it is, it is believed after a day.
    machine.run(1)
    trust.take(machine.reading)
    #expect(trust.doubt == nil)
    #expect(trust.trusted(machine.reading) == machine.wall)
  }

  @Test func `trusts the clock of a machine that has been running when another wrote the file`() {
    let first = Machine()
    let trust = trust(in: first)
    let uptime = Uptime(boot: "second", milliseconds: Self.year)
    for (passed, isTrusted) in [
      (0, true), (Milliseconds.hour, true), (300 * Milliseconds.day, true),
      (-Milliseconds.hour, true), (-3 * Milliseconds.day, false),
    ] {
      var copy = trust
      let reading = ClockReading(wall: first.wall + passed, uptime: uptime)
      copy.take(reading)
      #expect((copy.doubt == nil) == isTrusted, "\(passed)")
      // Never later than any clock says: facts would expire.
      #expect(copy.trusted(reading) == (isTrusted ? reading.wall : first.wall), "\(passed)")
    }
  }

  @Test func `doubts again whenever the clock jumps`() {
    var machine = Machine()
    var trust = trust(in: machine)
    for _ in 0..<10 {
      machine.wall = machine.wall + Self.year
      trust.take(machine.reading)
      machine.run(20 * Milliseconds.hour)
      trust.take(machine.reading)
      #expect(trust.doubt != nil)
    }
  }

  @Test func `jumps of less than a day add up to a doubt`() {
    var machine = Machine()
    var trust = trust(in: machine)
    for _ in 0..<3 {
      machine.run(Milliseconds.minute)
      machine.wall = machine.wall + 20 * Milliseconds.hour
      trust.take(machine.reading)
    }
    #expect(trust.doubt != nil)
  }

  @Test func `a machine that was off for days waits a day of uptime, also over several starts`() {
    var machine = Machine()
    var trust = trust(in: machine)
    machine.restart(after: 4 * Milliseconds.day)
    trust.take(machine.reading)
    #expect(trust.doubt != nil)
    for _ in 0..<3 {
      #expect(trust.doubt != nil)
      machine.run(9 * Milliseconds.hour)
      trust.take(machine.reading)
      machine.restart(after: 12 * Milliseconds.hour)
      trust.take(machine.reading)
    }
    #expect(trust.doubt == nil)
  }
}

@Suite("Retention record")
struct RetentionRecordTests {
  private func uptime(_ hours: Int64, boot: String = "a") -> Uptime {
    Uptime(boot: boot, milliseconds: hours * Milliseconds.hour)
  }

  @Test func `removes what has expired for a day of uptime`() {
    var record = RetentionRecord(milliseconds: Milliseconds.day)
    record.move(edge: noon, at: uptime(0))
    #expect(record.edge == noon && record.due == nil)
    record.move(edge: noon + Milliseconds.hour, at: uptime(1))
    #expect(record.edge == noon + Milliseconds.hour && record.due == nil)
    record.move(edge: noon + 23 * Milliseconds.hour, at: uptime(23))
    #expect(record.due == nil)
    record.move(edge: noon + 24 * Milliseconds.hour, at: uptime(24))
    // What expired later stays for its own day.
    #expect(record.due == noon)

    record.remove(before: noon, at: uptime(24))
    #expect(record.removedBefore == noon)
    #expect(record.pending?.edge == noon + 24 * Milliseconds.hour)
    #expect(record.due == nil)
  }

  @Test func `an edge that is taken back takes back what would be removed`() {
    var record = RetentionRecord(milliseconds: Milliseconds.day)
    record.move(edge: noon, at: uptime(0))
    record.move(edge: noon - Milliseconds.day, at: uptime(23))
    record.move(edge: noon, at: uptime(24))
    #expect(record.due == noon - Milliseconds.day)
  }

  @Test func `time in which the machine was off does not count`() {
    var record = RetentionRecord(milliseconds: Milliseconds.day)
    record.move(edge: noon, at: uptime(0))
    record.move(edge: noon, at: uptime(20))
    record.move(edge: noon, at: uptime(1, boot: "b"))
    #expect(record.due == nil)
    record.move(edge: noon, at: uptime(5, boot: "b"))
    #expect(record.due == noon)
  }
}
