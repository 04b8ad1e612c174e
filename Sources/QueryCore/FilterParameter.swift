import PlaybackFacts

/// The name of a filter as a parameter: `filterBy[country]`, `filterBy[country][]`, or
/// `filterBy[country][not][]`.
package struct FilterParameter: Hashable {
  /// The longest address of a page that a filter may name.
  package static let longestReferrer = 2048

  let dimension: Dimension
  let isNegated: Bool

  /// The filter of a dimension.
  init(_ dimension: Dimension, isNegated: Bool) {
    self.dimension = dimension
    self.isNegated = isNegated
  }

  /// Reads a name; nil if it is not one of a filter by a known dimension.
  init?(_ name: String) {
    for dimension in Dimension.allCases {
      let plain = "filterBy[\(dimension.filterName)]"
      switch name {
      case plain, plain + "[]": self.init(dimension, isNegated: false)
      case plain + "[not][]": self.init(dimension, isNegated: true)
      default: continue
      }
      return
    }
    return nil
  }

  /// The name in a refusal, `filterBy[country]`.
  var shownName: String { "filterBy[\(dimension.filterName)]" }

  /// The name under which values can be repeated, `filterBy[country][]`.
  var repeatableName: String { shownName + (isNegated ? "[not][]" : "[]") }

  /// Refuses a value that can't be one of the dimension.
  func check(_ value: String) throws(QueryError) {
    if let listed = dimension.listedValues {
      let value = dimension.canonical(value)
      let isUnknown = dimension == .continent && value == Dimension.unknown
      guard isUnknown || listed.contains(value) else {
        throw .invalidParameter(name: shownName, detail: Detail.notPart(of: listed))
      }
    }
    if dimension == .referrer, value.unicodeScalars.count > Self.longestReferrer {
      throw .invalidParameter(name: shownName, detail: Detail.over(Self.longestReferrer))
    }
  }
}
