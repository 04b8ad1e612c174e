import CellCanvas
import Testing

@testable import CursesTerminal

@Suite("Key decoder")
struct KeyDecoderTests {
  private func events(_ bytes: String) -> [TerminalEvent] {
    var decoder = KeyDecoder()
    return decoder.events(from: bytes.utf8)
  }

  @Test(
    "each key has its bytes",
    arguments: [
      ("a", .character("a")), (" ", .character(" ")), ("é", .character("é")),
      ("日", .character("日")), ("👍", .character("👍")), ("\r", .enter), ("\n", .enter),
      ("\t", .tab), ("\u{8}", .backspace), ("\u{7F}", .backspace), ("\u{1}", .control("a")),
      ("\u{C}", .control("l")), ("\u{0}", .control("@")), ("\u{1C}", .control("\\")),
      ("\u{1F}", .control("_")), ("\u{1B}x", .alt("x")), ("\u{1B}[A", .up), ("\u{1B}[B", .down),
      ("\u{1B}OC", .right), ("\u{1B}OD", .left), ("\u{1B}[1;2A", .shiftUp),
      ("\u{1B}[1;2D", .shiftLeft), ("\u{1B}[1;5A", .up), ("\u{1B}[H", .home), ("\u{1B}OF", .end),
      ("\u{1B}[1~", .home), ("\u{1B}[4~", .end), ("\u{1B}[2~", .insert), ("\u{1B}[3~", .delete),
      ("\u{1B}[5~", .pageUp), ("\u{1B}[6;5~", .pageDown), ("\u{1B}[Z", .backTab),
      ("\u{1B}OP", .function(1)), ("\u{1B}[[E", .function(5)), ("\u{1B}[15~", .function(5)),
      ("\u{1B}[17~", .function(6)), ("\u{1B}[24~", .function(12)), ("\u{1B}[1;2P", .function(1)),
    ] as [(String, Key)]
  )
  func key(bytes: String, key: Key) {
    #expect(events(bytes) == [.key(key)])
  }

  @Test("a key in pieces is one key", arguments: ["\u{1B}[1;2A", "日", "\u{1B}[<64;3;4M"])
  func pieces(bytes: String) {
    var decoder = KeyDecoder()
    var found: [TerminalEvent] = []

    for byte in bytes.utf8 { found += decoder.events(from: [byte]) }

    #expect(found == events(bytes))
    #expect(found.count == 1)
  }

  @Test func `a lone escape is a key once nothing follows in time`() {
    var decoder = KeyDecoder()

    #expect(decoder.events(from: [0x1B]).isEmpty)
    #expect(decoder.isLoneEscape)
    #expect(decoder.timedOut() == [.key(.escape)])
    #expect(!decoder.isWaiting)
  }

  @Test func `an unfinished sequence is dropped after its time`() {
    var decoder = KeyDecoder()

    #expect(decoder.events(from: "\u{1B}[1;".utf8).isEmpty)
    #expect(decoder.isWaiting && !decoder.isLoneEscape)
    #expect(decoder.timedOut().isEmpty)
    #expect(decoder.events(from: "a".utf8) == [.key(.character("a"))])
  }

  @Test func `keys follow each other`() {
    #expect(
      events("q\u{1B}[A\u{1B}\u{1B}[Bz")
        == [.key(.character("q")), .key(.up), .key(.escape), .key(.down), .key(.character("z"))]
    )
  }

  @Test(
    "what is no key says nothing",
    arguments: [
      "\u{1B}[?1;2c", "\u{1B}[99~", "\u{1B}[I", "\u{1B}[[Z", "\u{1B}[<1;1;1M", "\u{1B}[<33;1;1M",
    ]
  )
  func unknown(bytes: String) {
    #expect(events(bytes + "a") == [.key(.character("a"))])
  }

  @Test func `bytes that are not UTF-8 are dropped`() {
    var decoder = KeyDecoder()

    #expect(
      decoder.events(from: [0xFF, 0xC3, 0x61, 0x80, 0xED, 0xA0, 0x80, 0x62])
        == [.key(.character("a")), .key(.character("b"))]
    )
  }

  @Test(
    "mouse cells are counted from 0",
    arguments: [
      ("\u{1B}[<0;12;3M", .mouse(.press, x: 11, y: 2)),
      ("\u{1B}[<0;12;3m", .mouse(.release, x: 11, y: 2)),
      ("\u{1B}[<32;12;3M", .mouse(.drag, x: 11, y: 2)),
      ("\u{1B}[<35;12;3M", .mouse(.move, x: 11, y: 2)),
      ("\u{1B}[<64;300;1M", .mouse(.wheelUp, x: 299, y: 0)),
      ("\u{1B}[<65;1;1M", .mouse(.wheelDown, x: 0, y: 0)),
    ] as [(String, TerminalEvent)]
  )
  func mouse(bytes: String, event: TerminalEvent) {
    #expect(events(bytes) == [event])
  }

  @Test func `a paste is one event without control characters`() {
    #expect(
      events("\u{1B}[200~q\u{1B}[31m\r\nx\ty\u{7}\u{1B}[201~z")
        == [.paste("q[31m\nx y"), .key(.character("z"))]
    )
  }

  @Test func `the end of a paste may come in pieces`() {
    var decoder = KeyDecoder()

    #expect(decoder.events(from: "\u{1B}[200~ab\u{1B}[20".utf8).isEmpty)
    #expect(decoder.isPasting && !decoder.isLoneEscape)
    #expect(decoder.events(from: "1~".utf8) == [.paste("ab")])
    #expect(!decoder.isWaiting)
  }

  @Test func `a paste whose end never comes ends by itself`() {
    var decoder = KeyDecoder()

    #expect(decoder.events(from: "\u{1B}[200~ab".utf8).isEmpty)
    #expect(decoder.timedOut() == [.paste("ab")])
    #expect(decoder.events(from: "q".utf8) == [.key(.character("q"))])
  }

  @Test func `a paste is limited, and its rest is no keys`() {
    let long = String(repeating: "x", count: KeyDecoder.pasteLimit + 10)

    #expect(
      events("\u{1B}[200~\(long)\u{1B}[201~")
        == [.paste(String(repeating: "x", count: KeyDecoder.pasteLimit))]
    )
  }

  @Test func `a sequence without an end does not grow for ever`() {
    var decoder = KeyDecoder()

    _ = decoder.events(from: "\u{1B}[".utf8)
    for _ in 0..<100 { _ = decoder.events(from: "1;".utf8) }

    #expect(decoder.events(from: "a".utf8).count <= 10)
  }

  @Test func `of a pointer that moves, where it got to is told, in order with the rest`() {
    var decoder = KeyDecoder()
    let bytes =
      "\u{1B}[<35;1;1M\u{1B}[<35;2;1M\u{1B}[<35;3;1Mx\u{1B}[<35;4;1M\u{1B}[<32;5;1M\u{1B}[<32;6;1M"

    #expect(
      decoder.events(from: Array(bytes.utf8)) == [
        .mouse(.move, x: 2, y: 0), .key(.character("x")), .mouse(.move, x: 3, y: 0),
        .mouse(.drag, x: 5, y: 0),
      ]
    )
  }
}
