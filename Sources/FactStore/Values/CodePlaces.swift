import Algorithms
import TextAndBytes

/// Places in an array for the sums of codes: as many as there are different codes, or little more.
///
/// Codes are handed out for ever and may be large where few occur, so an array by code is made only where
/// it is short for what it takes.
struct CodePlaces {
  /// The place of each code that was given.
  let places: [Int64]
  /// How many places there are.
  let count: Int
  /// The code of each place, ascending; nil where each code is its own place.
  private let codes: [UInt32]?

  /// Finds places for codes of a segment.
  init(_ codes: [Int64], of segment: Int64) throws(MalformedBytes) {
    var (lowest, highest): (Int64, Int64) = (0, -1)
    for code in codes {
      lowest = min(lowest, code)
      highest = max(highest, code)
    }
    guard lowest >= 0, highest <= Int64(UInt32.max) else {
      throw MalformedBytes("segment \(segment) has an impossible code")
    }
    if Self.isDense(Int(highest), count: codes.count) {
      places = codes
      count = Int(highest) + 1
      self.codes = nil
      return
    }
    let distinct = Self.distinct(codes.map { UInt32($0) })
    places = codes.map { code in Int64(distinct.partitioningIndex { Int64($0) >= code }) }
    count = distinct.count
    self.codes = distinct
  }

  /// The code of a place.
  func code(of place: Int) -> UInt32 { codes?[place] ?? UInt32(place) }

  /// Takes the sums of places, a column for each sum, that are not all 0.
  func partial(_ columns: [[Int64]]) -> Partial {
    let partial = Partial(places: columns)
    guard let codes else { return partial }
    return Partial(keys: partial.keys.map { codes[Int($0)] }, columns: partial.columns)
  }

  /// Whether an array by code, up to the highest, is short enough for so many codes.
  static func isDense(_ highest: Int, count: Int) -> Bool { highest < 4 * count + 4096 }

  /// Codes in ascending order, each once.
  static func distinct(_ codes: [UInt32]) -> [UInt32] {
    var distinct: [UInt32] = []
    for code in codes.sorted() where distinct.last != code { distinct.append(code) }
    return distinct
  }
}

extension Partial {
  /// Adds up what several say of the same columns.
  static func sum(of partials: [Partial]) throws(MalformedBytes) -> Partial {
    guard partials.count > 1, let width = partials.map(\.columns.count).max() else {
      return partials.first ?? Partial(keys: [], columns: [])
    }
    let keyCount = partials.reduce(0) { $0 + $1.keys.count }
    let highest = partials.compactMap(\.keys.last).max() ?? 0
    if CodePlaces.isDense(Int(highest), count: keyCount) {
      let none = [Int64](repeating: 0, count: Int(highest) + 1)
      var sums = [[Int64]](repeating: none, count: width)
      for partial in partials {
        for (index, column) in partial.columns.enumerated() {
          for (key, value) in zip(partial.keys, column) {
            try sums[index].add(value, at: Int(key))
          }
        }
      }
      return Partial(places: sums)
    }
    let keys = CodePlaces.distinct(partials.flatMap(\.keys))
    let none = [Int64](repeating: 0, count: keys.count)
    var sums = [[Int64]](repeating: none, count: width)
    for partial in partials {
      // Both ascend.
      var place = 0
      let places = partial.keys.map { key in
        while keys[place] < key { place += 1 }
        return place
      }
      for (index, column) in partial.columns.enumerated() {
        for (place, value) in zip(places, column) { try sums[index].add(value, at: place) }
      }
    }
    let partial = Partial(places: sums)
    return Partial(keys: partial.keys.map { keys[Int($0)] }, columns: partial.columns)
  }
}

extension [Int64] {
  /// Adds to the value of a place.
  ///
  /// - Throws: ``MalformedBytes`` where the sum doesn't fit into 64 bits.
  mutating func add(_ value: Int64, at place: Int) throws(MalformedBytes) {
    let (total, overflow) = self[place].addingReportingOverflow(value)
    guard !overflow else { throw MalformedBytes("the sums are more than there can be") }
    self[place] = total
  }
}
