import Algorithms
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
    let places = (0..<(columns.first?.count ?? 0)).filter { place in
      columns.contains { $0[place] != 0 }
    }
    // Mapped, not appended: it is kept, and would have up to as much room again.
    keys = places.map { UInt32($0) }
    self.columns = columns.map { column in places.map { column[$0] } }
  }
}

extension Partial {
  /// The rows of some keys, which ascend.
  func picking(_ wanted: [UInt32]) -> Partial {
    var places: [Int] = []
    for key in wanted {
      let place = keys.partitioningIndex { $0 >= key }
      if place < keys.count, keys[place] == key { places.append(place) }
    }
    return Partial(
      keys: places.map { keys[$0] },
      columns: columns.map { column in places.map { column[$0] } }
    )
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

  /// The same question about all playbacks.
  var ofAll: PartialShape { PartialShape(filter: Filter(), dimension: dimension, sums: sums) }

  private init(filter: Filter, dimension: Dimension?, sums: [Sum]) {
    self.filter = filter
    self.dimension = dimension
    self.sums = sums
    tagVersion = 0
  }

  init(_ filter: Filter, _ dimension: Dimension?, _ sums: [Sum], _ tags: MediaTags) {
    self.filter = filter
    self.dimension = dimension
    self.sums = sums
    tagVersion = tags.version(for: filter)
  }
}
