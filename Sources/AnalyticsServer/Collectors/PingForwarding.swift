import AnalyticsSource
import HTTPTypes
import NIOHTTP1
import OutgoingHTTP
import PingCollector
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
/// A collector remembers states between pings only of playbacks that it comes first for, and not before it has been
/// there for some seconds: until then others may still take pings for it.
public final class PingForwarding: Service, CustomStringConvertible {
  let group: CollectorGroup
  private let client: HTTPClient
  private let health: ServerHealth<String>
  private let presence: Mutex<Presence>

  /// Its name in logs.
  public var description: String { "collector \(group.own) of \(group.addresses.count)" }

  /// How long this collector has been there without a break.
  private struct Presence {
    var since: ContinuousClock.Instant
    var seen: ContinuousClock.Instant

    /// Notes that it is there; a process that stood still was away.
    mutating func note(_ now: ContinuousClock.Instant) {
      if now - seen > PingForwarding.longestBreak { since = now }
      seen = now
    }
  }

  /// So long another collector may take to answer.
  private static let deadline = Duration.seconds(5)
  private static let beat = Duration.milliseconds(200)
  fileprivate static let longestBreak = Duration.seconds(2)
  /// After so long all others have found that this one answers.
  static let arrival = Duration.seconds(4)

  /// Makes the forwarding of one collector of a group.
  public convenience init(_ group: CollectorGroup) { self.init(group, client: .shared) }

  init(
    _ group: CollectorGroup,
    client: HTTPClient,
    now: ContinuousClock.Instant = .now
  ) {
    self.group = group
    self.client = client
    health = ServerHealth(client, deadline: .seconds(1)) { "\($0)/health/live" }
    presence = Mutex(Presence(since: now, seen: now))
  }

  /// Notes all the time that this collector is there.
  public func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        self.presence.withLock { $0.note(.now) }
        // Only the end of the service interrupts it.
        try? await Task.sleep(for: Self.beat)
      }
    }
  }

  /// Whether this collector alone has a playback, so that nobody else changes its state.
  public func hasAlone(_ playback: PlaybackID) -> Bool { hasAlone(playback, at: .now) }

  func hasAlone(_ playback: PlaybackID, at now: ContinuousClock.Instant) -> Bool {
    let isThere = presence.withLock { presence in
      presence.note(now)
      return now - presence.since >= Self.arrival
    }
    return isThere && group.order(of: playback).first == group.own
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

  /// Forwards a ping whose playback another collector has.
  ///
  /// - Parameters:
  ///   - ping: The ping, as it came.
  ///   - takeHere: Is called where it turns out that this collector has to take it.
  ///   - answer: Is called with the other's answer otherwise.
  /// - Returns: Whether it is forwarded; otherwise this collector takes it, and neither is called.
  func forward(
    _ ping: Ping,
    takeHere: @escaping @Sendable () -> Void,
    answer: @escaping @Sendable (Result<EventCounts, any Error>) -> Void
  ) -> Bool {
    // Whoever forwarded it knows why.
    guard ping.headers[.isForwarded] == nil,
      let playback = (try? PlayerPing(decoding: ping.body))?.playback
    else { return false }
    let before = Array(group.order(of: playback).prefix { $0 != group.own })
    let away = health.known(among: before)
    let others = before.filter { !away.contains($0) }
    guard !others.isEmpty else { return false }
    Task {
      for collector in others {
        if let result = await send(ping, to: collector) { return answer(result) }
        health.note(collector)
      }
      takeHere()
    }
    return true
  }

  /// Sends a ping to another collector; nil where it did not get there.
  private func send(
    _ ping: Ping,
    to collector: String
  ) async -> Result<EventCounts, any Error>? {
    guard let address = HTTPAddress(collector + ping.path) else { return nil }
    let client = client
    var headers = HTTPHeaders()
    for name in Self.passedOn {
      if let value = ping.headers[name] { headers.add(name: name.rawName, value: value) }
    }
    headers.add(name: HTTPField.Name.isForwarded.rawName, value: "1")
    if !ping.sender.address.isEmpty {
      headers.add(name: HTTPField.Name.xForwardedFor.rawName, value: ping.sender.address)
    }
    if let name = ping.countryHeader, let country = ping.sender.country {
      headers.add(name: name.rawName, value: country)
    }
    let request = HTTPRequest(
      address: address,
      method: .POST,
      headers: headers,
      body: ping.body
    )
    let status: Int?
    do throws(HTTPFailure) {
      status = try await withDeadline(Self.deadline) { () async throws(HTTPFailure) in
        let response = try await client.send(request)
        _ = try await response.collect(upTo: 1 << 16)
        return response.status
      }
    } catch {
      guard error.mayHaveArrived else { return nil }
      status = nil
    }
    guard let status else {
      // Whether it was taken is not known: the sender asks again, and somebody else may answer then.
      health.note(collector)
      return .failure(CollectorError.notKept(reason: "another collector did not answer"))
    }
    return status == 204
      ? .success(EventCounts())
      : .failure(
        CollectorError.notKept(reason: "another collector answered with the status \(status)")
      )
  }

  /// What is passed on of a player's headers.
  private static let passedOn: [HTTPField.Name] =
    [.userAgent, .clientBrands, .clientIsMobile, .clientPlatform]
}

extension HTTPField.Name {
  /// Says that another collector has passed a ping on.
  static let isForwarded = literal("Playhead-Forwarded")
}
