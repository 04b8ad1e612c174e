import Testing

@testable import PingCollector

@Suite("JSON reader")
struct JSONReaderTests {
  private func value(_ bytes: [UInt8]) throws(JSONError) -> JSONValue {
    var reader = JSONReader(bytes)
    let value = try reader.value()
    try reader.end()
    return value
  }

  static let accepted: [(text: String, value: JSONValue)] = [
    (" null ", .null), ("true", .bool(true)), ("\tfalse\r\n", .bool(false)),
    ("\u{feff}1", .number(1)),
    ("0", .number(0)), ("-0", .number(0)), ("12", .number(12)), ("-1.5", .number(-1.5)),
    ("1e3", .number(1000)), ("1E+3", .number(1000)), ("25e-1", .number(2.5)),
    ("0.1", .number(0.1)), ("1234.567891", .number(1234.567891)),
    ("9007199254740993", .number(9_007_199_254_740_992)),
    ("3.141592653589793238462643383279", .number(3.141592653589793)),
    ("0.000000000000000000000000000001", .number(1e-30)),
    ("18446744073709551617", .number(18_446_744_073_709_551_616)),
    ("1e400", .number(.infinity)), ("-1e400", .number(-.infinity)), ("1e-400", .number(0)),
    ("\"\"", .string("")), ("\"a b\"", .string("a b")), ("\"Zoë 🎬\"", .string("Zoë 🎬")),
    (#""\"\\\/\b\f\n\r\t""#, .string("\"\\/\u{8}\u{c}\n\r\t")),
    (#""\u0041\u00e9\u20AC""#, .string("Aé€")), (#""\uD83C\uDFAC""#, .string("🎬")),
    (#""\u0000""#, .string("\0")),
    (#""\ud800""#, .string("\u{fffd}")), (#""\udc00x""#, .string("\u{fffd}x")),
    (#""\ud800\u0041""#, .string("\u{fffd}A")), (#""\ud800\n""#, .string("\u{fffd}\n")),
    (#""\ud83c\ud83c\udfac""#, .string("\u{fffd}🎬")),
    ("{}", .container), ("[]", .container), ("[[],{},[1,2]]", .container),
    (#"{"a":{"b":[1,true,null,"]}"]},"":0}"#, .container),
    (String(repeating: "[", count: 128) + String(repeating: "]", count: 128), .container),
  ]

  @Test(arguments: accepted)
  func `all JSON is read`(text: String, expected: JSONValue) throws {
    #expect(try value(Array(text.utf8)) == expected)
  }

  static let refused: [String] = [
    "", " ", "nul", "nulll", "True", "NaN", "Infinity", "undefined", "'a'", "a",
    "01", "-", "-01", "+1", ".5", "1.", "1.e3", "1e", "1e+", "0x10", "1_000", "1 2", "--1",
    "\"", "\"a", "\"\\\"", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\", "\"a\nb\"", "\"\t\"",
    "{", "}", "[", "]", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "[1}", "{]",
    "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}", "{a:1}", "{1:1}", "{\"a\" 1}", "{\"a\":1 \"b\":2}",
    "{\"a\":1", "{\"a\"", "[]]", "{}{}", "// no\n1", "\u{feff}\u{feff}1", "1\u{feff}", "\u{feff}",
    "\u{a0}1",
    String(repeating: "[", count: 129) + String(repeating: "]", count: 129),
    String(repeating: "{\"a\":", count: 5000),
  ]

  @Test(arguments: refused)
  func `what is not JSON is refused`(text: String) {
    #expect(throws: JSONError.self) { try value(Array(text.utf8)) }
  }

  static let notUTF8: [[UInt8]] = [
    [0xff], [0xc3], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0x80],
  ]

  @Test(arguments: notUTF8)
  func `a string that is not UTF-8 is refused`(bytes: [UInt8]) {
    #expect(throws: JSONError.self) { try value([0x22] + bytes + [0x22]) }
    #expect(throws: JSONError.self) { try value([0x22] + Array("\\n".utf8) + bytes + [0x22]) }
  }

  @Test func `numbers are as exact as the standard library's`() throws {
    var generator = SeededGenerator(seed: 11)
    for _ in 0..<5000 {
      // Of any length: uniform numbers would nearly all have nineteen digits.
      let whole = generator.next() >> UInt64.random(in: 0...63, using: &generator)
      let fraction = generator.next() >> UInt64.random(in: 0...63, using: &generator)
      let text =
        Bool.random(using: &generator) ? "-\(whole).\(fraction)" : "\(whole).\(fraction)e-3"

      #expect(try value(Array(text.utf8)) == Double(text).map { .number($0) })
    }
  }

  @Test func `bytes at random change nothing but the answer`() {
    var generator = SeededGenerator(seed: 5)
    let sound = Array(
      #"""
      {"sat":1716894907000,"sid":"s\u00e9","pid":"p","mid":"li1","ref":"","ver":"1",
      "eve":[{"eat":1716894906000,"typ":4,"vti":12.5e0,"pau":false,"eco":0,"x":{"y":[null]}}]}
      """#.utf8
    )
    let spice = Array("{}[]\",:\\u0e-.1 tfn\u{0}ÿ".utf8)
    var accepted = 0
    for _ in 0..<20_000 {
      var bytes = sound
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        let index = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: bytes.remove(at: index)
        case 1: bytes.insert(spice[.random(in: spice.indices, using: &generator)], at: index)
        case 2: bytes[index] = spice[.random(in: spice.indices, using: &generator)]
        default: bytes.removeSubrange(index..<min(bytes.count, index + 9))
        }
      }
      guard let ping = try? PlayerPing(decoding: bytes) else { continue }
      accepted += 1
      var tracker = PlaybackTracker(.sample())
      let result = tracker.apply(ping, receivedAt: Timeline.start)
      // What was accepted can be written and means the same.
      var again = ping
      again.refusedEvents = [:]
      #expect((try? PlayerPing(decoding: again.json)) == again)
      expectSoundness(of: result.facts)
    }
    #expect((1000..<19_000).contains(accepted))
  }
}
