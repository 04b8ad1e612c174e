/// Why a server can't start.
public enum ServerError: Error, Hashable, Sendable {
  /// The text is no address to listen at.
  case invalidAddress(String)
  /// The text is not an origin such as `https://example.org`, a scheme, a host and perhaps a port.
  case invalidOrigin(String)
  /// The text is no address of the internet and no network of such addresses.
  case invalidNetwork(String)
  /// The text can't be the name of an HTTP header.
  case invalidHeader(String)
  /// The text is no path that can stand before all others.
  case invalidBasePath(String)
  /// The text is not the address of a collector, or this collector is not among those that are listed.
  case invalidCollector(String)
  /// Another process listens there already.
  case addressInUse(ListenAddress)
  /// Listening there failed for another reason.
  case listenFailed(ListenAddress, reason: String)
}

extension ServerError: CustomStringConvertible {
  /// One sentence that names the address.
  public var description: String {
    switch self {
    case .invalidAddress(let text):
      "'\(text)' is not an address to listen on; write it like 127.0.0.1:8080, [::1]:8080 or :8080"
    case .invalidOrigin(let text):
      "'\(text)' is not an origin of pages; write it like https://www.example.com, without a path"
    case .invalidNetwork(let text):
      "'\(text)' is not an address or network; write it like 127.0.0.1, 10.0.0.0/8 or 2001:db8::/32"
    case .invalidHeader(let text):
      "'\(text)' is not the name of an HTTP header; write it like CF-IPCountry"
    case .invalidBasePath(let text):
      "'\(text)' is not a base path; write it like /stats, with letters, digits and - . _ ~, and "
        + "without a first part that the server has itself, such as /data"
    case .invalidCollector(let text):
      "'\(text)' is not one of the collectors; write them like http://10.0.0.1:8080"
    case .addressInUse(let address):
      "another program already listens on \(address); stop it or choose another address"
    case .listenFailed(let address, let reason):
      "can't listen on \(address): \(reason)"
    }
  }
}
