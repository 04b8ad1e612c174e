import CellCanvas
import PlaybackFacts
import QueryCore
import Testing

@testable import Dashboard

@Suite("Terminal loop")
struct TerminalLoopTests {
  /// What the program around a loop was asked for.
  private final class Notes {
    var files: [String] = []
    var memories: [DashboardMemory] = []
    var turnsUntilFailure = Int.max
  }

  private let notes = Notes()

  /// Runs a loop until its terminal has nothing more to play; its source never answers.
  @discardableResult
  private func run(
    _ terminal: RecordingTerminal,
    known: [DashboardMessage] = [],
    onFirstFrame: () -> Void = {}
  ) throws -> TerminalLoop {
    let runtime = DashboardRuntime(
      open: { _ in
        try await Task.sleep(for: .seconds(3600))
        throw QueryError.notProvided
      },
      clock: ManualClock(),
      now: { Screen.now },
      wake: terminal.wake
    )
    let notes = notes
    var loop = TerminalLoop(
      terminal,
      try Screen().state,
      runtime: runtime,
      TerminalLoop.Surroundings(
        now: { Screen.now + terminal.uptime.milliseconds },
        uptime: { terminal.uptime },
        remember: { memory, _ in notes.memories.append(memory) },
        writeFile: { text, name in
          notes.files.append(name)
          return "written to \(name), \(text.isEmpty ? "empty" : "not empty")"
        },
        hasFailed: {
          notes.turnsUntilFailure -= 1
          return notes.turnsUntilFailure < 0
        }
      )
    )
    loop.run(known, onFirstFrame: onFirstFrame)
    return loop
  }

  private func lastRow(_ terminal: RecordingTerminal) -> String {
    terminal.frames.last?.last ?? ""
  }

  @Test func `the first frame is shown before anything else begins`() throws {
    let terminal = RecordingTerminal(keys: .character("q"))
    var framesBefore = 0

    try run(terminal) { framesBefore = terminal.frames.count }

    #expect(framesBefore == 1)
    #expect(terminal.frames[0].first?.contains("LIVE") == true)
  }

  @Test func `a key is answered with a frame, and q ends the loop`() throws {
    let terminal = RecordingTerminal(keys: .character("b"), .character("q"), .character("t"))

    let loop = try run(terminal)

    #expect(loop.state.view == .breakdown)
    #expect(terminal.waits.count == 2)
    #expect(terminal.frames.last?[1].contains("[b Breakdown]") == true)
  }

  @Test func `a terminal that is gone ends the loop`() throws {
    let terminal = RecordingTerminal([.init(events: [.hangUp]), .init(), .init()])

    try run(terminal)

    #expect(terminal.waits.count == 1)
  }

  @Test func `work that fails ends the loop`() throws {
    notes.turnsUntilFailure = 3
    let terminal = RecordingTerminal(Array(repeating: .init(), count: 10))

    try run(terminal)

    #expect(terminal.waits.count == 3)
  }

  @Test func `frames have the size of the terminal`() throws {
    let size = Size(width: 40, height: 10)
    let terminal = RecordingTerminal([.init(events: [.resized(size)]), .init()])

    let loop = try run(terminal)

    #expect(terminal.frames.map(\.count) == [24, 24, 10, 10])
    #expect(loop.state.size == size)
  }

  @Test func `it waits no longer than until the clock shows another second`() throws {
    let terminal = RecordingTerminal(Array(repeating: .init(duration: nil), count: 3))

    try run(terminal)

    // It is 14:05:32.4.
    #expect(terminal.waits.prefix(3) == [.milliseconds(600), .seconds(1), .seconds(1)])
    #expect(terminal.frames.last?[0].contains("14:05:35") == true)
  }

  @Test func `a terminal that takes frames late gets fewer of them, and the screen says so`() throws
  {
    let busy = RecordingTerminal.Turn(duration: .milliseconds(200), isBusy: true)
    let terminal = RecordingTerminal(
      Array(repeating: busy, count: 8),
      size: Size(width: 120, height: 30)
    )

    let loop = try run(terminal)

    #expect(loop.state.frameInterval == .seconds(1))
    #expect(terminal.frames.count < 8)
    #expect(terminal.frames.last?[0].contains("slow link, every 1 s") == true)
  }

  @Test func `a pointer that moves over the same things draws no more frames of a slow link`()
    throws
  {
    let busy = RecordingTerminal.Turn(duration: .milliseconds(500), isBusy: true)
    let still = RecordingTerminal.Turn(duration: .milliseconds(100), isBusy: true)
    let moving = RecordingTerminal.Turn(
      events: [.mouse(.move, x: 0, y: 0)],
      duration: .milliseconds(100),
      isBusy: true
    )
    let slow = Array(repeating: busy, count: 60)
    /// How many frames are drawn in ten seconds in which this happens.
    func frames(_ turn: RecordingTerminal.Turn) throws -> Int {
      let before = RecordingTerminal(slow)
      let after = RecordingTerminal(slow + Array(repeating: turn, count: 100))
      #expect(try run(before).state.frameInterval == .seconds(5))
      try run(after)
      return after.frames.count - before.frames.count
    }

    #expect(try frames(still) == frames(moving))
    #expect(try frames(moving) == 2)
  }

  @Test func `what is for the terminal goes to the terminal`() throws {
    let terminal = RecordingTerminal(
      keys: .control("l"),
      .character("M"),
      .character("M"),
      .tab,
      .character("y")
    )

    try run(terminal)

    #expect(
      terminal.calls == ["repaint", "mouse on", "mouse off", "copy country,play,before"]
    )
    #expect(lastRow(terminal).contains("copied to the terminal's clipboard"))
  }

  @Test func `a text that the terminal can't copy is said to be so`() throws {
    let terminal = RecordingTerminal(keys: .character("y"))
    terminal.canCopy = false

    try run(terminal)

    #expect(lastRow(terminal).contains("the terminal can't copy this"))
  }

  @Test func `an export is written as a file, and the sentence of it is shown`() throws {
    let terminal = RecordingTerminal(keys: .character("E"), .enter)

    try run(terminal)

    #expect(notes.files == ["playhead-chart-20240513-140532.csv"])
    #expect(lastRow(terminal).contains("written to playhead-chart-20240513-140532.csv, not empty"))
  }

  @Test func `what should be remembered is handed over once a turn`() throws {
    let terminal = RecordingTerminal(keys: .character("4"), .character("q"))

    let loop = try run(terminal)

    #expect(notes.memories.map(\.range) == ["7d", "7d"])
    #expect(loop.state.memory == notes.memories.last)
  }

  @Test func `what is known already is on the first frame after it`() throws {
    let terminal = RecordingTerminal([.init()])

    try run(terminal, known: [.noticed("the settings file has a mistake")])

    #expect(lastRow(terminal).contains("the settings file has a mistake"))
  }
}
