import AnalyticsClient
import QueryCore
import TestSupport
import Testing

@Suite("Ping sender", .timeLimit(.minutes(10)))
struct PingSenderTests {
  @Test func `all pings are sent once, and what became of them is told`() async throws {
    let collector = CountingCollector()
    let data = QueryEngine(backend: FactModel())

    try await LiveServer.run(data: data, collector: collector) { url in
      let pings = AsyncStream<PingSender.Ping> { continuation in
        for number in 0..<200 {
          let body = number % 50 == 7 ? "bad" : "\(number)"
          continuation.yield(
            .init(
              body: Array(body.utf8),
              userAgent: "Player/\(number % 3)",
              headers: number % 3 == 0 ? [("sec-ch-ua-platform", "\"Windows\"")] : []
            )
          )
        }
        continuation.finish()
      }

      // Few connections and much time: under a sanitizer beside all other tests, connecting is slow.
      let report = await PingSender(url: url, deadline: .seconds(300), concurrentRequests: 4)
        .send(pings)

      #expect(report.sent == 200)
      #expect(report.accepted == 196)
      #expect(report.refused == [400: 4])
      #expect(report.unreachable == 0)
      #expect(report.firstReason == "status 400: The field \"sid\" is missing.")
    }

    let expected = (0..<200).filter { $0 % 50 != 7 }.map { number in
      "Player/\(number % 3)\(number % 3 == 0 ? " on \"Windows\"" : ""): \(number)"
    }
    #expect(Set(collector.pings) == Set(expected))
    #expect(collector.pings.count == expected.count)
  }

  @Test func `a server that is not there is told, not thrown`() async throws {
    let ping = PingSender.Ping(body: [], userAgent: "")

    let outcome = await PingSender(url: "http://nowhere.invalid", deadline: .seconds(300))
      .send(ping)

    #expect(
      outcome
        == .unreachable(reason: "http://nowhere.invalid can't be reached: there is no such host.")
    )
  }
}
