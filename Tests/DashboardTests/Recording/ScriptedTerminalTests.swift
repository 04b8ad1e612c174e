import CellCanvas
import Foundation
import Testing

@testable import Dashboard

@Suite("Scripted terminal")
struct ScriptedTerminalTests {
  /// A time that passes only while somebody waits.
  private final class Waits {
    var now = Duration.zero
  }

  private func terminal(_ script: String) throws -> ScriptedTerminal {
    let waits = Waits()
    return ScriptedTerminal(
      try #require(KeyScript(script)),
      size: Size(width: 20, height: 2),
      depth: .mono,
      ScriptedTerminal.Time(now: { waits.now }, wait: { waits.now += $0 })
    )
  }

  private func played(_ script: String) throws -> (ScriptedTerminal, [TerminalEvent]) {
    let terminal = try terminal(script)
    var canvas = Canvas(size: terminal.size)
    var events: [TerminalEvent] = []
    while events.last != .hangUp, events.count < 100 {
      canvas.write("after \(events.count)", x: 0, y: 0)
      terminal.present(canvas, palette: .mono)
      events += terminal.nextEvents(within: .seconds(10))
    }
    return (terminal, events)
  }

  @Test func `keys come in their order, and then the terminal is gone`() throws {
    let (terminal, events) = try played("b 2s enter ctrl-l 1.5s")

    #expect(
      events == [.key(.character("b")), .key(.enter), .key(.control("l")), .hangUp]
    )
    #expect(terminal.recording.duration == .milliseconds(4700))
  }

  @Test func `a line below names each key for a while`() throws {
    let (terminal, _) = try played("b 2s enter 3s")
    let lines = terminal.recording.frames.map { frame in
      (frame.start, frame.canvas.lines[2].trimmingCharacters(in: .whitespaces))
    }

    #expect(lines.map(\.1) == ["b", "", "Enter", ""])
    #expect(lines.map(\.0) == [0, 1200, 2400, 3600].map(Duration.milliseconds))
    #expect(terminal.recording.frames.first?.canvas.lines[0].hasPrefix("after 1") == true)
  }

  @Test(arguments: ["x y", "1s b", "", "  "])
  func `what is a script`(text: String) {
    #expect(KeyScript(text) != nil)
  }

  @Test(arguments: ["bb", "-1s", "s2", "9999s", "b entre 2s"])
  func `what is no script is quoted`(text: String) throws {
    #expect(KeyScript(text) == nil)
    let fault = try #require(KeyScript.fault(in: text))
    #expect(text.split(separator: " ").contains { fault.hasPrefix("'\($0)' is neither a key") })
  }

  @Test func `a script of more than ten minutes is refused`() {
    #expect(KeyScript("599s b") != nil)
    #expect(KeyScript.fault(in: "300s b 300s") == "a recording is of ten minutes at most")
  }

  @Test func `an asciicast has a line for the whole and one for each frame`() throws {
    let (terminal, _) = try played("b 2s")
    let lines = terminal.recording.asciicast(title: "A \"demo\"").split(separator: "\n")
    let head = try JSONSerialization.jsonObject(with: Data(lines[0].utf8)) as? [String: Any]

    #expect(head?["version"] as? Int == 2)
    #expect(head?["width"] as? Int == 20 && head?["height"] as? Int == 3)
    #expect(head?["title"] as? String == "A \"demo\"")
    for line in lines.dropFirst() {
      let event = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [Any]
      #expect(event?.count == 3 && event?[1] as? String == "o")
    }
    #expect(lines.count == 2 + terminal.recording.frames.count)
  }
}
