/// An error that says the same to people elsewhere as to those on this machine, but for what concerns only
/// the latter, such as paths of files.
public protocol PubliclyDescribed: Error {
  /// One sentence for people elsewhere.
  var publicDescription: String { get }
}

/// What an error says to people elsewhere.
public func publicDescription(of error: any Error) -> String {
  (error as? any PubliclyDescribed)?.publicDescription ?? "\(error)"
}
