import Foundation
import PlaybackFacts
import Subprocess
import Testing

/// What API clients rely on, with the real program: tags that outlive it, limits, batches and events.
@Suite("The contract of the API")
struct ContractTests {
  /// Runs curl and returns what it wrote, head and body.
  private func curl(_ world: World, _ arguments: String) async throws -> String {
    let outcome = try await world.shell("curl -gsS -i --max-time 30 \(arguments)")
    #expect(outcome.code == 0, "\(outcome.error)")
    return outcome.output
  }

  private func field(_ name: String, _ answer: String) -> String? {
    answer.split(separator: "\r\n").first { $0.lowercased().hasPrefix("\(name): ") }
      .map { String($0.dropFirst(name.count + 2)) }
  }

  @Test
  func `a question about a period that is over is a 304, also after a restart, until it changes`()
    async throws
  {
    try await World.with { world in
      let now = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
      let day = now.floored(to: Milliseconds.day) - 3 * Milliseconds.day
      let path =
        "/data/buckets/play/country?from=\(day.atom.dropLast(6))Z&to=\((day + Milliseconds.day).atom.dropLast(6))Z"
      func facts(_ playback: String) -> String {
        """
        time,fact,value,mediaId,country,deviceType,operatingSystem,browser,referrer,viewer,playback
        \(day.milliseconds + 60_000),play,,vi9,FR,tv,linux,chrome,,anna,\(playback)

        """
      }
      let first = try world.write(facts("a1"), to: "first.csv")
      #expect(try await world.run("import", first).code == 0)
      var tag = ""
      try await world.serve { url in
        let answer = try await curl(world, "'\(url)\(path)'")
        #expect(answer.hasPrefix("HTTP/1.1 200 "))
        #expect(answer.contains(#""metricValue":1"#))
        tag = try #require(field("etag", answer))
        for method in ["", "-I"] {
          let again = try await curl(world, "\(method) -H 'If-None-Match: \(tag)' '\(url)\(path)'")
          #expect(again.hasPrefix("HTTP/1.1 304 "))
          #expect(field("etag", again) == tag)
          #expect(again.hasSuffix("\r\n\r\n"))
        }
      }
      try await world.serve { url in
        let again = try await curl(world, "-H 'If-None-Match: \(tag)' '\(url)\(path)'")
        #expect(again.hasPrefix("HTTP/1.1 304 "))
        let late = try world.write(facts("a2"), to: "late.csv")
        #expect(try await world.run("import", late).code == 0)
        let changed = try await curl(world, "-H 'If-None-Match: \(tag)' '\(url)\(path)'")
        #expect(changed.hasPrefix("HTTP/1.1 200 "))
        #expect(changed.contains(#""metricValue":2"#))
        let next = try #require(field("etag", changed))
        let known = try await curl(world, "-H 'If-None-Match: \(next)' '\(url)\(path)'")
        #expect(known.hasPrefix("HTTP/1.1 304 "))
      }
    }
  }

  @Test func `a key that has sent its reads waits, and the ledger counts it`() async throws {
    try await World.with { world in
      let created = try await world.run("keys", "create", "wall")
      let key = created.output.trimmingCharacters(in: .whitespacesAndNewlines)
      try await world.serve("--read-limit", "3") { url in
        var statuses: [String] = []
        for _ in 0..<9 {
          let answer = try await curl(world, "-u '\(key):' \(url)/data/state")
          statuses.append(String(answer.prefix(12).suffix(3)))
          #expect(field("x-ratelimit-limit", answer) == "3")
        }
        // A minute may begin meanwhile, and again where the machine is busy.
        #expect(statuses.prefix(3) == ["200", "200", "200"])
        #expect(statuses.contains("429"))
        let counts = try await curl(world, "-u '\(key):' \(url)/metrics")
        #expect(counts.contains(#"playhead_refused_reads_total{environment="production","#))
      }
      try await world.serve { url in
        let health = try await curl(world, "-u '\(key):' \(url)/health")
        #expect(health.contains(#""refusedReads":[{"name":"too-many-requests","count":"#))
      }
    }
  }

  @Test func `a batch and a stream of the program say the same state`() async throws {
    try await World.with { world in
      let outcome = try await world.serve { url in
        let batch = try await curl(
          world,
          "\(url)/data/batch -d '{\"queries\":[\"/data/metrics/play/count\",\"/data/nothing/x\"]}'"
        )
        #expect(batch.hasPrefix("HTTP/1.1 200 "))
        #expect(batch.contains(#""status":200"#) && batch.contains(#""status":404"#))
        let stream = try await world.shell("curl -sN \(url)/data/events | head -n 5")
        #expect(stream.output.contains("event: state\nid: "))
        let version = stream.output.split(separator: "\n").first { $0.hasPrefix("id: ") }
        #expect(version.map { batch.contains("\"version\":\"\($0.dropFirst(4))\"") } == true)
        let description = try await curl(world, "\(url)/openapi.json")
        #expect(description.contains(#""openapi": "3.1.0""#))
      }
      #expect(outcome.code == 0)
    }
  }
}
