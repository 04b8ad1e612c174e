import TestSupport
import Testing
import TextAndBytes

@Suite("TOML")
struct TOMLTests {
  private static let document = """
    # What a person writes.
    theme = "nord"   # a comment behind
    read-limit = 1_000
    known-media = true
    since = 2026-11-30 09:00:00
    share = 1.5e1

    [keys]
    pause = ["space", 'f5', # two
      "p",
    ]
    "quit now" = []

    [sources]
    staging = 'http://127.0.0.1:8081'
    hosted = { address = "https://example.org", api.key = "\\u00e9\\t\\U0001F600" }

    [[rows]]
    note = \"""
    first \\
        line
    "second\"""\"
    [[rows]]
    note = '''
    C:\\temp'''
    """

  @Test func `a document is read as it is meant`() throws {
    let table = try TOMLTable(text: Self.document)

    #expect(
      table.keys
        == [
          "theme", "read-limit", "known-media", "since", "share", "keys", "sources", "rows",
        ]
    )
    #expect(table["theme"]?.string == "nord")
    #expect(table["read-limit"]?.integer == 1_000)
    #expect(table["known-media"]?.boolean == true)
    #expect(table["since"]?.content == .date("2026-11-30 09:00:00"))
    #expect(table["share"]?.content == .float(15))
    #expect(table["keys"]?.table?["pause"]?.strings == ["space", "f5", "p"])
    #expect(table["keys"]?.table?["quit now"]?.array == [])
    let hosted = table["sources"]?.table?["hosted"]?.table
    #expect(hosted?["address"]?.string == "https://example.org")
    #expect(hosted?["api"]?.table?["key"]?.string == "é\t😀")
    let notes = table["rows"]?.array?.map { $0.table?["note"]?.string }
    #expect(notes == ["first line\n\"second\"", "C:\\temp"])
  }

  @Test func `every value knows its line, also after Windows ends of lines`() throws {
    let table = try TOMLTable(text: "a = 1\r\n\r\n[b]\r\nc = [\r\n  2,\r\n  3]\r\n")
    let inner = try #require(table["b"]?.table?["c"])

    #expect(table["a"]?.line == 1)
    #expect(table["b"]?.line == 3)
    #expect(inner.line == 4)
    #expect(inner.array?.map(\.line) == [5, 6])
  }

  @Test(
    "what is not TOML is refused where it is wrong",
    arguments: [
      ("x = ", 1, 5, "a value should be here"),
      ("a = nord", 1, 5, "'nord' is no value; a text needs quotes"),
      ("[[[", 1, 3, "a name should be here"),
      ("name = [", 1, 9, "a value should be here"),
      ("a = 1 b = 2", 1, 7, "the line should end here"),
      ("a", 1, 2, "an '=' should be here, after the name"),
      ("b = 1\na = \"x\nc = 2", 2, 5, "this text has no closing quote"),
      ("a = 9223372036854775808", 1, 5, "'9223372036854775808' is too large a number"),
      ("a = 1\na = 2", 2, 1, "'a' is set twice"),
      ("[a]\n[a]", 2, 1, "'a' is set twice"),
      ("a = 1\n[a.b]", 2, 1, "'a' is already something else"),
      ("[a.b.c]\n[a]\nb.d = 1", 3, 1, "'b' is already something else"),
      ("a = { b = 1 }\na.c = 1", 2, 1, "'a' is already something else"),
      ("a = \"\\q\"", 1, 6, "there is no such character behind a backslash"),
      ("a = \"\\ud800\"", 1, 6, "this is no character's number"),
      ("a = { b = 1\n}", 1, 12, "a ',' or '}' should be here, on the same line"),
      ("a = \"\u{1}\"", 1, 6, "a text can't have this control character"),
      ("a = 2026-02-29", 1, 5, "'2026-02-29' is no value; a text needs quotes"),
      ("a = 007", 1, 5, "'007' is no value; a text needs quotes"),
      ("a = 1__0", 1, 5, "'1__0' is no value; a text needs quotes"),
    ]
  )
  func refused(text: String, line: Int, column: Int, words: String) throws {
    let error = try #require(throws: TOMLError.self) { try TOMLTable(text: text) }

    #expect((error.line, error.column, error.description) == (line, column, words))
  }

  @Test(
    "nesting has an end",
    arguments: [
      "a = " + String(repeating: "[", count: 100_000),
      "a = " + String(repeating: "{b=", count: 100_000),
      String(repeating: "a.", count: 100_000) + "a = 1",
      "[" + String(repeating: "a.", count: 100_000) + "a]",
    ]
  )
  func deep(text: String) {
    #expect(throws: TOMLError.self) { try TOMLTable(text: text) }
  }

  @Test func `no text ends the program, and none is read in two ways`() throws {
    var random = SeededGenerator(seed: 14)
    let pieces = [
      "[[[", "[", "]", "{", "}", "=", ".", ",", "\"", "'", "\"\"\"", "'''", "\\", "#", "\n", "\r",
      "\r\n", "0x", "_", "e", "nan", "1979-05-27", "07:32:00", "+", "é", "😀", "\u{0}", "\u{7F}",
    ]
    var readable = 0
    for _ in 0..<3_000 {
      var text = Self.document
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let all = Array(text.unicodeScalars)
        let start = Int.random(in: 0...all.count, using: &random)
        let end = min(all.count, start + Int.random(in: 0...8, using: &random))
        var scalars = String.UnicodeScalarView(all[..<start])
        scalars += pieces.randomElement(using: &random)!.unicodeScalars
        scalars += all[end...]
        text = String(scalars)
      }
      guard let table = try? TOMLTable(text: text) else { continue }
      readable += 1
      // Blanks and comments around a document change nothing but the lines.
      let padded = try TOMLTable(text: "# before\n" + text + "\n# after")
      #expect(padded.keys == table.keys)
    }
    #expect((100...2_900).contains(readable))
  }
}
