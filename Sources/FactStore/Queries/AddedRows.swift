import Algorithms
import TextAndBytes
import PlaybackFacts
import QueryCore

/// What the journal adds up to by the values of a dimension, with the codes of those values as far as they are
/// known.
struct TailRows {
  /// Of each value of the journal.
  var values: [String] = []
  /// Those of the values; nil where nobody asked for them.
  var codes: TailCodes?
  /// A column for each sum that is wanted, by the number of the value; they may be shorter than the values.
  var columns: [[Int64]] = []

  /// Adds columns.
  ///
  /// - Throws: ``MalformedBytes`` where a sum doesn't fit into 64 bits.
  mutating func add(_ other: [[Int64]]) throws(MalformedBytes) {
    guard !columns.isEmpty else {
      columns = other
      return
    }
    for (index, column) in other.enumerated() {
      makeRoom(for: column.count - 1, index)
      for (number, value) in column.enumerated() where value != 0 {
        try columns[index].add(value, at: number)
      }
    }
  }

  /// Adds what an event of a value adds to some sums, those of the columns.
  mutating func add(_ event: Event, to number: Int, _ sums: [Sum]) throws(MalformedBytes) {
    var added = Sums()
    added.add(event)
    while columns.count < sums.count { columns.append([]) }
    for (index, sum) in sums.enumerated() {
      makeRoom(for: number, index)
      try columns[index].add(added[sum], at: number)
    }
  }

  private mutating func makeRoom(for number: Int, _ index: Int) {
    guard number >= columns[index].count else { return }
    columns[index] += repeatElement(0, count: number + 1 - columns[index].count)
  }

  /// How many rows the columns have.
  var count: Int { columns.map(\.count).min() ?? 0 }

  /// Whether a row is not all 0.
  func isUsed(_ number: Int) -> Bool { columns.contains { $0[number] != 0 } }
}

/// Rows to which something is added that is not in the sealed sums, with the sums of both.
struct AddedRows {
  /// A column for each sum that is wanted.
  private(set) var columns: [[Int64]]
  /// The place of each row among those that are sealed; -1 where it is not there.
  private(set) var places: [Int] = []
  /// The number of each row's value in the journal; -1 where it is not there.
  private var numbers: [Int] = []
  /// The code of each row; ``TailCodes/none`` where no sealed sums are of it.
  private var codes: [UInt32] = []
  private let tail: TailRows

  /// Adds the rows of the journal, and those of cut hours, to sealed ones.
  ///
  /// - Parameters:
  ///   - tail: of the journal.
  ///   - byCode: of cut hours.
  ///   - sealed: of whole hours, by code.
  ///   - sums: those of the columns.
  /// - Throws: ``MalformedBytes`` where a sum doesn't fit into 64 bits.
  init(
    _ tail: TailRows,
    _ byCode: [UInt32: Sums],
    to sealed: Partial,
    _ sums: [Sum]
  ) throws(MalformedBytes) {
    self.tail = tail
    columns = [[Int64]](repeating: [], count: sums.count)
    var byCode = byCode
    let tailCodes = tail.codes?.codes ?? []
    let finder = PlaceFinder(sealed.keys, lookups: tail.count + byCode.count)
    for number in 0..<tail.count where tail.isUsed(number) {
      let code = number < tailCodes.count ? tailCodes[number] : TailCodes.none
      let place = code == TailCodes.none ? nil : finder.place(of: code)
      let cut = code == TailCodes.none ? nil : byCode.removeValue(forKey: code)
      append(place, number, place == nil && cut == nil ? TailCodes.none : code)
      for index in sums.indices {
        try add(place.map { sealed.columns[index][$0] } ?? 0, to: index)
        try add(tail.columns[index][number], to: index)
        if let cut { try add(cut[sums[index]], to: index) }
      }
    }
    for (code, cut) in byCode {
      let place = finder.place(of: code)
      append(place, -1, code)
      for index in sums.indices {
        try add(place.map { sealed.columns[index][$0] } ?? 0, to: index)
        try add(cut[sums[index]], to: index)
      }
    }
  }

  private mutating func append(_ place: Int?, _ number: Int, _ code: UInt32) {
    places.append(place ?? -1)
    numbers.append(number)
    codes.append(code)
    for index in columns.indices { columns[index].append(0) }
  }

  private mutating func add(_ value: Int64, to index: Int) throws(MalformedBytes) {
    try columns[index].add(value, at: columns[index].count - 1)
  }

  /// The value of a row, written as where it was sealed first.
  func name(of row: Int, _ dimension: Dimension, _ tables: CodeTables) throws -> String {
    guard numbers[row] >= 0 else { return try tables.value(of: Int(codes[row]), dimension) }
    let spelling = codes[row] == TailCodes.none ? nil : tail.codes?.spellings[numbers[row]]
    return spelling ?? tail.values[numbers[row]]
  }
}

/// Finds codes among those of a partial.
private struct PlaceFinder {
  /// Ascending.
  private let keys: [UInt32]
  /// By code, one more than the place; empty where few are looked for, or codes are large.
  private var places: [UInt32] = []

  init(_ keys: [UInt32], lookups: Int) {
    self.keys = keys
    let highest = Int(keys.last ?? 0)
    guard lookups > highest / 16, CodePlaces.isDense(highest, count: keys.count) else { return }
    places = [UInt32](repeating: 0, count: highest + 1)
    for (place, key) in keys.enumerated() { places[Int(key)] = UInt32(place) + 1 }
  }

  func place(of code: UInt32) -> Int? {
    if !places.isEmpty {
      guard code < places.count, places[Int(code)] > 0 else { return nil }
      return Int(places[Int(code)]) - 1
    }
    let place = keys.partitioningIndex { $0 >= code }
    return place < keys.count && keys[place] == code ? place : nil
  }
}
