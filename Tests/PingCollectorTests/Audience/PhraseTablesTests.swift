import Testing

@testable import PingCollector

@Suite("Phrase tables")
struct PhraseTablesTests {
  private func firstLines(_ tables: [[[String]]], in text: String) -> [UInt8] {
    let bytes = Array(text.utf8)
    let lines = bytes.withUnsafeBufferPointer { PhraseTables(tables).firstLines(in: $0) }
    return tables.indices.map { lines[$0] }
  }

  @Test(arguments: [
    (" tv ", "Smart-TV; x", true), (" tv ", "tv", true), (" tv ", "hbbtv", false),
    ("tv ", "HbbTV/1", true), (" tab", "Tablet", true), (" tab", "stab", false),
    (" a b ", "a; ; b", true), (" a b ", "a bc", false),
  ])
  func `phrases match whole words, their beginnings and ends`(
    phrase: String,
    text: String,
    isFound: Bool
  ) {
    #expect(firstLines([[[phrase]]], in: text) == [isFound ? 0 : PhraseTables.none])
  }

  @Test func `the first line wins, wherever its phrase stands`() {
    let table = [[" c "], [" a ", " b "]]

    #expect(firstLines([table], in: "b a c") == [0])
    #expect(firstLines([table], in: "b a") == [1])
  }

  @Test func `tables do not disturb each other`() {
    #expect(firstLines([[["x"], ["abc"]], [["b"]]], in: "abc") == [1, 0])
  }

  @Test func `phrases inside and across others are found`() {
    let table = [["bcd"], ["abce"], ["c"]]

    #expect(firstLines([table], in: "abcd") == [0])
    #expect(firstLines([table], in: "ababce") == [1])
    #expect(firstLines([table], in: "abc") == [2])
  }

  @Test func `random texts give what searching gives`() {
    var random = SplitMix(state: 7)
    for _ in 0..<300 {
      // Phrases hold a letter: the edge of a word alone says nothing.
      let phrases = (0..<6).map { _ in
        random.word(of: "ab ", count: 0...2) + "a" + random.word(of: "ab ", count: 0...2)
      }
      let text = random.word(of: "ab,", count: 0...30)
      let folded = " " + text.split(separator: ",").joined(separator: " ") + " "
      let expected = phrases.firstIndex { phrase in
        folded.indices.contains { folded[$0...].hasPrefix(phrase) }
      }

      let found = firstLines([phrases.map { [$0] }], in: text)

      #expect(found == [expected.map { UInt8($0) } ?? PhraseTables.none], "\(phrases) in '\(text)'")
    }
  }
}

/// A small seeded generator, so that every run is the same.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
    return z ^ z >> 31
  }

  mutating func word(of letters: String, count: ClosedRange<Int>) -> String {
    let letters = Array(letters)
    return String(
      (0..<Int.random(in: count, using: &self)).map { _ in
        letters[Int.random(in: letters.indices, using: &self)]
      }
    )
  }
}
