import PlaybackFacts
import QueryCore

/// Counts who watched in each slot of one hour, in rows.
///
/// Whoever has watched time that adds up to more than 0 in a slot counts there once. The parts of
/// it may come from several segments and from the journal, later ones negative.
struct SlotCounter {
  /// How many slots an hour has.
  static let slotsPerHour = Int(Milliseconds.hour / Milliseconds.slot)

  private struct Person: Hashable {
    var playback: UInt64
    var viewer: UInt64
  }

  /// Row, person and slot in one number, in this order from the top.
  private struct Part {
    var key: UInt64
    var milliseconds: Int64
  }

  private var people: [Person: UInt32] = [:]
  private var viewers: [UInt64] = []
  /// First those that are settled, in order; then those that came since.
  private var parts: [Part] = []
  private var settledCount = 0
  /// Whether a person's time in a slot may lie in several parts.
  private var isSplit = false

  /// Roughly what it takes in memory.
  var byteCount: Int { 48 * people.count + 16 * parts.count + 256 }

  /// The number of a playback; all of its parts have to be added under it.
  mutating func person(playback: UInt64, viewer: UInt64) -> UInt32 {
    let next = UInt32(viewers.count)
    let person = Person(playback: playback, viewer: viewer)
    if let number = people[person] {
      isSplit = true
      return number
    }
    people[person] = next
    viewers.append(viewer)
    return next
  }

  /// Adds watched time of a person in a slot of the hour, 0–179, to a row below 2²⁴.
  mutating func add(_ milliseconds: Int64, row: UInt32, person: UInt32, slot: Int) {
    let key = UInt64(row) << 40 | UInt64(person) << 8 | UInt64(slot)
    parts.append(Part(key: key, milliseconds: milliseconds))
  }

  /// Makes room for parts.
  mutating func reserve(_ count: Int) {
    parts.reserveCapacity(parts.count + count)
  }

  /// How many counted in each of the 180 slots, for each of `rowCount` rows in turn.
  consuming func counts(of audience: SumQuery.Audience, rowCount: Int) -> [UInt32] {
    if isSplit { settle() }
    let width = Self.slotsPerHour
    var counts = [UInt32](repeating: 0, count: width * rowCount)
    switch audience {
    case .playbacks:
      for part in parts where part.milliseconds > 0 {
        counts[Int(part.key >> 40) * width + Int(part.key & 0xff)] += 1
      }
    case .viewers:
      var numbers: [UInt64: UInt64] = [:]
      let numberOfPerson = viewers.map { viewer -> UInt64 in
        let next = UInt64(numbers.count)
        let number = numbers[viewer, default: next]
        numbers[viewer] = number
        return number
      }
      var watched: [UInt64] = []
      for part in parts where part.milliseconds > 0 {
        let viewer = numberOfPerson[Int(part.key >> 8 & 0xffff_ffff)]
        watched.append(part.key & ~0xff_ffff_ffff | (part.key & 0xff) << 32 | viewer)
      }
      watched.sort()
      var last: UInt64?
      for key in watched where key != last {
        counts[Int(key >> 40) * width + Int(key >> 32 & 0xff)] += 1
        last = key
      }
    }
    return counts
  }

  /// Makes one part of all that a person has in a slot and row.
  ///
  /// What was settled before is gone through once and not sorted again.
  mutating func settle() {
    isSplit = false
    var newest = Array(parts[settledCount...])
    newest.sort { $0.key < $1.key }
    var merged: [Part] = []
    merged.reserveCapacity(parts.count)
    func add(_ part: Part) {
      if let last = merged.last, last.key == part.key {
        merged[merged.count - 1].milliseconds += part.milliseconds
      } else {
        merged.append(part)
      }
    }
    var next = 0
    for part in parts[..<settledCount] {
      while next < newest.count, newest[next].key < part.key {
        add(newest[next])
        next += 1
      }
      add(part)
    }
    for part in newest[next...] { add(part) }
    parts = merged
    settledCount = merged.count
  }
}
