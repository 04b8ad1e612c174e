import CellCanvas
import Testing

@Suite("Canvas as ANSI text")
struct CanvasANSITests {
  private func canvas(_ text: String, style: Style) -> Canvas {
    var canvas = Canvas(size: Size(width: 6, height: 1))
    canvas.write(text, x: 0, y: 0, style: style)
    return canvas
  }

  @Test(
    "colours are written as the palette has them",
    arguments: [
      (Look(foreground: 2), "\u{1B}[0;32mhi\u{1B}[m\n"),
      (Look(foreground: 10), "\u{1B}[0;92mhi\u{1B}[m\n"),
      (Look(foreground: 208), "\u{1B}[0;38;5;208mhi\u{1B}[m\n"),
      (Look(attributes: [.bold, .underline]), "\u{1B}[0;1;4mhi\u{1B}[m\n"),
      (Look(background: 12, attributes: .dim), "\u{1B}[0;2;104mhi\u{1B}[m\n"),
      (Look(), "hi\n"),
    ]
  )
  func colours(look: Look, text: String) {
    let palette = Palette(depth: .twoHundredFiftySix, looks: [.good: look])

    #expect(canvas("hi", style: .good).ansi(palette) == text)
  }

  @Test func `blanks at the end are left out unless they are seen`() {
    var canvas = canvas("hi", style: .text)
    #expect(canvas.ansi(.mono) == "hi\n")

    canvas.restyle(canvas.bounds) { _ in .selection }
    #expect(canvas.ansi(.mono) == "\u{1B}[0;7mhi    \u{1B}[m\n")
  }

  @Test func `ASCII has a look-alike for each glyph and keeps the columns`() {
    #expect(canvas("▲█日x", style: .text).ansi(.mono, ascii: true) == "^#? x\n")
  }

  @Test func `a selected cell keeps its colour on the selection's background`() {
    let palette = Palette(
      depth: .sixteen,
      looks: [.good: Look(foreground: 2), .selection: Look(foreground: 15, background: 4)]
    )

    #expect(palette[Style(.good, .selected)] == Look(foreground: 2, background: 4))
    #expect(palette[Style(.text, .selected)] == Look(background: 4))
    #expect(Palette.mono[Style(.good, .selected)] == Look(attributes: .reverse))
  }
}
