import PlaybackFacts
import QueryCore

/// What a segment adds up to under one question: some sums, by hour of the day or by code.
struct Partial {
  /// Ascending.
  private(set) var keys: [UInt32]
  /// One column for each sum that is wanted, in ascending order of the sums.
  private(set) var columns: [[Int64]]

  /// Roughly what it takes in memory.
  var byteCount: Int { keys.count * (4 + 8 * columns.count) + 128 }

  init(keys: [UInt32], columns: [[Int64]]) {
    self.keys = keys
    self.columns = columns
  }

  /// Takes the places of `columns` that are not all 0.
  init(places columns: [[Int64]]) {
    keys = []
    self.columns = columns.map { _ in [] }
    for place in 0..<(columns.first?.count ?? 0) where columns.contains(where: { $0[place] != 0 }) {
      keys.append(UInt32(place))
      for index in columns.indices { self.columns[index].append(columns[index][place]) }
    }
  }
}

/// A question to a segment, apart from its time.
struct PartialShape: Hashable {
  let filter: Filter
  /// By hour of the day without a dimension.
  let dimension: Dimension?
  /// Ascending.
  let sums: [Sum]
  /// Of the tags, where the filter looks at them.
  let tagVersion: Int64

  init(_ filter: Filter, _ dimension: Dimension?, _ sums: [Sum], _ tables: CodeTables) {
    self.filter = filter
    self.dimension = dimension
    self.sums = sums
    tagVersion = tables.tagVersion(of: filter)
  }
}
