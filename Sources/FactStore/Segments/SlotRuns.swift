import TextAndBytes
import PlaybackFacts

/// How much of each 20 s slot of an hour the groups watched, or stood still.
///
/// Slots that follow each other are a run; most slots of a run are watched in full.
///
/// ```
/// runs of each group        integer column, one for each group
/// where each run begins     integer column: slots after the end of the group's run before
/// how long each run is      integer column: slots − 1
/// [literals: varint]        how many slots are not 20,000 ms
/// full slots before each    integer column, one for each literal: since the literal before
/// value of each             integer column, ms
/// ```
enum SlotRuns {
  private static let full = Milliseconds.slot

  /// One slot of a group.
  struct Slot: Hashable {
    /// Within the hour, 0–179.
    var number: Int
    /// In milliseconds.
    var value: Int64
  }

  /// Writes the slots of each group, in ascending order of their numbers.
  static func encode(_ groups: [[Slot]], into writer: inout ByteWriter) {
    var runCounts: [Int64] = []
    var gaps: [Int64] = []
    var lengths: [Int64] = []
    var fullBefore: [Int64] = []
    var literals: [Int64] = []
    var fullCount: Int64 = 0
    for slots in groups {
      let runsBefore = gaps.count
      var end = 0
      for slot in slots {
        if gaps.count == runsBefore || slot.number != end {
          gaps.append(Int64(slot.number - end))
          lengths.append(0)
        } else {
          lengths[lengths.count - 1] += 1
        }
        end = slot.number + 1
        if slot.value == full {
          fullCount += 1
        } else {
          fullBefore.append(fullCount)
          literals.append(slot.value)
          fullCount = 0
        }
      }
      runCounts.append(Int64(gaps.count - runsBefore))
    }
    IntegerColumn.encode(runCounts, into: &writer)
    IntegerColumn.encode(gaps, into: &writer)
    IntegerColumn.encode(lengths, into: &writer)
    writer.count(literals.count)
    IntegerColumn.encode(fullBefore, into: &writer)
    IntegerColumn.encode(literals, into: &writer)
  }

  /// Reads the slots of each of `groupCount` groups and passes them on: group, slot.
  static func decode(
    _ reader: inout ByteReader,
    groupCount: Int,
    _ body: (Int, Slot) -> Void
  ) throws(MalformedBytes) {
    let columns = try Columns(&reader, groupCount: groupCount)
    var literal = 0
    var fullLeft = columns.fullBefore.first ?? Int64.max
    try columns.forEachRun { group, numbers in
      for number in numbers {
        if fullLeft > 0 {
          fullLeft -= 1
          body(group, Slot(number: number, value: full))
        } else {
          body(group, Slot(number: number, value: columns.literals[literal]))
          literal += 1
          fullLeft =
            literal < columns.literals.count ? columns.fullBefore[literal] : Int64.max
        }
      }
    }
  }

  /// Reads the slots of each of `groupCount` groups and passes on those with a value over 0, as
  /// runs: group, numbers of the slots.
  static func decodePositive(
    _ reader: inout ByteReader,
    groupCount: Int,
    _ body: (Int, Range<Int>) -> Void
  ) throws(MalformedBytes) {
    let start = reader
    let columns = try Columns(&reader, groupCount: groupCount)
    guard columns.literals.contains(where: { $0 <= 0 }) else {
      return try columns.forEachRun(body)
    }
    reader = start
    try decode(&reader, groupCount: groupCount) { group, slot in
      if slot.value > 0 { body(group, slot.number..<slot.number + 1) }
    }
  }

  private struct Columns {
    var runCounts: [Int64]
    var gaps: [Int64]
    var lengths: [Int64]
    var fullBefore: [Int64]
    var literals: [Int64]

    private static let slotsPerHour = Int64(Milliseconds.hour / Milliseconds.slot)

    init(_ reader: inout ByteReader, groupCount: Int) throws(MalformedBytes) {
      runCounts = try IntegerColumn.decode(&reader, count: groupCount)
      guard runCounts.allSatisfy({ (0...Self.slotsPerHour).contains($0) }) else {
        throw MalformedBytes("a group has too many runs")
      }
      let runCount = Int(runCounts.reduce(0, +))
      gaps = try IntegerColumn.decode(&reader, count: runCount)
      lengths = try IntegerColumn.decode(&reader, count: runCount)
      let literalCount = try reader.count()
      fullBefore = try IntegerColumn.decode(&reader, count: literalCount)
      literals = try IntegerColumn.decode(&reader, count: literalCount, areSums: true)
      guard lengths.allSatisfy({ (0..<Self.slotsPerHour).contains($0) }) else {
        throw MalformedBytes("a run leaves its hour")
      }
      var slotsLeft = lengths.reduce(Int64(runCount), +) - Int64(literalCount)
      for count in fullBefore {
        guard 0 <= count, count <= slotsLeft else {
          throw MalformedBytes("there are too many literals")
        }
        slotsLeft -= count
      }
      guard slotsLeft >= 0 else { throw MalformedBytes("there are too many literals") }
    }

    /// Passes on the group of each run and the numbers of its slots.
    func forEachRun(_ body: (Int, Range<Int>) -> Void) throws(MalformedBytes) {
      var run = 0
      for group in runCounts.indices {
        var end: Int64 = 0
        for _ in 0..<runCounts[group] {
          guard (0...Self.slotsPerHour).contains(gaps[run]),
            end + gaps[run] + lengths[run] < Self.slotsPerHour
          else { throw MalformedBytes("a run leaves its hour") }
          let start = end + gaps[run]
          end = start + lengths[run] + 1
          run += 1
          body(group, Int(start)..<Int(end))
        }
      }
    }
  }
}
