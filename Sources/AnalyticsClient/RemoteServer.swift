import AnalyticsAPI
import AnalyticsSource
import NIOHTTP1
import OutgoingHTTP
import TextAndBytes

/// A server that requests are sent to.
struct RemoteServer: Sendable {
  /// An answer, whatever its status.
  struct Answer: Sendable {
    let status: Int
    let headers: HTTPHeaders
    let body: [UInt8]
  }

  /// Why there is no answer.
  struct Unreachable: Error {
    /// One sentence that names the URL.
    let reason: String
  }

  /// The address without a slash at the end.
  let url: String
  private let apiKey: String?
  /// Whether requests show a key.
  var hasKey: Bool { apiKey != nil }
  private let deadline: Duration
  private let client: HTTPClient

  /// The longest body that is read, in bytes.
  private static let longestBody = 16 << 20

  /// Makes a server; the address may end with a slash.
  init(
    url: String,
    apiKey: String? = nil,
    deadline: Duration,
    client: HTTPClient = .shared
  ) {
    self.url = url.hasSuffix("/") && !url.hasSuffix("//") ? String(url.dropLast()) : url
    self.apiKey = apiKey
    self.deadline = deadline
    self.client = client
  }

  /// Asks for a path, which begins with a slash; `entityTag` is of what is known already.
  func get(_ path: String, entityTag: String? = nil) async throws(Unreachable) -> Answer {
    var headers = HTTPHeaders()
    if let entityTag { headers.add(name: "If-None-Match", value: entityTag) }
    return try await send(path, headers: withKey(headers))
  }

  /// Sends a JSON body to a path.
  /// - Parameters:
  ///   - path: begins with a slash.
  ///   - body: the JSON.
  ///   - headers: further fields.
  ///   - showsKey: whether the key is shown, which a player that sends pings has not.
  /// - Returns: the answer, whatever its status.
  /// - Throws: ``Unreachable`` where there is none.
  func post(
    _ path: String,
    body: [UInt8],
    headers: [(name: String, value: String)] = [],
    showsKey: Bool
  ) async throws(Unreachable) -> Answer {
    let headers = HTTPHeaders([("Content-Type", "application/json")] + headers)
    return try await send(
      path,
      method: .POST,
      headers: showsKey ? withKey(headers) : headers,
      body: body
    )
  }

  /// Asks for a body that comes bit by bit, such as server-sent events.
  ///
  /// The deadline is for the head of the answer; the body may take as long as it is read.
  func stream(
    _ path: String,
    headers: [(name: String, value: String)] = []
  ) async throws(Unreachable) -> HTTPResponse {
    let request = try request(path, headers: withKey(HTTPHeaders(headers)))
    return try await withinDeadline { () async throws(HTTPFailure) in
      try await client.send(request)
    }
  }

  private func withKey(_ headers: HTTPHeaders) -> HTTPHeaders {
    guard let apiKey else { return headers }
    var headers = headers
    let credentials = Base64.text(of: "\(apiKey):".utf8)
    headers.add(name: "Authorization", value: "Basic \(credentials)")
    return headers
  }

  private func request(
    _ path: String,
    method: HTTPMethod = .GET,
    headers: HTTPHeaders,
    body: [UInt8]? = nil
  ) throws(Unreachable) -> HTTPRequest {
    guard let address = HTTPAddress(url + path) else {
      throw Unreachable(reason: "\(url) is not a URL such as http://127.0.0.1:8080.")
    }
    return HTTPRequest(address: address, method: method, headers: headers, body: body)
  }

  private func send(
    _ path: String,
    method: HTTPMethod = .GET,
    headers: HTTPHeaders,
    body: [UInt8]? = nil
  ) async throws(Unreachable) -> Answer {
    var asking = try request(path, method: method, headers: headers, body: body)
    if !asking.address.isLoopback { asking.headers.add(name: "Accept-Encoding", value: "gzip") }
    let request = asking
    return try await withinDeadline { () async throws(HTTPFailure) in
      let response = try await client.send(request)
      let body = try await response.collect(upTo: Self.longestBody)
      return Answer(status: response.status, headers: response.headers, body: body)
    }
  }

  private func withinDeadline<Value: Sendable>(
    _ work: @escaping @Sendable () async throws(HTTPFailure) -> Value
  ) async throws(Unreachable) -> Value {
    let value: Value?
    do throws(HTTPFailure) {
      value = try await withDeadline(deadline, work)
    } catch {
      throw Unreachable(reason: "\(url) can't be reached: \(error).")
    }
    guard let value else {
      throw Unreachable(reason: "\(url) did not answer within \(deadline.formattedSeconds).")
    }
    return value
  }
}

extension Duration {
  /// The length in seconds, `2 seconds`, `0.25 seconds`.
  fileprivate var formattedSeconds: String {
    let (seconds, attoseconds) = components
    let length = Double(seconds) + Double(attoseconds) / 1e18
    return length == length.rounded() ? "\(seconds) seconds" : "\(length) seconds"
  }
}
