import PingCollector
import PlaybackFacts
import Testing

@testable import AudienceSimulator

@Suite("Simulated playback") struct SimulatedPlaybackTests {
  @Test(arguments: 1...5 as ClosedRange<UInt64>, [true, false])
  func `says the same by facts as by pings`(seed: UInt64, isAtEvent: Bool) throws {
    let audience = Audience(
      seed: seed,
      playbacksPerHour: isAtEvent ? 30 : 900,
      liveEventAt: isAtEvent ? Audience.evening : nil
    )
    for playback in audience.arrivals(at: Audience.evening) {
      var facts: [Fact] = []
      playback.appendFacts(until: playback.leavesAt, viewerKey: audience.viewerKey, to: &facts)

      let told = Summary(collected(playback.pings(), by: audience))

      #expect(told == Summary(facts), "\(playback.steps)")
    }
  }

  @Test(arguments: 1...4 as ClosedRange<UInt64>)
  func `says the same by facts as by pings when it is cut short`(seed: UInt64) throws {
    let audience = Audience(seed: seed, playbacksPerHour: 600)
    var generator = SeededGenerator(seed: seed)
    for playback in audience.arrivals(at: Audience.evening) {
      let end = playback.startedAt + Int64(generator.below(Int(playback.leavesAfter) + 10_000))
      var facts: [Fact] = []
      playback.appendFacts(until: end, viewerKey: audience.viewerKey, to: &facts)

      let pings = playback.pings().filter { $0.receivedAt <= end }

      #expect(Summary(collected(pings, by: audience)) == Summary(facts), "\(playback.steps)")
      #expect(facts.allSatisfy { $0.time <= end })
    }
  }

  @Test func `sends pings that a real player could have sent`() throws {
    let audience = Audience(seed: 5, playbacksPerHour: 2000)
    for playback in audience.arrivals(at: Audience.evening) {
      let pings = playback.pings()
      #expect(zip(pings, pings.dropFirst()).allSatisfy { $0.receivedAt < $1.receivedAt })
      for ping in pings {
        let events = ping.ping.events
        #expect((1...PlayerPing.Limit.events).contains(events.count))
        #expect(ping.receivedAt <= playback.leavesAt)
        #expect(events.allSatisfy { $0.emittedAt <= ping.ping.sentAt ?? ping.receivedAt })
        #expect(try PlayerPing(decoding: ping.ping.json) == ping.ping)
        let hasRun = zip(events, events.dropFirst()).contains {
          $0.kind == $1.kind && $0.isPaused == $1.isPaused
        }
        #expect(!hasRun)
      }
    }
  }

  @Test func `stalls in its own way on every sender`() {
    let steps: [SimulatedPlayback.Step] = [
      .setSource, .wait(500), .load, .wait(1000), .play, .watch(8000), .stall(3000), .watch(9000),
    ]
    func told(_ sender: SenderType) -> [String] {
      playback(steps, sender: sender, leavesAfter: 30_000).pings().map { ping in
        let events = ping.ping.events.map { "\($0.kind)\($0.isPaused == true ? "!" : "")" }
        return "\(ping.receivedAt - Audience.evening): \(events.joined(separator: " "))"
      }
    }

    #expect(
      told(.web) == [
        "5000: sourceSet! loaded! play timeUpdate", "10000: timeUpdate", "15000: timeUpdate",
        "20000: timeUpdate", "25000: timeUpdate",
      ]
    )
    #expect(
      told(.android) == [
        "1500: sourceSet! loaded! play", "5000: timeUpdate", "10000: timeUpdate pause!",
        "15000: play timeUpdate", "20000: timeUpdate", "25000: timeUpdate",
      ]
    )
    #expect(
      told(.ios) == [
        "1500: sourceSet! loaded! play", "5000: timeUpdate", "10000: timeUpdate timeUpdate!",
        "15000: play timeUpdate", "20000: timeUpdate", "25000: timeUpdate",
      ]
    )
  }

  @Test func `repeats short media, in apps as new playbacks and on the web by a seek`() {
    let audience = Audience(seed: 5, playbacksPerHour: 20_000)
    let playbacks = (0..<10 as Range<Int64>).flatMap {
      audience.arrivals(at: Audience.evening + $0 * Milliseconds.minute)
    }

    let rounds = Dictionary(grouping: playbacks, by: \.session).values.filter { $0.count > 1 }
    #expect(!rounds.isEmpty)
    for playbacks in rounds {
      #expect(playbacks.allSatisfy { $0.sender != .web })
      #expect(Set(playbacks.map(\.id)).count == playbacks.count)
      #expect(Set(playbacks.map(\.media.id)).count == 1)
      for (one, next) in zip(playbacks, playbacks.dropFirst()) {
        // The next begins when the end event of the one before is not sent yet.
        #expect(one.startedAt < next.startedAt && next.startedAt < one.leavesAt)
      }
    }
    #expect(
      playbacks.contains { $0.sender == .web && $0.steps.contains(.seek(to: 0)) && !$0.isLive }
    )
  }

  @Test func `is facts as drawn`() {
    let plan = playback(
      [
        .setSource, .wait(500), .load, .wait(500), .play, .watch(19_000), .stall(2000),
        .watch(4000), .pause, .wait(60_000), .play, .watch(6000), .end,
      ],
      sender: .web,
      leavesAfter: 120_000
    )
    var facts: [Fact] = []

    plan.appendFacts(
      until: plan.leavesAt,
      viewerKey: { _ in SipHash.Key(low: 1, high: 2) },
      to: &facts
    )

    let told = facts.map {
      "\($0.kind.name) \($0.time - Audience.evening) \($0.value.map(String.init) ?? "-")"
    }
    // Of the time between the positions told at 19.75 s and 25 s, 3.25 s were played; how they and
    // the stall lie in it is unknown.
    #expect(
      told.sorted() == [
        "end 92000 -", "impression 500 500", "play 1000 -", "stall 0 95", "stall 20000 1905",
        "start 5000 -", "view 10000 5", "view 15000 10", "view 5000 3", "watch 0 18905",
        "watch 20000 4095", "watch 80000 6000",
      ]
    )
  }

  @Test(arguments: DeviceProfile.all.indices)
  func `names a device that a collector tells as it is meant`(index: Int) {
    let device = DeviceProfile.all[index]

    for hints in [.none, device.hints] {
      let told = UserAgent(parsing: device.userAgent, hints: hints)
      #expect(told.deviceType == device.deviceType)
      #expect(told.operatingSystem == device.operatingSystem)
      #expect(told.browser == device.browser)
    }
  }

  @Test func `a few viewers are bots, which a collector tells`() {
    for device in DeviceProfile.all + DeviceProfile.bots {
      #expect(UserAgent(parsing: device.userAgent, hints: device.hints).isBot == device.isBot)
    }
    let viewers = (0..<5000).map { SimulatedViewer(seed: 1, country: 0, number: $0) }
    #expect((40...160).contains(viewers.count { $0.device.isBot }))
  }

  @Test func `browsers made of Chromium send client hints, others don't`() {
    for device in DeviceProfile.all {
      #expect((device.hints != .none) == device.userAgent.contains(" Chrome/"))
    }
    let edge = DeviceProfile.all.first { $0.browser == "edge" }
    #expect(
      edge?.hints
        == ClientHints(
          brands: #""Chromium";v="131", "Not_A Brand";v="24", "Microsoft Edge";v="131""#,
          mobile: "?0",
          platform: #""Windows""#
        )
    )
    let audience = Audience(seed: 1, playbacksPerHour: 6000)
    let minute = Audience.evening
    let pings = audience.arrivals(inMinuteAt: minute, of: audience.scene(at: minute))
      .flatMap { $0.pings() }
    #expect(pings.contains { $0.hints.mobile == "?1" && $0.hints.platform == #""Android""# })
    #expect(pings.allSatisfy { ($0.hints != .none) == $0.userAgent.contains(" Chrome/") })
  }

  private func playback(
    _ steps: [SimulatedPlayback.Step],
    sender: SenderType,
    leavesAfter: Int64
  ) -> SimulatedPlayback {
    var number = 0
    var viewer = SimulatedViewer(seed: 1, country: 0, number: number)
    while viewer.device.sender != sender {
      number += 1
      viewer = SimulatedViewer(seed: 1, country: 0, number: number)
    }
    return SimulatedPlayback(
      id: PlaybackID(rawValue: 1),
      viewer: viewer,
      media: SimulatedMedia(id: "vi1", title: "One", tags: [], duration: 600_000),
      referrer: "",
      startedAt: Audience.evening,
      leavesAfter: leavesAfter,
      session: 2,
      firstPosition: 0,
      steps: steps
    )
  }
}

extension Audience {
  fileprivate func arrivals(at minute: Timestamp) -> [SimulatedPlayback] {
    arrivals(inMinuteAt: minute, of: scene(at: minute))
  }
}
