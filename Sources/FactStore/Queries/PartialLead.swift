import Algorithms
import PlaybackFacts
import QueryCore

/// The first rows of a partial in one order, with their names.
struct PartialLead {
  struct Row {
    /// Among the partial's rows.
    let place: Int
    let rank: Int64
    let name: String
  }

  /// In their order.
  let rows: [Row]
  /// How many rows the order has, those that were left out among them.
  let count: Int

  /// Whether no row was left out.
  var isWhole: Bool { rows.count == count }

  /// Roughly what it takes in memory.
  var byteCount: Int {
    rows.reduce(64) { $0 + MemoryLayout<Row>.stride + 32 + $1.name.utf8.count }
  }

  /// Finds the first rows of a partial.
  ///
  /// Names are read of those that are found; of rows with equal ranks that don't all belong to them, the names
  /// of all are looked at.
  ///
  /// - Parameters:
  ///   - length: how many rows, at most.
  ///   - partial: by code of a dimension that is kept.
  ///   - ranking: the order.
  ///   - dimension: of the codes.
  ///   - tables: the names.
  /// - Throws: what SQLite says, or ``MalformedBytes`` where a code has no value.
  init(
    _ length: Int,
    of partial: Partial,
    by ranking: Ranking,
    _ dimension: Dimension,
    _ tables: CodeTables
  ) throws {
    var places: [Int] = []
    var ranks: [Int64] = []
    places.reserveCapacity(partial.keys.count)
    ranks.reserveCapacity(partial.keys.count)
    for place in partial.keys.indices {
      guard let rank = ranking.rank(ofRow: place, in: partial.columns) else { continue }
      places.append(place)
      ranks.append(rank)
    }
    count = ranks.count
    let (first, tied) = ranks.first(length)
    let names = try tables.values(of: first.map { partial.keys[places[$0]] }, dimension)
    var rows = zip(first, names).map { Row(place: places[$0], rank: ranks[$0], name: $1) }
    if let rank = tied.first.map({ ranks[$0] }) {
      let codes = tied.map { partial.keys[places[$0]] }
      for (code, name) in try tables.firstValues(length - first.count, of: codes, dimension) {
        let place = partial.keys.partitioningIndex { $0 >= code }
        rows.append(Row(place: place, rank: rank, name: name))
      }
    }
    rows.sort { $0.rank != $1.rank ? $0.rank < $1.rank : $0.name.precedes($1.name) }
    self.rows = rows
  }
}

/// An order of rows whose sums lie in columns.
struct Ranking {
  private let order: LeadingRows
  private let numerator: Int
  private let divisors: [Int]

  /// - Parameters:
  ///   - order: what is asked.
  ///   - sums: those of the columns; nil where a sum that the order reads is not among them.
  init?(_ order: LeadingRows, _ sums: [Sum]) {
    guard let numerator = sums.firstIndex(of: order.formula.numerator) else { return nil }
    self.order = order
    self.numerator = numerator
    divisors = order.formula.divisors.compactMap { sums.firstIndex(of: $0) }
    guard divisors.count == order.formula.divisors.count else { return nil }
  }

  /// The rank of a row; nil where it is not part of the answer.
  func rank(ofRow row: Int, in columns: [[Int64]]) -> Int64? {
    let value = columns[numerator][row]
    guard !divisors.isEmpty else { return value == 0 ? nil : order.rank(value, over: nil) }
    var isPresent = value != 0
    var divisor: Int64 = 0
    for column in divisors {
      isPresent = isPresent || columns[column][row] != 0
      divisor &+= columns[column][row]
    }
    return isPresent ? order.rank(value, over: divisor) : nil
  }
}

extension [Int64] {
  /// The places of the lowest so many numbers, and of those that are equal to the highest of them where these
  /// are too many: only one of the lists may have it.
  func first(_ length: Int) -> (first: [Int], tied: [Int]) {
    guard count > length, let bound = self.min(count: length).last else {
      return (Array<Int>(indices), [])
    }
    return (indices.filter { self[$0] < bound }, indices.filter { self[$0] == bound })
  }
}
