import CellCanvas
import Testing

@Suite("Character width")
struct CharacterWidthTests {
  @Test(
    "a scalar has columns of its own or none",
    arguments: [
      ("a", 1), (" ", 1), ("é", 1), ("─", 1), ("█", 1), ("⣿", 1), ("▲", 1), ("⚠", 1), ("日", 2),
      ("한", 2), ("！", 2), ("👍", 2), ("ア", 2), ("ｱ", 1), ("\u{301}", nil), ("\u{200D}", nil),
      ("\u{FE0F}", nil), ("\u{1F1EB}", nil), ("\u{1161}", nil), ("\u{0}", nil), ("\u{1B}", nil),
      ("\u{7F}", nil), ("\u{85}", nil), ("\u{AD}", nil), ("\u{10FFFF}", nil),
    ] as [(Unicode.Scalar, Int?)]
  )
  func columns(scalar: Unicode.Scalar, columns: Int?) {
    #expect(CharacterWidth.columns(of: scalar) == columns)
  }

  @Test(
    "a text has the columns that a canvas takes for it",
    arguments: [
      ("", 0), ("abc", 3), ("日本", 4), ("e\u{301}", 1), ("👨‍👩‍👧", 2), ("a\u{1B}b", 3),
    ]
  )
  func text(text: String, columns: Int) {
    #expect(CharacterWidth.columns(of: text) == columns)
  }
}

@Suite("Scrubbed text")
struct ScrubbedTextTests {
  @Test(
    "nothing is left that acts on a terminal",
    arguments: [
      ("\u{1B}]52;c;aGk=\u{07}", "·]52;c;aGk=·"), ("a\u{9B}31m", "a·31m"), ("a\r\nb\tc", "a  b c"),
      ("\u{202E}evil\u{2066}", "·evil·"), ("\u{7F}", "·"), ("a\u{2028}b", "a b"),
      ("e\u{301}", "e\u{301}"), ("Größe 日本", "Größe 日本"),
    ]
  )
  func scrubbed(text: String, clean: String) {
    #expect(text.scrubbed.unicodeScalars.elementsEqual(clean.unicodeScalars))
  }
}
