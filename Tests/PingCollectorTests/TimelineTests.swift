import PingCollector
import PlaybackFacts
import Testing

@Suite("Timelines")
struct TimelineTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    let drawing: String
    let senders: [Timeline.Sender]
    let mediaID: String
    let facts: [String]

    init(
      _ name: String,
      _ drawing: String,
      from senders: [Timeline.Sender],
      mediaID: String = "vi1",
      facts: [String]
    ) {
      self.name = name
      self.drawing = drawing
      self.senders = senders
      self.mediaID = mediaID
      self.facts = facts
    }

    var testDescription: String { name }
  }

  @Test(arguments: cases)
  func `a drawn playback gives exactly these facts`(_ drawn: Case) {
    for sender in drawn.senders {
      let timeline = Timeline(drawn.drawing, from: sender, mediaID: drawn.mediaID)

      #expect(lines(timeline.facts) == drawn.facts, "from \(sender)")
    }
  }

  @Test(arguments: cases)
  func `the same pings once more add nothing`(_ drawn: Case) {
    for sender in drawn.senders {
      let timeline = Timeline(drawn.drawing, from: sender, mediaID: drawn.mediaID)
      var tracker = PlaybackTracker(.sample(mediaID: drawn.mediaID))
      let facts = (timeline.pings + timeline.pings).flatMap {
        tracker.apply($0.ping, receivedAt: $0.receivedAt).facts
      }

      #expect(lines(facts) == drawn.facts, "from \(sender)")
    }
  }

  private static func gap(_ seconds: Int) -> String { String(repeating: " ", count: seconds) }

  static let cases: [Case] = [
    Case(
      "plays, with a second between two updates",
      "SLP------- ---------",
      from: [.web, .android, .iOS],
      facts: [
        "watch 13000 at 0", "impression 1000 at 1", "play at 2", "start at 5", "view 3 at 5",
        "view 5 at 9", "view 10 at 15",
      ]
    ),
    Case(
      "plays before it is loaded",
      "SP---L-------- ",
      from: [.web, .android, .iOS],
      facts: [
        "watch 9000 at 0", "play at 1", "impression 4000 at 4", "start at 4", "view 3 at 4",
        "view 5 at 10",
      ]
    ),
    Case(
      "is loaded while it waits to play",
      "SP==L----------",
      from: [.web],
      facts: [
        "watch 5000 at 0", "play at 1", "impression 4000 at 4", "start at 10", "view 3 at 10",
        "view 5 at 10",
      ]
    ),
    Case(
      "waits for data",
      "LP---------=====-----",
      from: [.web],
      facts: [
        "impression at 0", "watch 13000 at 0", "stall 6000 at 0", "play at 1", "start at 5",
        "view 3 at 5", "view 5 at 10", "view 10 at 20",
      ]
    ),
    Case(
      "waits for data",
      "LP---------=====-----",
      from: [.android],
      facts: [
        "impression at 0", "watch 13000 at 0", "stall 1000 at 0", "play at 1", "start at 5",
        "view 3 at 5", "view 5 at 10", "view 10 at 20",
      ]
    ),
    Case(
      "waits for data",
      "LP---------=====-----",
      from: [.iOS],
      facts: [
        "impression at 0", "watch 9000 at 0", "stall 5000 at 0", "play at 1", "start at 5",
        "view 3 at 5", "view 5 at 10",
      ]
    ),
    Case(
      "waits for the first picture",
      "LP======---------",
      from: [.web, .android],
      facts: [
        "impression at 0", "watch 7000 at 0", "play at 1", "start at 10", "view 3 at 15",
        "view 5 at 15",
      ]
    ),
    Case(
      "waits for the first picture",
      "LP======---------",
      from: [.iOS],
      facts: [
        "impression at 0", "watch 5000 at 0", "play at 1", "start at 15", "view 3 at 15",
        "view 5 at 15",
      ]
    ),
    Case(
      "pauses for ten seconds",
      "LP-----p          P------",
      from: [.web, .android, .iOS],
      facts: [
        "impression at 0", "watch 8000 at 0", "play at 1", "start at 5", "view 3 at 5",
        "view 5 at 6",
      ]
    ),
    Case(
      "seeks",
      "LP------s--------- ",
      from: [.web, .android, .iOS],
      facts: [
        "impression at 0", "watch 14000 at 0", "play at 1", "start at 5", "view 3 at 5",
        "view 5 at 7", "view 10 at 15",
      ]
    ),
    Case(
      "plays to the end",
      "LP------------------E     ",
      from: [.web, .android, .iOS],
      facts: [
        "impression at 0", "watch 19000 at 0", "play at 1", "start at 5", "view 3 at 5",
        "view 5 at 10", "view 10 at 15", "end at 20",
      ]
    ),
    Case(
      "fails",
      "LX    ",
      from: [.web],
      facts: [
        "impression at 0", "error 2 at 1",
      ]
    ),
    Case(
      "is aborted, and fails later",
      "Lx    X     ",
      from: [.web],
      facts: [
        "impression at 0", "error 2 at 6",
      ]
    ),
    Case(
      "is aborted, and fails in the same batch",
      "LxX   ",
      from: [.web],
      facts: [
        "impression at 0", "error 2 at 2",
      ]
    ),
    Case(
      "is the next item of a playlist",
      "N---------- ",
      from: [.android],
      facts: [
        "watch 5000 at 0", "impression 10000 at 10", "play at 10", "start at 10", "view 3 at 10",
        "view 5 at 10",
      ]
    ),
    Case(
      "plays over three slots",
      "LP--------------------------------------------",
      from: [.web, .android, .iOS],
      facts: [
        "impression at 0", "watch 19000 at 0", "play at 1", "start at 5", "view 3 at 5",
        "view 5 at 10", "view 10 at 15", "watch 20000 at 20", "view 30 at 35",
        "watch 5000 at 40",
      ]
    ),
    Case(
      "waits over two slots",
      "LP-------------==========---------------",
      from: [.web],
      facts: [
        "impression at 0", "watch 13000 at 0", "stall 6000 at 0", "play at 1", "start at 5",
        "view 3 at 5", "view 5 at 10", "view 10 at 15", "watch 10000 at 20", "stall 5000 at 20",
      ]
    ),
    Case(
      "waits over two slots",
      "LP-------------==========---------------",
      from: [.android, .iOS],
      facts: [
        "impression at 0", "watch 13000 at 0", "stall 1000 at 0", "play at 1", "start at 5",
        "view 3 at 5", "view 5 at 10", "view 10 at 14", "watch 10000 at 20",
      ]
    ),
    Case(
      "watches a live stream",
      "LP--------------------------------------------",
      from: [.web, .android, .iOS],
      mediaID: "li1",
      facts: [
        "impression at 0", "watch 19000 at 0", "play at 1", "start at 5", "view 3 at 5",
        "view 5 at 10", "view 10 at 15", "watch 20000 at 20", "view 30 at 35",
        "watch 5000 at 40",
      ]
    ),
    Case(
      "waits in a live stream",
      "LP---------=====----- ",
      from: [.web],
      mediaID: "li1",
      facts: [
        "impression at 0", "watch 14000 at 0", "stall 5000 at 0", "play at 1", "start at 5",
        "view 3 at 5", "view 5 at 10", "view 10 at 20",
      ]
    ),
    Case(
      "waits in a live stream",
      "LP---------=====----- ",
      from: [.android],
      mediaID: "li1",
      facts: [
        "impression at 0", "watch 13000 at 0", "stall 1000 at 0", "play at 1", "start at 5",
        "view 3 at 5", "view 5 at 10", "view 10 at 20",
      ]
    ),
    Case(
      "waits in a live stream",
      "LP---------=====----- ",
      from: [.iOS],
      mediaID: "li1",
      facts: [
        "impression at 0", "watch 9000 at 0", "stall 5000 at 0", "play at 1", "start at 5",
        "view 3 at 5", "view 5 at 10",
      ]
    ),
    Case(
      "is closed before five seconds are over",
      "LP--",
      from: [.web],
      facts: []
    ),
    Case(
      "is closed before five seconds are over",
      "LP--",
      from: [.android],
      facts: [
        "impression at 0", "play at 1",
      ]
    ),
    Case(
      "is loaded and left",
      "SL        ",
      from: [.web],
      facts: [
        "impression 1000 at 1"
      ]
    ),
    Case(
      "sleeps for longer than 90 s",
      "LP----" + gap(95) + "-----",
      from: [.web],
      facts: [
        "impression at 0", "watch 4000 at 0", "play at 1", "start at 5", "view 3 at 5",
      ]
    ),
    Case(
      "is played again after its end",
      "LP--------E    P-------- ",
      from: [.web],
      facts: [
        "impression at 0", "watch 14000 at 0", "play at 1", "start at 5", "view 3 at 5",
        "view 5 at 9", "end at 10", "view 10 at 20",
      ]
    ),
  ]
}
