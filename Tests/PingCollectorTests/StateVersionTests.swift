import PlaybackFacts
import Testing
import TextAndBytes

@testable import PingCollector

/// States that version 1 wrote stay in stores for 48 hours.
@Suite("States of version 1")
struct StateVersionTests {
  struct State: CustomTestStringConvertible, Sendable {
    let drawing: String
    let sender: Timeline.Sender
    var mediaID = "vi1"
    /// How many pings had come.
    let pings: Int
    let bytes: String

    var testDescription: String { drawing }

    /// The state that its bytes are now.
    var tracker: PlaybackTracker? {
      let digits = Array(bytes)
      let bytes = stride(from: 0, to: digits.count, by: 2).compactMap {
        UInt8(String(digits[$0...$0 + 1]), radix: 16)
      }
      return PlaybackTracker(bytes: bytes, of: PlaybackID("p"))
    }
  }

  /// What a tracker of version 1 wrote after the pings of drawn playbacks.
  static let states: [State] = [
    State(
      drawing: "SLP------- ---------",
      sender: .web,
      pings: 3,
      bytes: "01070376693107756e6b6e6f776e07756e6b6e6f776e07756e6b6e6f776e07756e6b6e6f776e00e70101"
        + "c0c291ebf7630380bab703000000000001928cef5101c865000000000678c0c291ebf76380bab703bfc2"
        + "91ebf76331d00fcf0f22d00fcf0f24f02e0024c03e0024e05d00"
    ),
    State(
      drawing: "SLP----p   P---------------" + String(repeating: "-", count: 150),
      sender: .android,
      pings: 36,
      bytes: "01070376693107756e6b6e6f776e07756e6b6e6f776e07756e6b6e6f776e07756e6b6e6f776e00e70301"
        + "c0c291ebf7630c80bab703000000000000000000000000000003928cef5101b06d000007a09c01000001"
        + "987500c0af05030164e0cf97ebf76380bab7039fa092ebf7631924904e0024904e0024904e0024904e00"
        + "24904e0024904e0024904e0024904e0024904e0024904e0024904e0024904e0024904e0024904e002490"
        + "4e0024904e0024904e0024904e0024904e0024904e0024904e0024904e0024904e0024904e0024904e00"
    ),
    State(
      drawing: "LP------------",
      sender: .android,
      mediaID: "li1",
      pings: 2,
      bytes: "0107036c693107756e6b6e6f776e07756e6b6e6f776e07756e6b6e6f776e07756e6b6e6f776e00270002"
        + "80bab7030000000001928cef5101a01f000000000371c0c291ebf76380bab703dfed8debf76322d00fcf"
        + "0f24c03eff7c"
    ),
  ]

  @Test(arguments: states)
  func `are read as what the same pings lead to now`(_ state: State) throws {
    let timeline = Timeline(state.drawing, from: state.sender, mediaID: state.mediaID)
    var tracker = PlaybackTracker(.sample(mediaID: state.mediaID))
    for ping in timeline.pings.prefix(state.pings) {
      _ = tracker.apply(ping.ping, receivedAt: ping.receivedAt)
    }

    let read = try #require(state.tracker)

    #expect(read == tracker)
    #expect(read.bytes.first == 3)
    #expect(PlaybackTracker(bytes: read.bytes, of: read.playback.id) == tracker)
  }

  @Test(arguments: states)
  func `of version 2 are read, and are of people`(_ state: State) throws {
    let tracker = try #require(state.tracker)
    var reader = ByteReader(tracker.bytes)
    _ = try reader.byte()
    _ = try reader.varint()
    for _ in 0..<6 { _ = try reader.text() }
    var bytes = tracker.bytes
    // What version 3 has more.
    bytes.remove(at: bytes.count - reader.remaining)
    bytes[0] = 2

    #expect(PlaybackTracker(bytes: bytes, of: tracker.playback.id) == tracker)
    #expect(!tracker.playback.isBot)
  }

  @Test func `say whether a bot plays`() throws {
    let bot = Playback(id: PlaybackID("p"), viewer: ViewerID("v"), mediaID: "vi1", isBot: true)

    let read = try #require(PlaybackTracker(bytes: PlaybackTracker(bot).bytes, of: bot.id))

    #expect(read.playback == bot)
  }

  @Test func `go on by the rules of now`() throws {
    // Version 1 took the source set of a playlist's next item for a pause.
    let state = State(
      drawing: "N------",
      sender: .android,
      pings: 1,
      bytes: "01070376693107756e6b6e6f776e07756e6b6e6f776e07756e6b6e6f776e07756e6b6e6f776e000001c0"
        + "c291ebf7630180bab703000000000000000268c0c291ebf76380bab703bfc291ebf76324904e00"
    )
    var tracker = try #require(state.tracker)
    let next = Timeline("N---------- ", from: .android).pings[1]

    let facts = tracker.apply(next.ping, receivedAt: next.receivedAt).facts

    #expect(
      lines(facts) == [
        "watch 5000 at 0", "impression 10000 at 10", "play at 10", "start at 10", "view 3 at 10",
        "view 5 at 10", "view 10 at 10",
      ]
    )
  }
}
