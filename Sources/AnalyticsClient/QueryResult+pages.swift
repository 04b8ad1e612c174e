import QueryCore

extension QueryResult.Rows {
  /// No rows, in the form of a shape that has rows.
  static func none(of shape: Query.Shape) -> Self {
    switch shape {
    case .number, .buckets: .buckets([])
    case .timeseries: .timeseries([])
    case .histogram: .histogram([])
    }
  }

  /// How many there are; a number is one.
  var count: Int {
    switch self {
    case .number: 1
    case .buckets(let rows): rows.count
    case .timeseries(let rows): rows.count
    case .histogram(let rows): rows.count
    }
  }

  /// Adds the rows of the next page.
  mutating func append(_ page: Self) {
    switch (self, page) {
    case (.buckets(let rows), .buckets(let more)): self = .buckets(rows + more)
    case (.timeseries(let rows), .timeseries(let more)): self = .timeseries(rows + more)
    case (.number, _), (.buckets, _), (.timeseries, _), (.histogram, _):
      preconditionFailure("pages of one answer have one form")
    }
  }

  /// At most `count` rows, without the first `skipped`.
  func slice(from skipped: Int, count: Int) -> Self {
    switch self {
    case .number, .histogram: self
    case .buckets(let rows): .buckets(rows.slice(from: skipped, count: count))
    case .timeseries(let rows): .timeseries(rows.slice(from: skipped, count: count))
    }
  }
}

extension Array {
  /// At most `count` elements, without the first `skipped`.
  func slice(from skipped: Int, count: Int) -> [Element] {
    Array(dropFirst(skipped).prefix(count))
  }
}
