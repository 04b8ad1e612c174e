import CellCanvas
import Glibc
import Testing

@testable import CursesTerminal

/// One at a time: ncurses and signals belong to the whole process.
@Suite("Curses terminal", .serialized)
struct CursesTerminalTests {
  private func withTerminal(
    _ name: String = "xterm-256color",
    width: UInt16 = 40,
    height: UInt16 = 10,
    _ body: (CursesTerminal, PseudoTerminal) throws -> Void
  ) throws {
    let far = try #require(PseudoTerminal(width: width, height: height))
    let terminal = try CursesTerminal(
      TerminalOptions(environment: ["TERM": name]),
      devices: [far.device],
      errorLog: nil
    )
    defer { terminal.close() }
    try body(terminal, far)
  }

  private func canvas(_ text: String, on terminal: CursesTerminal) -> Canvas {
    var canvas = Canvas(size: terminal.size)
    canvas.write(text, x: 0, y: 0, style: .accent)
    return canvas
  }

  /// Waits until all that was presented is on its way to the far end.
  private func settle(_ terminal: CursesTerminal, _ far: PseudoTerminal) {
    repeat {
      far.receive()
      #expect(terminal.nextEvents(within: .zero).isEmpty)
    } while !terminal.output.isEmpty
    far.receive()
  }

  @Test func `a canvas arrives, and then only what changed`() throws {
    try withTerminal { terminal, far in
      terminal.present(canvas("hello there", on: terminal), palette: .mono)
      settle(terminal, far)
      #expect(far.text.contains("hello there"))
      #expect(!terminal.isBusy)
      let before = far.received.count

      terminal.present(canvas("hello where", on: terminal), palette: .mono)
      settle(terminal, far)
      #expect(far.received.count - before < 60)

      let after = far.received.count
      terminal.present(canvas("hello where", on: terminal), palette: .mono)
      settle(terminal, far)
      #expect(far.received.count == after)
    }
  }

  @Test(arguments: ["ชื่อเรื่อง", "नमस्ते", "שָׁלוֹם", "x̄σ̂", "日本 \u{1100}\u{1161}\u{11A8}"])
  func `letters arrive with their marks`(title: String) throws {
    try withTerminal { terminal, far in
      try #require(terminal.hasUnicode)
      terminal.present(canvas(title + "|", on: terminal), palette: .mono)
      settle(terminal, far)

      #expect(far.text.contains(title + "|"))
    }
  }

  @Test func `the terminal is given back as it was found`() throws {
    let far = try #require(PseudoTerminal(width: 40, height: 10))
    let found = far.localModes
    let terminal = try CursesTerminal(
      TerminalOptions(environment: ["TERM": "xterm-256color"]),
      devices: [far.device],
      errorLog: nil
    )
    terminal.present(canvas("hello", on: terminal), palette: .mono)
    terminal.reportMouse(true)
    settle(terminal, far)
    #expect(far.localModes & tcflag_t(ECHO | ICANON) == 0)

    terminal.close()
    far.receive()

    #expect(far.localModes == found)
    for mode in ["1049", "2004", "1000", "1003", "1006"] {
      let on = try #require(far.text.ranges(of: "\u{1B}[?\(mode)h").last, "\(mode)")
      let off = try #require(far.text.ranges(of: "\u{1B}[?\(mode)l").last, "\(mode)")
      #expect(on.lowerBound < off.lowerBound)
    }
    #expect(far.text.contains("\u{1B}[?25h"))
  }

  @Test func `a terminal that takes no more bytes is left in half a second`() throws {
    try withTerminal(width: 200, height: 60) { terminal, far in
      var frame = 0
      while terminal.output.isEmpty, frame < 100 {
        var canvas = Canvas(size: terminal.size)
        canvas.fill(canvas.bounds, with: frame.isMultiple(of: 2) ? "x" : "y")
        terminal.present(canvas, palette: .mono)
        frame += 1
      }
      #expect(terminal.isBusy)

      let elapsed = ContinuousClock().measure { terminal.close() }
      far.receive()

      #expect(elapsed < .seconds(1))
      #expect(far.text.contains("\u{1B}[?1049l"))
      #expect(far.localModes & tcflag_t(ECHO) != 0)
    }
  }

  @Test(arguments: [
    SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGXCPU, SIGIO, SIGPWR, SIGSTKFLT, 40, SIGSEGV,
  ])
  func `a signal that ends the program gives the terminal back first`(number: Int32) throws {
    func isHandled() -> Bool {
      var action = sigaction()
      sigaction(number, nil, &action)
      return action.__sigaction_handler.sa_handler != nil
    }
    let wasHandled = isHandled()

    try withTerminal { _, _ in #expect(isHandled()) }

    #expect(isHandled() == wasHandled)
  }

  @Test func `a signal that ends nothing is left alone`() throws {
    try withTerminal { _, _ in
      for number in [SIGCHLD, SIGURG] {
        var action = sigaction()
        sigaction(number, nil, &action)
        #expect(action.__sigaction_handler.sa_handler == nil)
      }
    }
  }

  @Test(arguments: ["99999", "0", "-3", "many", ""])
  func `a size that no screen has is not taken from the environment`(lines: String) throws {
    setenv("LINES", lines, 1)
    defer { unsetenv("LINES") }

    try withTerminal { terminal, _ in #expect(terminal.size == Size(width: 40, height: 10)) }
  }

  @Test func `keys, pastes and calls from other threads end the wait`() throws {
    try withTerminal { terminal, far in
      far.type("q\u{1B}[A")
      #expect(terminal.nextEvents(within: nil) == [.key(.character("q")), .key(.up)])

      far.type("\u{1B}[200~a b\u{1B}[201~")
      #expect(terminal.nextEvents(within: nil) == [.paste("a b")])

      far.type("\u{1B}")
      #expect(terminal.nextEvents(within: nil) == [.key(.escape)])

      let wake = terminal.wake
      Task.detached { wake() }
      #expect(terminal.nextEvents(within: nil).isEmpty)
    }
  }

  @Test func `another size is an event, whatever the environment says`() throws {
    try withTerminal { terminal, far in
      #expect(terminal.size == Size(width: 40, height: 10))

      far.resize(width: 70, height: 20)
      kill(getpid(), SIGWINCH)

      #expect(terminal.nextEvents(within: .seconds(5)) == [.resized(Size(width: 70, height: 20))])
      #expect(terminal.size == Size(width: 70, height: 20))
    }
  }

  @Test func `a lost terminal ends at once and for ever`() throws {
    try withTerminal { terminal, far in
      far.hangUp()

      #expect(terminal.nextEvents(within: nil) == [.hangUp])
      #expect(terminal.nextEvents(within: nil) == [.hangUp])
      terminal.present(canvas("nobody", on: terminal), palette: .mono)
    }
  }

  @Test("any size is drawn", arguments: [(1, 1), (2, 1), (1, 9), (20, 5), (250, 80)])
  func sizes(width: UInt16, height: UInt16) throws {
    try withTerminal(width: width, height: height) { terminal, far in
      var canvas = Canvas(size: terminal.size)
      canvas.fill(canvas.bounds, with: "x")

      terminal.present(canvas, palette: .mono)
      settle(terminal, far)

      #expect(far.text.contains("x"))
    }
  }

  @Test func `old terminals get ASCII and no modes they do not know`() throws {
    try withTerminal("vt100") { terminal, far in
      terminal.present(canvas("▲ 12 … 日", on: terminal), palette: .mono)
      settle(terminal, far)

      #expect(far.text.contains("^ 12 . ?"))
      #expect(!far.text.contains("\u{1B}[?2"))
      #expect(terminal.depth == .mono)
      #expect(!terminal.copy("x"))
    }
  }

  @Test func `an unknown type is drawn as a common one, and said so`() throws {
    try withTerminal("no-such-terminal") { terminal, _ in
      #expect(terminal.notice?.contains("'no-such-terminal'") == true)
      #expect(terminal.depth == .twoHundredFiftySix)
    }
  }

  @Test func `text for the clipboard is encoded`() throws {
    try withTerminal { terminal, far in
      #expect(terminal.copy("foo"))
      #expect(!terminal.copy(String(repeating: "x", count: 70_000)))
      settle(terminal, far)

      #expect(far.text.contains("\u{1B}]52;c;Zm9v\u{07}"))
    }
  }
}
