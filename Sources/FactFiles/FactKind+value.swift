import PlaybackFacts

extension FactKind {
  /// Which values the kind takes, as the end of a sentence.
  var valueRule: String {
    switch self {
    case .impression: "ms from 0 to \(Int32.max), or empty"
    case .play, .start, .end: "empty"
    case .watch, .stall: "ms from \(-Milliseconds.slot) to \(Milliseconds.slot)"
    case .view: "3, 5, 10 or 30"
    case .error: "a code, or empty for 0"
    }
  }

  /// The value that a row with this number, or none, gives its fact; nil if it can't be.
  ///
  /// The inner nil is a fact without a value.
  func accepted(_ value: Int64?) -> Int64?? {
    switch self {
    case .impression: value.map { 0...Int64(Int32.max) ~= $0 } ?? true ? .some(value) : nil
    case .play, .start, .end: value == nil ? .some(nil) : nil
    case .watch, .stall: value.map { abs($0) <= Milliseconds.slot } ?? false ? .some(value) : nil
    case .view: value.map { [3, 5, 10, 30].contains($0) } ?? false ? .some(value) : nil
    // As far as a player can send it exactly.
    case .error: abs(value ?? 0) <= 1 << 53 ? .some(value ?? 0) : nil
    }
  }
}
