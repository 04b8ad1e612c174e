import Algorithms
import PlaybackFacts
import QueryCore

/// Finds the first rows of a breakdown in the orders that are wanted.
///
/// ```
/// sealed sums, by code   ─▶ the first in each order, with names ─▶ kept ─┐
/// those of the journal                                                   ├─▶ the first of all
/// and of cut hours       ─▶ added to the sealed sums of their values ────┘
/// ```
/// A row to which nothing is added has the rank and the name of its sealed sums. So the answer is among the
/// first of those rows, which are kept, and all others, which are as many as came since.
struct LeadingBuilder {
  let dimension: Dimension
  /// Of all columns, ascending.
  let sums: [Sum]
  let tables: CodeTables
  let cache: PartialCache
  /// What is sealed of whole hours.
  let sealed: Partial
  /// As what it is kept in the cache, if it is.
  let key: PartialCache.Key?

  fileprivate struct Row {
    let rank: Int64
    let name: String
    /// The place among those that are sealed, or the number of what was added.
    let place: Int
    let isAdded: Bool
  }

  /// The first rows in some orders, given what is added to those that are sealed; nil where it takes all names to
  /// tell, because two rows are one.
  func rows(_ orders: Set<LeadingRows>, _ added: AddedRows) throws -> LeadingSums? {
    var isAdded = [Bool](repeating: false, count: sealed.keys.count)
    for place in added.places where place >= 0 { isAdded[place] = true }
    var answer = LeadingSums(sums: [:], counts: [:])
    for order in orders {
      guard let ranking = Ranking(order, sums) else { return nil }
      let (rows, count) = try rows(order, ranking, added, isAdded)
      answer.counts[order] = count
      for row in rows {
        let columns = row.isAdded ? added.columns : sealed.columns
        var total = Sums()
        for (sum, column) in zip(sums, columns) { total[sum] = column[row.place] }
        answer.sums[row.name] = total
      }
      // Two codes may have equal values, composed and decomposed.
      guard Set(rows.map(\.name)).count == rows.count else { return nil }
    }
    return answer
  }

  /// The first rows in an order, and how many there are in all.
  private func rows(
    _ order: LeadingRows,
    _ ranking: Ranking,
    _ added: AddedRows,
    _ isAdded: [Bool]
  ) throws -> (rows: [Row], count: Int) {
    var (rows, count) = try sealedRows(order, ranking, isAdded)
    // What comes after all of them is left out.
    let bound = rows.count == order.count ? rows[rows.count - 1].rank : .max
    var ranks: [Int64] = []
    var numbers: [Int] = []
    for (number, place) in added.places.enumerated() {
      if place >= 0, ranking.rank(ofRow: place, in: sealed.columns) != nil { count -= 1 }
      guard let rank = ranking.rank(ofRow: number, in: added.columns) else { continue }
      count += 1
      guard rank <= bound else { continue }
      ranks.append(rank)
      numbers.append(number)
    }
    func row(_ index: Int) throws -> Row {
      let name = try added.name(of: numbers[index], dimension, tables)
      return Row(rank: ranks[index], name: name, place: numbers[index], isAdded: true)
    }
    let (first, tied) = ranks.first(order.count)
    rows += try first.map(row)
    // Of very many that are equal, no more than thrice as many as are wanted are held at once.
    for index in tied {
      rows.append(try row(index))
      if rows.count >= 3 * order.count { rows.cut(to: order.count) }
    }
    rows.cut(to: order.count)
    return (rows, count)
  }

  /// The first rows to which nothing was added, and how many rows are sealed.
  private func sealedRows(
    _ order: LeadingRows,
    _ ranking: Ranking,
    _ isAdded: [Bool]
  ) throws -> (rows: [Row], count: Int) {
    var length = 2 * order.count
    while true {
      let lead = try lead(length, order, ranking)
      let rows = lead.rows.lazy.filter { !isAdded[$0.place] }.prefix(order.count)
        .map { Row(rank: $0.rank, name: $0.name, place: $0.place, isAdded: false) }
      if rows.count == order.count || lead.isWhole { return (Array(rows), lead.count) }
      length = 4 * max(length, lead.rows.count)
    }
  }

  /// So many of the first rows that are sealed, or more, from the cache or found now.
  private func lead(_ length: Int, _ order: LeadingRows, _ ranking: Ranking) throws -> PartialLead {
    var order = order
    // However many are wanted, they are the first of the same.
    order.count = 0
    let key = key.map { PartialCache.Key.lead(of: $0, order) }
    if let key, case .lead(let lead) = cache[key], lead.isWhole || lead.rows.count >= length {
      return lead
    }
    let lead = try PartialLead(length, of: sealed, by: ranking, dimension, tables)
    if let key { cache[key] = .lead(lead) }
    return lead
  }
}

extension LeadingBuilder.Row {
  fileprivate func precedes(_ other: Self) -> Bool {
    rank != other.rank ? rank < other.rank : name.precedes(other.name)
  }
}

extension [LeadingBuilder.Row] {
  /// Leaves the first so many, in their order.
  fileprivate mutating func cut(to length: Int) {
    sort { $0.precedes($1) }
    removeSubrange(Swift.min(length, count)...)
  }
}
