/// Why a database of countries can't be used.
public enum CountryLookupError: Error, Hashable {
  /// The file can't be opened or read, or isn't in the format of MMDB.
  case unreadable(path: String, reason: String)
  /// A line of a text file isn't `first,last,country`, or is out of order.
  case malformed(path: String, line: Int)
}

extension CountryLookupError: CustomStringConvertible {
  /// One sentence for the user.
  public var description: String {
    switch self {
    case .unreadable(let path, let reason):
      "the country database '\(path)' can't be read: \(reason)"
    case .malformed(let path, let line):
      "line \(line) of the country database '\(path)' isn't 'first,last,country' in ascending order"
    }
  }
}
