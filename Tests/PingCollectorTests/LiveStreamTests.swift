import PlaybackFacts
import Testing

@testable import PingCollector

@Suite("Live streams")
struct LiveStreamTests: PlayedEvents {
  struct LiveStream: CustomTestStringConvertible, Sendable {
    let name: String
    /// What comes before the interval from 10 to 15 s, with positions 40 and 43.
    let before: [PlayerEvent]
    let watched, stalled: Int64

    var testDescription: String { name }
  }

  static let liveStreams: [LiveStream] = [
    LiveStream(
      name: "after a position fell, one that moves at all was watched",
      before: [event(.timeUpdate, 5, position: 5), event(.timeUpdate, 6, position: 2)],
      watched: 5000,
      stalled: 0
    ),
    LiveStream(
      name: "after it fell while paused, too",
      before: [event(.pause, 5, position: 5), event(.timeUpdate, 6, position: 2)],
      watched: 5000,
      stalled: 0
    ),
    LiveStream(
      name: "a seek back is no fall",
      before: [event(.timeUpdate, 5, position: 5), event(.seek, 6, position: 2)],
      watched: 3000,
      stalled: 2000
    ),
    LiveStream(
      name: "nor is an old position before a seek back",
      before: [event(.seek, 5, position: 5), event(.timeUpdate, 6, position: 2)],
      watched: 3000,
      stalled: 2000
    ),
    LiveStream(
      name: "nor is one across an event without a position",
      before: [
        event(.timeUpdate, 5, position: 5), event(.timeUpdate, 6),
        event(.timeUpdate, 7, position: 2),
      ],
      watched: 3000,
      stalled: 2000
    ),
  ]

  @Test(arguments: liveStreams)
  func `a live stream's position counts until it falls without a seek`(_ stream: LiveStream) {
    let before = [Self.event(.play, 0, position: 0)] + stream.before
    let after = [
      Self.event(.timeUpdate, 10, position: 40), Self.event(.timeUpdate, 15, position: 43),
    ]

    let shorter = Self.facts(before + after.prefix(1), mediaID: "li1")
    let longer = Self.facts(before + after, mediaID: "li1")

    #expect(total(.watch, longer) - total(.watch, shorter) == stream.watched)
    #expect(total(.stall, longer) - total(.stall, shorter) == stream.stalled)
  }

  @Test func `a live stream's moving window that stands still stalls`() {
    let facts = Self.facts(
      [
        Self.event(.play, 0, position: 0), Self.event(.timeUpdate, 5, position: 5),
        Self.event(.timeUpdate, 10, position: 3), Self.event(.timeUpdate, 15, position: 3),
      ],
      mediaID: "li1"
    )

    #expect(total(.watch, facts) == 10_000)
    #expect(total(.stall, facts) == 5000)
  }

  @Test func `a fall is remembered when its events have left the window`() throws {
    var tracker = PlaybackTracker(.sample(mediaID: "li1"))
    _ = Self.apply(
      [Self.event(.play, 0, position: 50), Self.event(.timeUpdate, 5, position: 40)],
      sent: 5,
      received: 5,
      to: &tracker
    )
    for seconds in stride(from: 80.0, through: 240, by: 80) {
      let event = Self.event(.timeUpdate, seconds, position: 100 + seconds)
      _ = Self.apply([event], sent: seconds, received: seconds, to: &tracker)
    }

    #expect(tracker.window.before.hasMovingWindow)
    var copy = try #require(PlaybackTracker(bytes: tracker.bytes, of: tracker.playback.id))
    let event = Self.event(.timeUpdate, 245, position: 341)
    let facts = Self.apply([event], sent: 245, received: 245, to: &copy).facts

    #expect(total(.watch, facts) == 5000)
    #expect(total(.stall, facts) == 0)
  }
}
