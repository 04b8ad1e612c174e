import Foundation
import PlaybackFacts
import Subprocess
import Testing

@Suite("playhead serve")
struct ServeTests {
  private static let players = [
    WebPlayer(playback: "p1"), WebPlayer(playback: "p2", media: "li400"),
    WebPlayer(playback: "p3", userAgent: WebPlayer.computer),
  ]

  private static func milliseconds() -> Int64 { Int64(Date().timeIntervalSince1970 * 1000) }

  /// Two impressions and a play of an hour that has begun, with countries, which loopback has not.
  private static func history() -> String {
    let time = milliseconds() - 60_000
    return """
      time,fact,value,mediaId,country,deviceType,operatingSystem,browser,referrer,viewer,playback
      \(time),impression,500,vi9,FR,tv,linux,chrome,,anna,a1
      \(time),play,,vi9,FR,tv,linux,chrome,,anna,a1
      \(time),impression,,vi9,DE,tv,linux,chrome,,ben,a2

      """
  }

  @Test func `what players tell is the same over HTTP, in a query and on the dashboard`()
    async throws
  {
    try await World.with { world in
      let now = Timestamp(milliseconds: Self.milliseconds())
      let (from, to) = ((now - Milliseconds.hour).atom, (now + Milliseconds.hour).atom)
      let expected = [
        ("metrics/play/count", "4"),
        ("metrics/start/count", "3"),
        ("metrics/impression/count", "5"),
        ("metrics/watch-time/sum", "45"),
        ("metrics/watch-time/average", "15"),
        ("metrics/impression-time/average", "350"),
        ("metrics/play/rate", "0.8"),
        (
          "buckets/impression/country",
          """
          [{"metricValue":3,"dimensionValue":"unknown"},{"metricValue":1,"dimensionValue":"DE"},\
          {"metricValue":1,"dimensionValue":"FR"}]
          """
        ),
        (
          "buckets/impression/device-type",
          """
          [{"metricValue":2,"dimensionValue":"phone"},{"metricValue":2,"dimensionValue":"tv"},\
          {"metricValue":1,"dimensionValue":"computer"}]
          """
        ),
        (
          "buckets/watch-time-sum/media-id",
          """
          [{"metricValue":30,"dimensionValue":"vi4k0jvEUuaTdRAEjQ4Jfrgz"},\
          {"metricValue":15,"dimensionValue":"li400"}]
          """
        ),
      ]

      let ended = try await world.serve { url in
        for player in Self.players {
          try await player.send(player.pings(3, at: now.milliseconds), to: url)
        }
        let imported = try await world.output("import", "-", input: Self.history())
        #expect(imported == "-: 3 facts\n")

        for (question, data) in expected {
          let encoded = "from=\(from)&to=\(to)".replacing("+", with: "%2B")
          let overHTTP = try await HTTPAnswer.get("\(url)/data/\(question)?\(encoded)")
          #expect(overHTTP.status == 200)
          #expect(overHTTP.body.contains("},\"data\":\(data)"), "\(question): \(overHTTP.body)")

          let words = question.split(separator: "/").map(String.init)
          for source in [[], ["--remote", url]] {
            let queried = try await world.run(
              ["query"] + words + ["--from", from, "--to", to, "--format", "json"] + source
            )
            #expect(queried.output == overHTTP.body + "\n", "\(source)")
            #expect(queried.error.isEmpty)
          }
        }

        for source in [[], ["--remote", url]] {
          let drawn = try await world.run(["dash", "--once", "--format", "json"] + source)
          #expect(drawn.error.isEmpty)
          for (metric, aggregation, unit, value) in [
            ("play", "count", "count", "4"),
            ("play", "rate", "ratio", "0.8"), ("watch-time", "average", "s", "15"),
            ("impression-time", "average", "ms", "350"),
          ] {
            let tile = """
              {"metric":"\(metric)","aggregation":"\(aggregation)","unit":"\(unit)","value":\(value),
              """
            #expect(drawn.output.contains(tile), "\(tile) in \(drawn.output)")
          }
          #expect(drawn.output.contains(#"{"dimensionValue":"phone","metricValue":2,"#))
        }
      }

      #expect(ended.code == 0)
      #expect(ended.output.isEmpty)
      #expect(ended.errorLines.count == 1, "\(ended.error)")
    }
  }

  @Test(arguments: [Signal.terminate, .interrupt])
  func `a server that is asked to stop loses nothing`(signal: Signal) async throws {
    try await World.with { world in
      let ended = try await world.serve(until: signal) { url in
        try await withThrowingTaskGroup { group in
          for player in Self.players {
            group.addTask {
              try await player.send(player.pings(4, at: Self.milliseconds()), to: url)
            }
          }
          try await group.waitForAll()
        }
      }

      #expect(ended.code == 0)
      #expect(ended.errorLines.count == 1, "\(ended.error)")
      #expect(try await world.number("play", "count") == "3")
      #expect(try await world.number("watch-time", "sum") == "60")
      #expect(try await world.output("store", "check").hasSuffix("is sound\n"))
    }
  }

  @Test func `a killed server has kept what it acknowledged, and repeats count once`()
    async throws
  {
    let players = (0..<24).map { WebPlayer(playback: "p\($0)") }
    let sent = Self.milliseconds()
    try await World.with { world in
      var acknowledged = 0
      let killed = try await world.serve(until: .kill) { url in
        await withTaskGroup { group in
          for player in players {
            group.addTask {
              (try? await player.send(player.pings(2, at: sent), to: url)) != nil
            }
          }
          // It is killed while others are on their way.
          for await isKept in group where isKept {
            acknowledged += 1
            if acknowledged == 8 { group.cancelAll() }
          }
        }
      }
      #expect(killed.code == 128 + 9)
      #expect(acknowledged >= 8)

      // Without anybody having mended anything.
      let afterwards = try await world.number("start", "count")
      #expect(try #require(Int(afterwards)) >= acknowledged)

      for _ in 1...2 {
        let ended = try await world.serve { url in
          for player in players { try await player.send(player.pings(2, at: sent), to: url) }
        }
        #expect(ended.code == 0)
        for metric in ["impression", "play", "start"] {
          #expect(try await world.number(metric, "count") == "24", "\(metric)")
        }
        #expect(try await world.number("watch-time", "sum") == "240")
        #expect(try await world.output("store", "check").hasSuffix("is sound\n"))
      }
    }
  }

  @Test func `the sandbox has a store of its own`() async throws {
    try await World.with { world in
      try await world.serve { url in
        let player = WebPlayer(playback: "p")
        for ping in player.pings(1, at: Self.milliseconds()) {
          #expect(try await HTTPAnswer.post(ping, to: url + "/sandbox/watch").status == 204)
        }

        let overHTTP = try await HTTPAnswer.get(url + "/data/metrics/play/count")
        #expect(overHTTP.body.hasSuffix("\"data\":0}"))
      }

      #expect(try await world.number("play", "count") == "0")
      #expect(try await world.number("play", "count", "--environment", "sandbox") == "1")
    }
  }

  @Test func `what is refused changes nothing`() async throws {
    try await World.with { world in
      try await world.serve { url in
        let missing = try await HTTPAnswer.post(#"{"sid":"s","pid":"p"}"#, to: url + "/watch")
        #expect(missing.status == 400)
        #expect(missing.body.contains(#""name":"mid""#))
        let broken = try await HTTPAnswer.post("{", to: url + "/watch")
        #expect(broken.status == 400)
        let long = try await HTTPAnswer.post(
          String(repeating: "x", count: 100_000),
          to: url + "/watch"
        )
        #expect(long.status == 413)
        #expect(try await HTTPAnswer.get(url + "/data/metrics/nothing/count").status == 400)
        #expect(try await HTTPAnswer.get(url + "/healthz").status == 200)
      }

      #expect(try await world.number("impression", "count") == "0")
    }
  }

  @Test func `two servers don't share a port, and can share a store`() async throws {
    try await World.with { world in
      let ended = try await world.serve { url in
        let address = String(url.dropFirst("http://".count))
        let second = try await world.run("serve", "--listen", address)
        #expect(second.code == 1)
        #expect(
          second.error
            == "playhead: another program already listens on \(address);"
            + " stop it or choose another address\n"
        )

        try await world.serve { other in
          let player = WebPlayer(playback: "p")
          // As behind a load balancer that knows no sessions.
          for (number, ping) in player.pings(4, at: Self.milliseconds()).enumerated() {
            try await player.send([ping], to: number.isMultiple(of: 2) ? url : other)
          }
          for place in [url, other] {
            let answer = try await HTTPAnswer.get(place + "/data/metrics/watch-time/sum")
            #expect(answer.body.hasSuffix("\"data\":20}"), "\(answer.body)")
            let plays = try await HTTPAnswer.get(place + "/data/metrics/play/count")
            #expect(plays.body.hasSuffix("\"data\":1}"), "\(plays.body)")
          }
        }
      }
      #expect(ended.code == 0)
    }
  }

  @Test func `what a server keeps no longer is no error on a screen elsewhere`() async throws {
    try await World.with { world in
      try await world.fill()
      _ = try await world.output("store", "retention", "14d", "--yes")
      try await world.serve { url in
        let frame = try await world.output(
          "dash",
          "--once",
          "--range",
          "14d",
          "--size",
          "200x40",
          "--remote",
          url
        )

        #expect(frame.contains("older than retention"))
      }
    }
  }

  @Test(arguments: ["0.0.0.0:0", "[::]:0", ":0"])
  func `others are let in only if that is meant`(address: String) async throws {
    try await World.with { world in
      let outcome = try await world.run("serve", "--listen", address)

      #expect(outcome.code == 2)
      #expect(outcome.errorLines.count == 1)
      #expect(outcome.error.contains("--insecure"))
    }
  }
}
