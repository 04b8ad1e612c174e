import CellCanvas
import Testing

/// Titles as people write them, with the columns that terminals give them.
private let titles: [(title: String, columns: Int)] = [
  ("नमस्ते दुनिया", 10), ("ชื่อเรื่อง ที่นี่", 9), ("தமிழ் மொழி", 9), ("বাংলা ভাষা", 10), ("שָׁלוֹם", 4),
  ("كِتَابٌ", 4), ("ភាសាខ្មែរ", 8), ("မြန်မာဘာသာ", 9),
  ("Vie\u{323}\u{302}t Nam (NFD) Tie\u{302}\u{301}ng", 20),
  ("\u{1100}\u{1161}\u{11A8} (jamo)", 9), ("x̄ ± σ̂ ẹ́", 7), ("ਪੰਜਾਬੀ", 5), ("සිංහල", 4), ("ལྷ་ས", 3),
]

@Suite("Text of grapheme clusters")
struct GraphemeTests {
  @Test("marks stay with their letters and take no column", arguments: titles)
  func whole(title: String, columns: Int) {
    var canvas = Canvas(size: Size(width: columns + 2, height: 1))

    #expect(canvas.write(title, x: 0, y: 0) == columns)
    canvas.put("|", x: columns, y: 0, style: .text)

    #expect(CharacterWidth.columns(of: title) == columns)
    #expect(canvas.lines == [title + "| "])
    #expect(canvas.ansi(.mono) == title + "|\n")
    #expect(title.scrubbed == title)
  }

  @Test("a title is cut between characters", arguments: titles)
  func cut(title: String, columns: Int) {
    for width in 1..<columns {
      var canvas = Canvas(size: Size(width: width, height: 1))
      canvas.write(title, x: 0, y: 0)

      let line = canvas.lines[0].prefix { $0 != "…" }
      let rest = canvas.lines[0].dropFirst(line.count)
      #expect(title.hasPrefix(line), "\(width)")
      #expect(rest.first == "…" && rest.dropFirst().allSatisfy { $0 == " " }, "\(width)")
    }
  }

  @Test func `marks are read from the cell`() {
    var canvas = Canvas(size: Size(width: 2, height: 1))
    canvas.write("ชื่อ", x: 0, y: 0)

    #expect(canvas[x: 0, y: 0]?.scalar == "ช")
    #expect(canvas[x: 0, y: 0]?.marks == ["\u{E37}", "\u{E48}"])
    #expect(canvas[x: 1, y: 0]?.marks == [])
  }

  @Test func `more than four marks are dropped, and columns stay`() {
    let tall = "o" + String(repeating: "\u{330}\u{301}\u{308}", count: 5) + "k"
    var canvas = Canvas(size: Size(width: 3, height: 1))

    canvas.write(tall, x: 0, y: 0)

    #expect(canvas[x: 0, y: 0]?.marks.count == 4)
    #expect(canvas[x: 1, y: 0]?.scalar == "k")
  }

  @Test(
    "emoji are their first sign, without what they are joined with",
    arguments: [("👨‍👩‍👧x", "👨x"), ("👍🏽x", "👍x"), ("❤️x", "❤x"), ("1️⃣x", "1\u{20E3}x")]
  )
  func emoji(text: String, line: String) {
    var canvas = Canvas(size: Size(width: CharacterWidth.columns(of: line), height: 1))

    canvas.write(text, x: 0, y: 0)

    #expect(canvas.lines[0].unicodeScalars.elementsEqual(line.unicodeScalars))
  }

  @Test func `a mark that changes is a change`() {
    var before = Canvas(size: Size(width: 2, height: 1))
    var after = before
    before.write("ก", x: 0, y: 0)
    after.write("กื", x: 0, y: 0)

    #expect(after.changes(since: before).map(\.cells.count) == [1])
  }

  @Test func `ASCII has a look-alike of the letter alone`() {
    var canvas = Canvas(size: Size(width: 5, height: 1))
    canvas.write("x̄日ก", x: 0, y: 0)

    #expect(canvas.lines(ascii: true) == ["x? ? "])
  }

  @Test func `joiners within words of other scripts are not shown as dots`() {
    #expect("می\u{200C}خواهم".scrubbed == "می\u{200C}خواهم")
    #expect("a\u{200D}b \u{200C}".scrubbed == "a·b ·")
    #expect(CharacterWidth.columns(of: "می\u{200C}خواهم") == 7)
  }
}
