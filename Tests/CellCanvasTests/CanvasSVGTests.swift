import CellCanvas
import Testing

@Suite("Canvas as SVG")
struct CanvasSVGTests {
  private func canvas() -> Canvas {
    var canvas = Canvas(size: Size(width: 20, height: 3))
    canvas.write("a <b> & \"c\" 北京", x: 0, y: 0, style: .accent)
    canvas.write("█▄▏▒⣿ x", x: 0, y: 1)
    canvas.write("sel", x: 0, y: 2, style: .selection)
    return canvas
  }

  @Test func `blocks and dots are shapes, letters stand at their columns`() {
    let svg = canvas().svg(.mono, title: "T & U")

    #expect(svg.contains("<title>T &amp; U</title>"))
    #expect(
      svg.contains("<text x=\"16 24 32\" y=\"12\" fill=\"#d0d0d0\" font-weight=\"bold\">&lt;b&gt;")
    )
    #expect(svg.contains("<text x=\"96\" y=\"12\" fill=\"#d0d0d0\" font-weight=\"bold\">北</text>"))
    #expect(!svg.contains("textLength") && !svg.contains("█") && !svg.contains("⣿"))
    #expect(svg.contains("shape-rendering=\"crispEdges\""))
    #expect(svg.contains("M8 24h8v8h-8z"), "a half block is half of its cell")
  }

  @Test func `an area of a colour is one rectangle`() {
    var canvas = Canvas(size: Size(width: 4, height: 3))
    canvas.fill(Rect(x: 1, y: 0, width: 2, height: 3), style: Style(.text, on: .bar))
    canvas.fill(Rect(x: 3, y: 1, width: 1, height: 2), with: "█", style: Style(.bar))
    let palette = Palette(depth: .sixteen, looks: [.bar: Look(foreground: 4)])

    let fills = canvas.svg(palette, title: "").split(separator: "\n").filter {
      $0.hasPrefix("<rect")
    }

    #expect(
      fills.dropFirst() == [
        "<rect x=\"8\" y=\"0\" width=\"16\" height=\"16\" fill=\"#0000ee\"/>",
        "<rect x=\"8\" y=\"16\" width=\"24\" height=\"32\" fill=\"#0000ee\"/>",
      ]
    )
  }

  @Test func `letters that are joined stay together`() {
    var canvas = Canvas(size: Size(width: 20, height: 1))
    canvas.write("हिन्दी x̄y ▲12", x: 0, y: 0)
    let svg = canvas.svg(.mono, title: "")

    #expect(svg.contains("<text x=\"0\" y=\"12\" fill=\"#d0d0d0\">हिन्दी</text>"))
    #expect(svg.contains(">x̄</text>"))
    #expect(svg.contains(">▲</text>"))
    #expect(svg.contains(">12</text>"))
  }

  @Test func `it is well-formed, whatever was written`() throws {
    var canvas = canvas()
    canvas.write("\u{1B}[31m]]>\u{0}\u{202E}'", x: 0, y: 2)
    let svg = canvas.svg(.mono, title: "<")

    // Every tag that is opened is closed, in order.
    var open: [Substring] = []
    for part in svg.split(separator: "<").dropFirst(svg.hasPrefix("<") ? 0 : 1) {
      let tag = part.prefix { $0 != ">" }
      if tag.hasPrefix("/") {
        #expect(open.popLast() == tag.dropFirst())
      } else if !tag.hasSuffix("/") {
        open.append(tag.prefix { $0 != " " })
      }
    }
    #expect(open.isEmpty)
    #expect(!svg.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
  }
}
