import AnalyticsSource
import HTTPTypes
import NIOHTTP1
import OutgoingHTTP
public import PingCollector
public import PlaybackFacts
public import ServiceLifecycle
import Synchronization

/// Sends pings to the collectors whose playbacks they are of.
///
/// ```
///  ping ─▶ any collector ─▶ order of the playback ─▶ the first that can be reached
///                           own ▸ b ▸ c              this one: taken here
///                           b ▸ own ▸ c              b: forwarded, and its answer passed on
///                           b ▸ own ▸ c, b is away   this one: taken over, from the state in the cluster
/// ```
/// A collector that has just begun, or stood still, *arrives* for some seconds: it takes nothing while another can, for
/// that one may be in the middle of its playbacks. After that it has those alone that it comes first for.
public final class PingForwarding: Service, PlaybackOwnership, CustomStringConvertible {
  let group: CollectorGroup
  private let client: HTTPClient
  private let health: ServerHealth<String>
  private let presence: Mutex<Presence>
  /// So long another collector may take to answer.
  private let deadline: Duration
  private let now: @Sendable () -> ContinuousClock.Instant

  /// Its name in logs.
  public var description: String { "collector \(group.own) of \(group.addresses.count)" }

  /// A ping waits at most so long: with what its commit and a break may take, it is answered before its deadline.
  public let longestWait = Duration.milliseconds(1500)

  /// So long pings are gathered for a commit, each of which costs the cluster two parts: as many a second, however many
  /// collectors there are.
  public var gathering: Duration { min(.milliseconds(100) * group.addresses.count, .seconds(1)) }

  /// How long this collector has been there without a break.
  private struct Presence {
    var since: ContinuousClock.Instant
    var seen: ContinuousClock.Instant
    var breaks = 0
    /// The playbacks of which a ping was left to others since, and when.
    var left: [PlaybackID: ContinuousClock.Instant] = [:]

    /// Whether a ping is left to others, which may be in the middle of the one before.
    mutating func leaves(_ playback: PlaybackID, _ now: ContinuousClock.Instant) -> Bool {
      note(now)
      let time = now - since
      if time < PingForwarding.arrival {
        left[playback] = now
        return true
      }
      if time > PingForwarding.arrival + PingForwarding.longestCommit { left = [:] }
      guard let last = left[playback] else { return false }
      return now - last < PingForwarding.longestCommit
    }

    /// Notes that it is there; a process that stood still was away.
    mutating func note(_ now: ContinuousClock.Instant) {
      if now - seen > PingForwarding.longestBreak { begin(now) }
      seen = max(seen, now)
    }

    /// Notes that it was away until now.
    mutating func begin(_ now: ContinuousClock.Instant) {
      since = now
      breaks += 1
    }
  }

  private static let beat = Duration.milliseconds(200)
  fileprivate static let longestBreak = Duration.seconds(1)
  /// After so long all others have found that this one answers.
  static let arrival = Duration.seconds(4)
  /// So long another may be busy with a ping that was left to it.
  fileprivate static let longestCommit = Duration.seconds(2)

  /// Makes the forwarding of one collector of a group.
  public convenience init(_ group: CollectorGroup) { self.init(group, client: .shared) }

  init(
    _ group: CollectorGroup,
    client: HTTPClient,
    since: ContinuousClock.Instant? = nil,
    deadline: Duration = .seconds(5),
    now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
  ) {
    self.group = group
    self.client = client
    self.deadline = deadline
    self.now = now
    // Longer than a break: a collector that does not answer for so long knows by itself that it was away.
    health = ServerHealth(
      client,
      deadline: .seconds(3),
      notice: [HTTPField.Name.isForwarded.rawName: "away"]
    ) { "\($0)/health/live" }
    presence = Mutex(Presence(since: since ?? now(), seen: now()))
  }

  /// Notes all the time that this collector is there.
  public func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        self.presence.withLock { $0.note(self.now()) }
        // Only the end of the service interrupts it.
        try? await Task.sleep(for: Self.beat)
      }
    }
  }

  /// How often this collector was away, and others may have gone on with its playbacks.
  public var breaks: Int {
    presence.withLock { presence in
      presence.note(now())
      return presence.breaks
    }
  }

  /// Notes that another collector could not reach this one, and took playbacks of it over.
  func noteAway() {
    let now = now()
    presence.withLock { presence in
      presence.note(now)
      presence.begin(now)
    }
  }

  /// Whether this collector alone has a playback, so that nobody else changes its state.
  public func hasAlone(_ playback: PlaybackID) -> Bool { hasAlone(playback, at: now()) }

  func hasAlone(_ playback: PlaybackID, at now: ContinuousClock.Instant) -> Bool {
    !isArriving(at: now) && group.comesFirst(for: playback)
  }

  private func isArriving(at now: ContinuousClock.Instant) -> Bool {
    presence.withLock { presence in
      presence.note(now)
      return now - presence.since < Self.arrival
    }
  }

  /// A ping as it is passed on.
  struct Ping: Sendable {
    /// The path of its environment.
    let path: String
    let body: [UInt8]
    let headers: HTTPFields
    let sender: Sender
    /// The header in which countries are passed on; nil for none.
    let countryHeader: HTTPField.Name?
  }

  /// How urgently another collector is asked to take a ping.
  enum Urgency: String {
    /// It may decline, for another one will take it.
    case ifThere = "1"
    /// All others have declined, or can't be reached.
    case always = "2"
  }

  /// A collector that arrives leaves a ping to others.
  struct Declined: Error, CustomStringConvertible {
    var description: String {
      "This collector has just begun; others take its pings for some seconds."
    }
  }

  /// What another collector says of a ping that it does not take, as it says it.
  struct ForwardedRefusal: Error {
    let status: Int
    let retryAfter: String?
    let body: [UInt8]
  }

  /// Forwards a ping whose playback another collector has.
  ///
  /// - Parameters:
  ///   - ping: The ping, as it came.
  ///   - takeHere: Is called where it turns out that this collector has to take it.
  ///   - answer: Is called with the other's answer otherwise.
  /// - Returns: Whether it is seen to; otherwise this collector takes it, and neither is called.
  func forward(
    _ ping: Ping,
    takeHere: @escaping @Sendable () -> Void,
    answer: @escaping @Sendable (Result<EventCounts, any Error>) -> Void
  ) -> Bool {
    let urgency = ping.headers[.isForwarded].map { Urgency(rawValue: $0) ?? .always }
    guard urgency != .always,
      let playback = (try? PlayerPing(decoding: ping.body))?.playback
    else { return false }
    let isLeft = presence.withLock { $0.leaves(playback, now()) }
    if urgency != nil {
      if isLeft { answer(.failure(Declined())) }
      return isLeft
    }
    if !isLeft, group.comesFirst(for: playback) { return false }
    let order = group.order(of: playback)
    let away = health.known(among: order)
    let collectors = order.filter { !away.contains($0) }
    if !isLeft, collectors.first == group.own { return false }
    Task {
      for urgency in [Urgency.ifThere, .always] {
        for collector in collectors {
          if collector == group.own {
            if isLeft, urgency == .ifThere { continue }
            return takeHere()
          }
          if let result = await send(ping, to: collector, urgency) { return answer(result) }
        }
      }
      takeHere()
    }
    return true
  }

  /// Sends a ping to another collector; nil where that one does not take it.
  private func send(
    _ ping: Ping,
    to collector: String,
    _ urgency: Urgency
  ) async -> Result<EventCounts, any Error>? {
    guard let request = request(ping, to: collector, urgency) else { return nil }
    // One that is there, and could not be reached by chance, still has the playback.
    for _ in 0..<2 {
      do throws(HTTPFailure) {
        return try await answer(to: request)
      } catch {
        guard !error.mayHaveArrived else {
          // The sender asks again, and somebody else may answer then.
          Task { _ = await health.asked(among: [collector]) }
          return .failure(CollectorError.notKept(reason: "another collector did not answer"))
        }
        guard await health.asked(among: [collector]).isEmpty else { return nil }
      }
    }
    return .failure(CollectorError.notKept(reason: "another collector can't be reached"))
  }

  /// What a collector answers to a ping; nil where it declines.
  private func answer(
    to request: OutgoingHTTP.HTTPRequest
  ) async throws(HTTPFailure) -> Result<EventCounts, any Error>? {
    let client = client
    let answer = try await withDeadline(deadline) { () async throws(HTTPFailure) in
      let response = try await client.send(request)
      return (response, try await response.collect(upTo: 1 << 16))
    }
    guard let (response, body) = answer else { throw .closedBeforeAnswer }
    if response.status == 204 { return .success(EventCounts()) }
    if response.headers.contains(name: HTTPField.Name.isForwarded.rawName) { return nil }
    return .failure(
      ForwardedRefusal(
        status: response.status,
        retryAfter: response.headers.first(name: "Retry-After"),
        body: body
      )
    )
  }

  private func request(
    _ ping: Ping,
    to collector: String,
    _ urgency: Urgency
  ) -> OutgoingHTTP.HTTPRequest? {
    guard let address = HTTPAddress(collector + ping.path) else { return nil }
    var headers = HTTPHeaders()
    for name in Self.passedOn {
      if let value = ping.headers[name] { headers.add(name: name.rawName, value: value) }
    }
    headers.add(name: HTTPField.Name.isForwarded.rawName, value: urgency.rawValue)
    if !ping.sender.address.isEmpty {
      headers.add(name: HTTPField.Name.xForwardedFor.rawName, value: ping.sender.address)
    }
    if let name = ping.countryHeader, let country = ping.sender.country {
      headers.add(name: name.rawName, value: country)
    }
    return HTTPRequest(address: address, method: .POST, headers: headers, body: ping.body)
  }

  /// What is passed on of a player's headers.
  private static let passedOn: [HTTPField.Name] =
    [.userAgent, .clientBrands, .clientIsMobile, .clientPlatform]
}

extension HTTPField.Name {
  /// Says that another collector has passed a ping on, of an answer that the ping is left to others, and of a question
  /// for life that this collector could not be reached.
  static let isForwarded = literal("Playhead-Forwarded")
}
