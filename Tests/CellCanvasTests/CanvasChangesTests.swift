import CellCanvas
import Testing

@Suite("Changes of a canvas")
struct CanvasChangesTests {
  private func canvas(_ text: String, style: Style = .text) -> Canvas {
    var canvas = Canvas(size: Size(width: 8, height: 1))
    canvas.write(text, x: 0, y: 0, style: style)
    return canvas
  }

  @Test func `the same canvas has none`() {
    #expect(canvas("abc").changes(since: canvas("abc")).isEmpty)
  }

  @Test func `everything has changed since nothing or another size`() {
    let other = Canvas(size: Size(width: 1, height: 1))

    #expect(canvas("abc").changes(since: nil).map(\.cells.count) == [3 + 5])
    #expect(canvas("abc").changes(since: other).map(\.cells.count) == [8])
  }

  @Test func `only runs that differ are drawn`() {
    let runs = canvas("axcdyz").changes(since: canvas("abcdef"))

    #expect(runs.map(\.x) == [1, 4])
    #expect(runs.map { String(String.UnicodeScalarView($0.cells.map(\.scalar))) } == ["x", "yz"])
  }

  @Test func `a run has one style`() {
    var now = canvas("abcd", style: .good)
    now.restyle(Rect(x: 2, y: 0, width: 2, height: 1)) { _ in .bad }

    #expect(now.changes(since: canvas("")).map(\.style) == [.good, .bad])
  }

  @Test func `both halves of a wide glyph change together`() {
    let runs = canvas("日").changes(since: canvas("本"))

    #expect(runs.count == 1)
    #expect(runs[0].cells.map(\.extent) == [.head, .tail])
  }

  @Test func `a narrow glyph in place of a wide one changes both cells`() {
    let runs = canvas("x").changes(since: canvas("本"))

    #expect(runs.map(\.x) == [0])
    #expect(runs[0].cells.count == 2)
  }

  @Test("applied to the old canvas they give the new one", arguments: 0..<20)
  func roundTrip(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let (before, after) = (Canvas.random(using: &random), Canvas.random(using: &random))
    var screen = before

    for run in after.changes(since: before) {
      for (offset, cell) in run.cells.enumerated() where cell.extent != .tail {
        screen.put(cell.scalar, x: run.x + offset, y: run.y, style: cell.style)
      }
    }

    #expect(screen == after)
  }
}

extension Canvas {
  /// Narrow and wide glyphs at random places.
  fileprivate static func random(using random: inout SeededRandom) -> Canvas {
    var canvas = Canvas(size: Size(width: 9, height: 4))
    for _ in 0..<30 {
      canvas.put(
        ["a", "b", "日", "本", " "].randomElement(using: &random) ?? " ",
        x: .random(in: 0..<9, using: &random),
        y: .random(in: 0..<4, using: &random),
        style: [.text, .good].randomElement(using: &random) ?? .text
      )
    }
    return canvas
  }
}
