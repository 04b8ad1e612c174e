import Foundation
import Testing

/// A limit on the size of files stands for a full disk.
@Suite("A full disk")
struct FullDiskTests {
  /// The thread sanitizer keeps a file of its own in the temporary folder, which must fit as well;
  /// without a folder it does without.
  private static let noTemporaryFiles = "TMPDIR=/nowhere"

  @Test func `an import that doesn't fit is undone`() async throws {
    try await World.with { world in
      try await world.fill()
      let facts = try world.write(World.facts(playbacks: 3000), to: "facts.csv")
      let outcome = try await world.shell(
        "ulimit -f 320; env \(Self.noTemporaryFiles) \(World.usualSignals) playhead import \(facts)"
      )

      #expect(outcome.code == 1, "\(outcome)")
      #expect(outcome.output.isEmpty)
      #expect(outcome.errorLines.count == 1, "\(outcome.error)")
      #expect(outcome.error.hasPrefix("playhead: "))
      #expect(try await world.number("play", "count") == "3")
      #expect(try await world.output("store", "check").hasSuffix("is sound\n"))

      _ = try await world.output("import", facts)
      #expect(try await world.number("play", "count") == "3003")
      #expect(try await world.output("store", "check").hasSuffix("is sound\n"))
    }
  }

  @Test func `an import that is committed counts as done, though the store can't be closed then`()
    async throws
  {
    try await World.with { world in
      let before = try world.write(World.facts(playbacks: 4000), to: "before.csv")
      _ = try await world.output("import", before)
      // What is imported fits into the log, and the file has no room to take it over.
      let kilobytes = try world.bytes(of: World.usualStore).count / 1024
      let more = try world.write(World.facts(playbacks: 400), to: "more.csv")
      let outcome = try await world.shell(
        "ulimit -f \(kilobytes); env \(Self.noTemporaryFiles) \(World.usualSignals)"
          + " playhead import \(more)"
      )

      #expect(outcome.code == 0, "\(outcome)")
      #expect(outcome.output.contains("800 facts"))
      #expect(outcome.errorLines.count == 1, "\(outcome.error)")
      #expect(outcome.error.hasPrefix("playhead: warning: everything is on disk"))
      #expect(try await world.number("play", "count") == "4400")
      #expect(try await world.output("store", "check").hasSuffix("is sound\n"))
    }
  }

  @Test func `an import whose outcome can't be written is done`() async throws {
    try await World.with { world in
      let facts = try world.write(World.facts(), to: "facts.csv")
      let outcome = try await world.shell("playhead import \(facts) > /dev/full")

      #expect(outcome.code == 0)
      #expect(
        outcome.error
          == "playhead: warning: standard output: No space left on device\n\(facts): 6 facts\n"
      )
      #expect(try await world.number("play", "count") == "3")
    }
  }

  @Test func `a store that has no room is not made`() async throws {
    try await World.with { world in
      let outcome = try await world.shell(
        "ulimit -f 4; env \(Self.noTemporaryFiles) \(World.usualSignals) playhead import - < /dev/null"
      )

      #expect(outcome.code == 1, "\(outcome)")
      #expect(outcome.errorLines.count == 1, "\(outcome.error)")
      try await world.fill()
      #expect(try await world.number("play", "count") == "3")
    }
  }

  @Test func `a ping for which there is no room is not acknowledged`() async throws {
    try await World.with { world in
      var kept = 0
      let now = Int64(Date().timeIntervalSince1970 * 1000)
      // Beside many other tests it may be minutes until the first ping, in which the ledger is written.
      let ended = try await world.serve(fileLimit: 3072) { url in
        var status: UInt = 204
        while status == 204, kept < 2000 {
          let ping = WebPlayer(playback: "p\(kept)").pings(1, at: now)[0]
          status = try await HTTPAnswer.post(ping, to: url + "/watch").status
          if status == 204 { kept += 1 }
        }
        #expect(status == 503)
        #expect(kept > 0)

        // What was kept before can still be asked for.
        let answer = try await HTTPAnswer.get(url + "/data/metrics/play/count")
        #expect(answer.body.hasSuffix("\"data\":\(kept)}"), "\(answer.body)")
      }

      #expect(ended.code == 0 || ended.code == 1, "\(ended)")
      #expect(try await world.output("store", "check").hasSuffix("is sound\n"))
      #expect(try await world.number("play", "count") == "\(kept)")
      try await world.serve { url in
        let player = WebPlayer(playback: "p\(kept)")
        try await player.send(player.pings(1, at: now), to: url)
      }
      #expect(try await world.number("play", "count") == "\(kept + 1)")
    }
  }

  @Test func `output that can't be written is told`() async throws {
    try await World.with { world in
      try await world.fill()
      let outcome = try await world.shell("playhead export facts > /dev/full")

      #expect(outcome.code == 1)
      #expect(outcome.error == "playhead: standard output: No space left on device\n")
    }
  }
}
