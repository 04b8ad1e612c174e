import HTTPTypes
import NIOCore
import OutgoingHTTP
import PingCollector
import PlaybackFacts
import Synchronization
import Testing

@testable import AnalyticsServer

@Suite("Pings among several collectors", .timeLimit(.minutes(10)))
struct PingForwardingTests {
  private static let addresses = (1...5).map { "http://10.0.0.\($0):8080" }
  private static let playbacks = (0..<2000).map { PlaybackID("p\($0)") }
  private static let start = ContinuousClock.now

  /// The forwarding of a collector for which no time passes, whatever the machine is busy with.
  private func forwarding(_ group: CollectorGroup, isArriving: Bool) -> PingForwarding {
    PingForwarding(
      group,
      client: .shared,
      since: Self.start - (isArriving ? .zero : PingForwarding.arrival),
      deadline: .seconds(600)
    ) { Self.start }
  }

  // MARK: - Who takes a ping

  @Test func `all collectors find the same order, and each comes first for its share`() throws {
    let group = try CollectorGroup(Self.addresses, own: Self.addresses[0])
    let other = try CollectorGroup(
      Self.addresses.reversed() + [Self.addresses[3] + "/"],
      own: Self.addresses[1] + "/"
    )
    var shares: [String: Int] = [:]
    for playback in Self.playbacks {
      let order = group.order(of: playback)
      #expect(order == other.order(of: playback))
      #expect(order.sorted() == Self.addresses)
      shares[order[0], default: 0] += 1
    }
    #expect(shares.values.allSatisfy { (300...500).contains($0) }, "\(shares)")
  }

  @Test func `only the playbacks of a collector that leaves move`() throws {
    let all = try CollectorGroup(Self.addresses, own: Self.addresses[0])
    let fewer = try CollectorGroup(Array(Self.addresses.dropLast()), own: Self.addresses[0])
    for playback in Self.playbacks {
      let order = all.order(of: playback).filter { $0 != Self.addresses[4] }
      #expect(fewer.order(of: playback) == order)
    }
  }

  @Test(arguments: [["nonsense"], ["http://10.0.0.2:8080"], []])
  func `a malformed address, or a list without the own address, is refused`(
    addresses: [String]
  ) {
    #expect(throws: ServerError.self) {
      try CollectorGroup(addresses, own: "http://10.0.0.1:8080")
    }
  }

  @Test func `states are remembered by the first alone, once it is there without a break`() throws {
    let start = Self.start
    let group = try CollectorGroup(Array(Self.addresses.prefix(2)), own: Self.addresses[0])
    let forwarding = forwarding(group, isArriving: true)
    let own = try #require(Self.playbacks.first { group.order(of: $0)[0] == group.own })
    let others = try #require(Self.playbacks.first { group.order(of: $0)[0] != group.own })
    func has(_ playback: PlaybackID, after seconds: ClosedRange<Int>) -> [Bool] {
      seconds.map { forwarding.hasAlone(playback, at: start + .seconds($0)) }
    }

    #expect(has(own, after: 0...5) == [false, false, false, false, true, true])
    #expect(has(others, after: 6...6) == [false])
    #expect(has(own, after: 7...7) == [true])
    // The process stood still.
    #expect(has(own, after: 9...13) == [false, false, false, false, true])
  }

  // MARK: - Forwarding

  /// An intake whose ping belongs to the collector `first`, or to itself; `other` is the other one then.
  private func intake(
    _ collector: StubCollector,
    first: String?,
    other: String? = nil,
    isArriving: Bool = false
  ) throws -> (PingIntake, ping: String) {
    let own = "http://127.0.0.1:1"
    let group = try CollectorGroup([own, first ?? other ?? own], own: own)
    let playback = try #require(
      (0...).lazy.map { "p\($0)" }.first { id in
        group.order(of: PlaybackID(id))[0] == first ?? own
      }
    )
    let intake = PingIntake(
      path: "/watch",
      collector: collector,
      limit: AddressLimit(perWindow: 100),
      refusals: LimitCounts(),
      forwarding: forwarding(group, isArriving: isArriving),
      countryHeader: HTTPField.Name("X-Country"),
      now: { testTime }
    )
    let ping = """
      {"sat":1,"sid":"s","pid":"\(playback)","mid":"vi1","ref":"","ver":"1",\
      "eve":[{"eat":1,"typ":2,"vti":0,"pau":false}]}
      """
    return (intake, ping)
  }

  private func send(
    _ ping: String,
    to intake: PingIntake,
    _ headers: HTTPFields = [.userAgent: "Player/1", .contentEncoding: "identity"]
  ) async -> Result<EventCounts, any Error> {
    await withCheckedContinuation { continuation in
      intake.take(
        ByteBuffer(string: ping),
        headers: headers,
        sender: Sender(IPAddress("192.0.2.7"), country: "NL")
      ) { continuation.resume(returning: $0) }
    }
  }

  @Test func `a ping goes to the collector of its playback, with what is known of its sender`()
    async throws
  {
    let (here, there) = (StubCollector(), StubCollector())
    var options = ServerOptions.patient
    options.trustedProxies = try TrustedProxies(["127.0.0.1"], countryHeader: "X-Country")
    try await LiveServer.run(collector: there, options: options) { server in
      let (intake, ping) = try self.intake(here, first: "http://127.0.0.1:\(server.port)")
      _ = try await send(ping, to: intake).get()
      #expect(here.pings.isEmpty)
      #expect(there.pings.map(\.body) == [ping])
      #expect(there.pings.map(\.address) == ["192.0.2.7"])
      #expect(there.pings.map(\.userAgent) == ["Player/1"])

      // What comes from another collector goes no further.
      _ = try await send(ping, to: intake, [.isForwarded: "1"]).get()
      #expect(here.pings.map(\.body) == [ping])
      // What can't be read is refused here.
      _ = await send("{", to: intake)
      #expect(here.pings.count == 2)
    }
  }

  @Test func `the refusal of another collector is passed on`() async throws {
    let (here, there) = (StubCollector(), StubCollector(error: .stopped))
    try await LiveServer.run(collector: there) { server in
      let (intake, ping) = try self.intake(here, first: "http://127.0.0.1:\(server.port)")
      let result = await send(ping, to: intake)
      let refusal = #expect(throws: PingForwarding.ForwardedRefusal.self) { try result.get() }
      #expect(refusal?.status == 503)
      #expect(refusal?.retryAfter == "1")
      let answer = ErrorMapping(typePrefix: "").answer(to: try #require(refusal))
      #expect(answer.head.status == .serviceUnavailable)
      #expect(String(buffer: answer.body).contains("The collector is stopping"))
      #expect(here.pings.isEmpty)
    }
  }

  // MARK: - Arriving

  @Test func `a collector that arrives leaves its playbacks to others, unless there are none`()
    async throws
  {
    let (here, there) = (StubCollector(), StubCollector())
    try await LiveServer.run(collector: there) { server in
      // The playback is its own.
      let other = "http://127.0.0.1:\(server.port)"
      let (intake, ping) = try self.intake(here, first: nil, other: other, isArriving: true)
      _ = try await send(ping, to: intake).get()
      #expect(there.pings.count == 1)
      // The other one asks, and may decline or not.
      let declined = await send(ping, to: intake, [.isForwarded: "1"])
      #expect(throws: PingForwarding.Declined.self) { try declined.get() }
      #expect(here.pings.isEmpty)
      _ = try await send(ping, to: intake, [.isForwarded: "2"]).get()
      #expect(here.pings.count == 1)
    }
    // Nobody listens there.
    let (intake, ping) = try self.intake(
      here,
      first: nil,
      other: "http://127.0.0.1:2",
      isArriving: true
    )
    _ = try await send(ping, to: intake).get()
    #expect(here.pings.count == 2)
  }

  @Test func `a ping that another collector declines is taken here`() async throws {
    let (here, there) = (StubCollector(), StubCollector())
    let group = try CollectorGroup(Self.addresses, own: Self.addresses[0])
    let forwarding = forwarding(group, isArriving: true)
    try await LiveServer.run(collector: there, forwarding: forwarding) { server in
      let (intake, ping) = try self.intake(here, first: "http://127.0.0.1:\(server.port)")
      _ = try await send(ping, to: intake).get()
      #expect(here.pings.count == 1)
      #expect(there.pings.isEmpty)
    }
  }

  @Test func `a collector that was taken for silent forgets, and leaves its playbacks to others`()
    async throws
  {
    // Nobody listens at the other address.
    let group = try CollectorGroup(
      ["http://127.0.0.1:1", "http://127.0.0.1:2"],
      own: "http://127.0.0.1:1"
    )
    let forwarding = forwarding(group, isArriving: false)
    let own = try #require(Self.playbacks.first { group.comesFirst(for: $0) })
    #expect(forwarding.hasAlone(own))
    let server = server(forwarding: forwarding)
    _ = try await server.answer(.get, "/health/live")
    #expect(forwarding.hasAlone(own))
    #expect(forwarding.breaks == 0)
    _ = try await server.answer(.get, "/health/live", headers: [.isForwarded: "away"])
    #expect(!forwarding.hasAlone(own))
    #expect(forwarding.breaks == 1)
  }

  @Test func `where all arrive, the first of a playback takes its pings`() async throws {
    let (here, there) = (StubCollector(), StubCollector())
    let group = try CollectorGroup(Self.addresses, own: Self.addresses[0])
    let forwarding = forwarding(group, isArriving: true)
    try await LiveServer.run(collector: there, forwarding: forwarding) { server in
      let other = "http://127.0.0.1:\(server.port)"
      for first in [other, nil] {
        let (intake, ping) = try self.intake(here, first: first, other: other, isArriving: true)
        _ = try await send(ping, to: intake).get()
        #expect(there.pings.count == 1)
        #expect(here.pings.count == (first == nil ? 1 : 0))
      }
    }
  }

  @Test func `a ping is taken over from a collector that can't be reached, at once from then on`()
    async throws
  {
    let here = StubCollector()
    // Nobody listens there.
    let (intake, ping) = try self.intake(here, first: "http://127.0.0.1:2")
    for count in 1...3 {
      _ = try await send(ping, to: intake).get()
      #expect(here.pings.count == count)
    }
  }
}
