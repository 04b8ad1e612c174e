/// Why the bytes of a database of countries can't be used.
public enum CountryLookupError: Error, Hashable {
  /// A version of the internet protocol.
  public enum Version: Hashable, Sendable { case v4, v6 }

  /// They aren't in the format of MMDB; the reason is a part of a sentence.
  case notMMDB(reason: String)
  /// They are an MMDB file of another kind, such as one of networks' names.
  case noCountries(databaseType: String)
  /// A line of the text file for a version isn't `first,last,country`, or is out of order.
  case malformed(Version, line: Int)
}

extension CountryLookupError: CustomStringConvertible {
  /// A part of a sentence for the user, behind the name of the file.
  public var description: String {
    switch self {
    case .notMMDB(let reason): "it is not an MMDB file: \(reason)"
    case .noCountries(let type):
      "it holds no countries: its type is '\(type)'; give a database of countries or cities"
    case .malformed(_, let line): "line \(line) isn't 'first,last,country' in ascending order"
    }
  }
}
