import CellCanvas
import Testing

@testable import CursesTerminal

@Suite("Terminal type")
struct TerminalTypeTests {
  @Test(
    "the terminal's own type is tried first, then ever simpler ones",
    arguments: [
      (["TERM": "nonsense"], ["nonsense", "xterm-256color", "xterm", "vt100"]),
      (["TERM": "nonsense", "TMUX": "x"], ["nonsense", "screen-256color", "xterm", "vt100"]),
      (["TERM": "", "STY": "x"], ["screen-256color", "xterm", "vt100"]),
      ([:], ["xterm-256color", "xterm", "vt100"]),
    ]
  )
  func candidates(environment: [String: String], names: [String]) {
    #expect(TerminalType.candidates(environment: environment).map(\.name) == names)
  }

  @Test(
    "frames are marked only where the marks are understood",
    arguments: [
      ("xterm-256color", [:], true, true), ("xterm-256color", ["TMUX": "x"], true, false),
      ("tmux-256color", [:], true, false), ("screen", [:], true, false),
      ("linux", [:], false, false), ("vt100", [:], false, false),
    ]
  )
  func modes(name: String, environment: [String: String], hasModes: Bool, synchronizes: Bool) {
    let type = TerminalType(name, environment: environment)

    #expect(type.hasPrivateModes == hasModes)
    #expect(type.synchronizes == synchronizes)
  }

  @Test(
    "colours are those of the terminal, the choice and NO_COLOR",
    arguments: [
      (nil, [:], 256, .twoHundredFiftySix), (nil, [:], 16, .sixteen), (nil, [:], 88, .sixteen),
      (nil, [:], 8, .eight), (nil, [:], 0, .mono), (nil, [:], -1, .mono),
      (nil, ["NO_COLOR": "1"], 256, .mono), (nil, ["NO_COLOR": ""], 8, .eight),
      (.sixteen, ["NO_COLOR": "1"], 256, .sixteen), (.twoHundredFiftySix, [:], 8, .eight),
      (.mono, [:], 256, .mono),
    ] as [(ColorDepth?, [String: String], Int, ColorDepth)]
  )
  func depth(choice: ColorDepth?, environment: [String: String], colors: Int, depth: ColorDepth) {
    #expect(TerminalOptions(depth: choice, environment: environment).depth(of: colors) == depth)
  }

  @Test(
    "the time for a lone Esc can be set",
    arguments: [
      ([:], 25), (["ESCDELAY": "100"], 100), (["ESCDELAY": "x"], 25), (["ESCDELAY": "-4"], 1),
      (["ESCDELAY": "99999"], 2000),
    ]
  )
  func escapeDelay(environment: [String: String], milliseconds: Int) {
    #expect(
      TerminalOptions(environment: environment).escapeDelay == .milliseconds(milliseconds)
    )
  }

  @Test(
    "delays are left out of what is sent",
    arguments: [
      ("\u{1B}[m\u{F}$<2>", "\u{1B}[m\u{F}"), ("a$<5/>b$<1*>c", "abc"), ("a$b>", "a$b>"),
      ("$<", "$<"), ("", ""),
    ]
  )
  func delays(capability: String, text: String) {
    #expect(TerminalModes.withoutDelays(capability) == text)
  }

  @Test func `a dumb terminal is refused with a sentence`() {
    #expect(throws: TerminalError.dumbTerminal(type: "dumb")) {
      try CursesTerminal.open(TerminalOptions(environment: ["TERM": "dumb"]))
    }
    #expect("\(TerminalError.dumbTerminal(type: "dumb"))".contains("'dumb'"))
  }
}
