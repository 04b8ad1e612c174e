import Foundation
import Testing

@testable import CellCanvas

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite("Recording")
struct RecordingTests {
  private let size = Size(width: 12, height: 3)

  private func canvas(_ rows: String...) -> Canvas {
    var canvas = Canvas(size: size)
    for (y, row) in rows.enumerated() { canvas.write(row, x: 0, y: y, style: .accent) }
    return canvas
  }

  private func recording() -> Recording {
    var recording = Recording(size: size)
    recording.add(canvas("title", "one"), .mono, at: .zero)
    recording.add(canvas("title", "one"), .mono, at: .seconds(1))
    recording.add(canvas("title", "two"), .mono, at: .seconds(2))
    recording.add(canvas("title", "one"), .mono, at: .seconds(3))
    recording.end(at: .seconds(4))
    return recording
  }

  @Test func `a frame like the one before it is none`() {
    #expect(recording().frames.map(\.start) == [.zero, .seconds(2), .seconds(3)])
    #expect(recording().duration == .seconds(4))
  }

  @Test func `of two frames at one time the later counts`() {
    var recording = Recording(size: size)
    recording.add(canvas("a"), .mono, at: .zero)
    recording.add(canvas("b"), .mono, at: .zero)
    recording.add(Canvas(size: Size(width: 1, height: 1)), .mono, at: .seconds(1))

    #expect(recording.frames.map(\.canvas) == [canvas("b")])
    #expect(recording.frames.first?.start == .zero)
  }

  @Test func `a terminal is sent the rows that change`() {
    let output = recording().output

    #expect(output.map(\.seconds) == [0, 2, 3])
    #expect(output[0].text.hasPrefix("\u{1B}[?25l\u{1B}[2J\u{1B}[1;1H\u{1B}[K"))
    #expect(output[0].text.contains("title") && output[0].text.contains("\u{1B}[3;1H"))
    #expect(output[1].text == "\u{1B}[2;1H\u{1B}[K\(canvas("", "two").ansi(ofRow: 1, .mono))")
  }

  /// `s0` is the row that is seen at first and again in the end, `s1` the one between.
  @Test func `a row is in the moving picture once, and seen in its frames`() throws {
    let svg = recording().svg(title: "T & U")

    #expect(svg.contains("<title>T &amp; U</title>"))
    for text in ["title", "one", "two"] {
      #expect(svg.components(separatedBy: ">\(text)</text>").count == 2)
    }
    #expect(svg.contains(".s0{animation:s0 4.0s step-end infinite}"))
    #expect(
      svg.contains(
        "@keyframes s0{0.0%{visibility:visible}50.0%{visibility:hidden}75.0%{visibility:visible}}"
      )
    )
    #expect(
      svg.contains(
        "@keyframes s1{0.0%{visibility:hidden}50.0%{visibility:visible}75.0%{visibility:hidden}}"
      )
    )
    #expect(svg.contains("class=\"s0\">") && svg.contains("class=\"s1\" visibility=\"hidden\">"))
    #expect(XMLParser(data: Data(svg.utf8)).parse())
  }

  @Test func `nothing was shown`() {
    #expect(Recording(size: size).svg(title: "") == "")
    #expect(Recording(size: size).output.isEmpty)
  }
}
