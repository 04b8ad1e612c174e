import CellCanvas
import Testing

@Suite("Canvas")
struct CanvasTests {
  private func canvas(_ width: Int, _ height: Int = 1) -> Canvas {
    Canvas(size: Size(width: width, height: height))
  }

  @Test func `a new canvas is blank`() {
    #expect(canvas(3, 2).lines == ["   ", "   "])
  }

  @Test func `text is cut by cells with an ellipsis`() {
    var canvas = canvas(8, 3)

    canvas.write("The long walk", x: 0, y: 0)
    canvas.write("exactly8", x: 0, y: 1)
    canvas.write("日本語の本", x: 0, y: 2, width: 6)

    #expect(canvas.lines == ["The lon…", "exactly8", "日本…   "])
  }

  @Test func `writing returns the columns taken`() {
    var canvas = canvas(8)

    #expect(canvas.write("日本", x: 0, y: 0) == 4)
    #expect(canvas.write("abc", x: 0, y: 0, width: 2) == 2)
    #expect(canvas.write("abc", x: 0, y: 0, width: 0) == 0)
  }

  @Test func `a wide glyph is never split at the edge`() {
    var canvas = canvas(3)

    #expect(canvas.put("日", x: 2, y: 0, style: .text) == 0)

    #expect(canvas.lines == ["   "])
  }

  @Test(
    "overwriting half of a wide glyph blanks the other half",
    arguments: [
      (0, "x 本 "), (1, " x本 "), (2, "日x  "), (3, "日 x "), (4, "日本x"),
    ]
  )
  func overwriting(column: Int, line: String) {
    var canvas = canvas(5)
    canvas.write("日本", x: 0, y: 0)

    canvas.put("x", x: column, y: 0, style: .text)

    #expect(canvas.lines == [line])
  }

  @Test(
    "a wide glyph over halves of others leaves no half behind",
    arguments: [
      (0, "語本 "), (1, " 語  "), (2, "日語 "), (3, "日 語"),
    ]
  )
  func overwritingWide(column: Int, line: String) {
    var canvas = canvas(5)
    canvas.write("日本", x: 0, y: 0)

    canvas.put("語", x: column, y: 0, style: .text)

    #expect(canvas.lines == [line])
  }

  @Test(
    "what cannot be printed is shown as a dot",
    arguments: [
      ("a\u{1B}[2Jb", "a·[2Jb"), ("a\u{9B}b", "a·b"), ("a\u{7F}b", "a·b"), ("a\u{202E}b", "a·b"),
      ("\u{301}x", "·x"), ("a\u{200B}b", "a·b"), ("a\tb", "a·b"), ("🇫🇷", "·"),
      ("\u{E000}", "·"),
    ]
  )
  func unprintable(text: String, line: String) {
    var canvas = canvas(line.count)

    canvas.write(text, x: 0, y: 0)

    #expect(canvas.lines[0].unicodeScalars.elementsEqual(line.unicodeScalars))
  }

  @Test func `letters and their marks become one glyph`() {
    var canvas = canvas(4)

    canvas.write("e\u{301}n\u{303}", x: 0, y: 0)

    #expect(canvas[x: 0, y: 0]?.scalar == "é")
    #expect(canvas[x: 1, y: 0]?.scalar == "ñ")
  }

  @Test func `a view draws only inside its rectangle`() {
    struct Flood: View {
      func draw(in rect: Rect, on canvas: inout Canvas) {
        canvas.fill(canvas.bounds, with: "x")
        canvas.write("yyyyyyyyyy", x: -2, y: rect.y)
      }
    }
    var canvas = canvas(6, 4)

    canvas.draw(Flood(), in: Rect(x: 1, y: 1, width: 3, height: 2))

    #expect(canvas.lines == ["      ", " yyy  ", " xxx  ", "      "])
  }

  @Test func `places outside are ignored`() {
    var canvas = canvas(2)

    canvas.put("x", x: -1, y: 0, style: .text)
    canvas.put("x", x: 0, y: 1, style: .text)
    canvas.fill(Rect(x: -5, y: -5, width: 4, height: 4), with: "x")
    canvas.restyle(Rect(x: 5, y: 5, width: 4, height: 4)) { _ in .bad }

    #expect(canvas == Canvas(size: Size(width: 2, height: 1)))
    #expect(canvas[x: 2, y: 0] == nil)
  }

  @Test func `restyling keeps the glyphs`() {
    var canvas = canvas(3)
    canvas.write("abc", x: 0, y: 0, style: .good)

    canvas.restyle(Rect(x: 1, y: 0, width: 1, height: 1)) { $0.adding(.dim) }

    #expect(canvas.lines == ["abc"])
    #expect(canvas[x: 1, y: 0]?.style == Style(.good, .dim))
    #expect(canvas[x: 2, y: 0]?.style == .good)
  }
}
