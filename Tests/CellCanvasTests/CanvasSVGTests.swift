import CellCanvas
import Foundation
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

  @Test func `blocks and dots are shapes, letters are text of exact width`() {
    let svg = canvas().svg(.mono, title: "T & U")

    #expect(svg.contains("<title>T &amp; U</title>"))
    #expect(svg.contains(">a &lt;b&gt; &amp; &quot;c&quot; 北京</text>"))
    #expect(svg.contains("textLength=\"128\""))
    #expect(!svg.contains("█") && !svg.contains("⣿"))
    #expect(svg.contains("M0 17h8v17h-8z"), "a full block fills its cell")
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
