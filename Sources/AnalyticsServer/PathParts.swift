extension String {
  /// Whether the path of a request leads to `place` or below it, as the router sees it: empty parts
  /// don't count, such as those that a base URL with a slash at its end makes.
  func isPath(atOrBelow place: String) -> Bool {
    // Nearly all paths begin with one slash, and differ behind it.
    let (own, other) = (utf8.dropFirst().first, place.utf8.dropFirst().first)
    let slash = UInt8(ascii: "/")
    if let own, let other, own != other, own != slash, other != slash, hasPrefix("/") {
      return false
    }
    var parts = PathParts(rest: utf8[...])
    return PathParts(rest: place.utf8[...]).allSatisfy { part in
      parts.next().map { $0.elementsEqual(part) } ?? false
    }
  }
}

/// The parts of a path between its slashes, without the empty ones.
private struct PathParts: Sequence, IteratorProtocol {
  var rest: Substring.UTF8View

  mutating func next() -> Substring.UTF8View? {
    rest = rest.drop { $0 == UInt8(ascii: "/") }
    guard !rest.isEmpty else { return nil }
    let part = rest.prefix { $0 != UInt8(ascii: "/") }
    rest = rest[part.endIndex...]
    return part
  }
}
