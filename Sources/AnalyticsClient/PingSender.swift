import AnalyticsAPI

/// Sends pings to a server, as players do.
public struct PingSender: Sendable {
  /// A ping on its way.
  public struct Ping: Sendable {
    /// The JSON.
    public let body: [UInt8]
    /// What the player says it is.
    public let userAgent: String
    /// Further headers, such as client hints.
    public let headers: [(name: String, value: String)]

    /// Makes a ping.
    public init(
      body: [UInt8],
      userAgent: String,
      headers: [(name: String, value: String)] = []
    ) {
      self.body = body
      self.userAgent = userAgent
      self.headers = headers
    }
  }

  private let server: RemoteServer
  private let concurrentRequests: Int

  /// Makes a sender.
  ///
  /// - Parameters:
  ///   - url: What players are given, such as `http://127.0.0.1:8080`; `/watch` is appended.
  ///   - deadline: How long one request may take.
  ///   - concurrentRequests: How many requests may be under way, ≥ 1.
  public init(url: String, deadline: Duration = .seconds(10), concurrentRequests: Int = 32) {
    precondition(concurrentRequests >= 1)
    server = RemoteServer(url: url, deadline: deadline)
    self.concurrentRequests = concurrentRequests
  }

  /// Sends one ping.
  public func send(_ ping: Ping) async -> PingOutcome {
    do throws(RemoteServer.Unreachable) {
      let answer = try await server.post(
        "/watch",
        body: ping.body,
        headers: [("User-Agent", ping.userAgent)] + ping.headers,
        showsKey: false
      )
      if answer.status == 204 { return .accepted }
      let problem = ReceivedProblem(json: answer.body)
      let words = problem?.detail ?? problem?.title ?? "no reason given"
      return .refused(status: answer.status, reason: words)
    } catch {
      return .unreachable(reason: error.reason)
    }
  }

  /// Sends all pings, several at a time and each once; stops taking more when cancelled.
  ///
  /// The next ping is taken only when a request is free, so a sequence can pace the sending and
  /// notices when the server falls behind.
  public func send(_ pings: some AsyncSequence<Ping, Never> & Sendable) async -> PingReport {
    await withTaskGroup(of: PingOutcome.self) { group in
      var report = PingReport()
      var started = 0
      for await ping in pings {
        if Task.isCancelled { break }
        if started >= concurrentRequests, let outcome = await group.next() { report.add(outcome) }
        group.addTask { await send(ping) }
        started += 1
      }
      for await outcome in group { report.add(outcome) }
      return report
    }
  }
}
