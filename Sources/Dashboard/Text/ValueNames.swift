import CellCanvas
import PlaybackFacts

/// What people call the values of dimensions.
struct ValueNames: Sendable {
  var media = MediaNames()

  /// The name of a value, with nothing in it that a terminal acts on.
  subscript(value: String, in dimension: Dimension) -> String {
    name(of: value, in: dimension)
  }

  /// The name of a value, or the short one where there is one.
  func name(of value: String, in dimension: Dimension, isShort: Bool = false) -> String {
    switch dimension {
    case .mediaID: return media.title(of: value) ?? value.scrubbed
    case .country:
      guard !isShort, let country = Country.of(value) else { return value.scrubbed }
      return "\(country.code) \(country.name)"
    case .referrer where value.isEmpty: return "none"
    default: return value.scrubbed
    }
  }
}
