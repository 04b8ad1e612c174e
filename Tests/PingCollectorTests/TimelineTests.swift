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

  private static func sleep(_ seconds: Int) -> String { String(repeating: "z", count: seconds) }

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
        "watch 10000 at 0", "impression 5000 at 5", "play at 5", "start at 5", "view 3 at 5",
        "view 5 at 5", "view 10 at 10",
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
        "impression at 0", "watch 13000 at 0", "stall 6000 at 0", "play at 1", "start at 5",
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
      "plays in a background tab, whose pings of a minute are lost",
      "LP----" + gap(99) + "-----",
      from: [.web],
      facts: [
        "impression at 0", "watch 19000 at 0", "play at 1", "start at 5", "view 3 at 5",
        "watch 20000 at 20", "watch 20000 at 40", "watch 20000 at 60", "watch 20000 at 80",
        "watch 5000 at 100", "view 5 at 105", "view 10 at 105", "view 30 at 105",
      ]
    ),
    Case(
      "plays in a background tab that sends once a minute",
      "LP----" + gap(54) + "-" + gap(59) + "-",
      from: [.web],
      facts: [
        "impression at 0", "watch 19000 at 0", "play at 1", "start at 5", "view 3 at 5",
        "watch 20000 at 20", "watch 20000 at 40", "watch 20000 at 60", "view 5 at 60",
        "view 10 at 60", "view 30 at 60", "watch 20000 at 80", "watch 20000 at 100",
      ]
    ),
    Case(
      "sleeps for longer than 90 s",
      "LP-------" + sleep(95) + "----------",
      from: [.web, .android, .iOS],
      facts: [
        "impression at 0", "watch 4000 at 0", "play at 1", "start at 5", "view 3 at 5",
        "watch 5000 at 100", "view 5 at 110",
      ]
    ),
    Case(
      "sleeps for a minute, which is no stall but for its first 30 s",
      "LP-------" + sleep(60) + "------",
      from: [.web],
      facts: [
        "impression at 0", "watch 5154 at 0", "stall 6923 at 0", "play at 1", "start at 5",
        "view 3 at 5", "watch 1538 at 20", "stall 9231 at 20", "watch 1539 at 40",
        "stall 9230 at 40", "watch 769 at 60", "stall 4616 at 60", "view 5 at 70",
      ]
    ),
    Case(
      "sleeps in a live stream",
      "LP-------" + sleep(95) + "----------",
      from: [.web],
      mediaID: "li1",
      facts: [
        "impression at 0", "watch 4000 at 0", "play at 1", "start at 5", "view 3 at 5",
        "watch 5000 at 100", "view 5 at 110",
      ]
    ),
    Case(
      "stands still without a word",
      "LP---------_____-----",
      from: [.web, .android, .iOS],
      facts: [
        "impression at 0", "watch 14000 at 0", "stall 5000 at 0", "play at 1", "start at 5",
        "view 3 at 5", "view 5 at 10", "view 10 at 20",
      ]
    ),
    Case(
      "stands still in a live stream without a word",
      "LP---------_____-----",
      from: [.web, .iOS],
      mediaID: "li1",
      facts: [
        "impression at 0", "watch 14000 at 0", "stall 5000 at 0", "play at 1", "start at 5",
        "view 3 at 5", "view 5 at 10", "view 10 at 20",
      ]
    ),
    Case(
      "stands still in a live stream whose position lies in a moving window",
      "LP---------_____-----",
      from: [.android],
      mediaID: "li1",
      facts: [
        "impression at 0", "watch 14000 at 0", "stall 5000 at 0", "play at 1", "start at 5",
        "view 3 at 5", "view 5 at 10", "view 10 at 20",
      ]
    ),
    Case(
      "plays by itself when it is loaded",
      "Sl--------- ",
      from: [.web, .android, .iOS],
      facts: [
        "watch 9000 at 0", "impression 1000 at 1", "play at 5", "start at 5", "view 3 at 5",
        "view 5 at 10",
      ]
    ),
    Case(
      "sets its source after it was loaded",
      "L S P------ ",
      from: [.web],
      facts: [
        "impression at 0", "watch 6000 at 0", "play at 4", "start at 5", "view 3 at 10",
        "view 5 at 10",
      ]
    ),
    Case(
      "waits two minutes for a click",
      "S" + gap(120) + "LP----",
      from: [.web],
      facts: [
        "watch 3000 at 120", "impression at 121", "play at 122", "start at 125", "view 3 at 125",
      ]
    ),
    Case(
      "has more than 240 events in two minutes",
      "LP---" + String(repeating: "~", count: 130) + "-----",
      from: [.web, .android],
      facts: [
        "impression at 0", "watch 11000 at 0", "play at 1", "start at 4", "view 3 at 4",
        "view 5 at 7.75", "view 10 at 17.75", "watch 10000 at 20", "watch 10000 at 40",
        "view 30 at 57.75", "watch 10000 at 60", "watch 10000 at 80", "watch 10000 at 100",
        "watch 8000 at 120",
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
