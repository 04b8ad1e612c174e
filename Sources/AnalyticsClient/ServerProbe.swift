import OutgoingHTTP

/// Asks a server single questions about itself, for whoever checks a set-up.
public struct ServerProbe: Sendable {
  /// An answer, whatever its status.
  public struct Answer: Hashable, Sendable {
    /// The status of HTTP.
    public let status: Int
    /// The body as text.
    public let body: String

    /// Makes an answer.
    public init(status: Int, body: String) {
      self.status = status
      self.body = body
    }
  }

  /// Why there is no answer: one sentence that names the URL.
  public struct Unreachable: Error, CustomStringConvertible {
    /// The sentence.
    public let description: String
  }

  private let server: RemoteServer

  /// Makes a probe of a server.
  /// - Parameters:
  ///   - url: Its address, such as `http://127.0.0.1:8080`.
  ///   - apiKey: A key of it; nil to show none.
  ///   - checksCertificate: Whether its certificate has to be for this address, and trusted here.
  ///   - deadline: How long it may take to answer.
  public init(
    url: String,
    apiKey: String?,
    checksCertificate: Bool = true,
    deadline: Duration = .seconds(5)
  ) {
    server = RemoteServer(
      url: url,
      apiKey: apiKey,
      deadline: deadline,
      client: checksCertificate ? .shared : .uncritical
    )
  }

  /// Whether this build can ask servers over HTTPS.
  public static var hasTLS: Bool { HTTPClient.hasTLS }

  /// Asks for a path, which begins with a slash.
  public func get(_ path: String) async throws(Unreachable) -> Answer {
    do {
      let answer = try await server.get(path)
      return Answer(
        status: answer.status,
        body: String(decoding: answer.body, as: UTF8.self)
      )
    } catch {
      throw Unreachable(description: error.reason)
    }
  }
}
