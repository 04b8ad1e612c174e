import Foundation
import TextAndBytes
import Testing

@Suite("JSON writer")
struct JSONWriterTests {
  @Test func `members keep their order, and values are separated`() {
    var json = JSONWriter()
    json.object { json in
      json.key("b")
      json.integer(-3)
      json.key("a")
      json.array([1.0, 0.5]) { json, number in
        json.key("n")
        json.decimal(number)
      }
      json.key("c")
      json.strings(["x", "y"])
      json.key("d")
      json.object { _ in }
      json.key("e")
      json.values([true, false]) { json, value in json.bool(value) }
      json.key("f")
      json.null()
    }
    #expect(
      json.text
        == #"{"b":-3,"a":[{"n":1},{"n":0.5}],"c":["x","y"],"d":{},"e":[true,false],"f":null}"#
    )
  }

  @Test(arguments: ["", "plain", "\"\\", "a\nb\tc\u{0}\u{1f}\u{7f}", "é 日本 🎬 \u{9b}", "\u{fffd}"])
  func `a text is read back as it was`(text: String) throws {
    var bytes: [UInt8] = []
    bytes.append(jsonString: text)
    #expect(try JSONDecoder().decode(String.self, from: Data(bytes)) == text)
    #expect(!bytes.contains { $0 < 0x20 || $0 == 0x7F })
  }

  @Test func `what is not finite is 0`() {
    var json = JSONWriter()
    json.values([Double.nan, .infinity, 1e300, 0.1]) { json, number in json.decimal(number) }
    #expect(json.text == "[0,0,1e+300,0.1]")
  }
}

@Suite("CSV fields")
struct CSVFieldTests {
  @Test(arguments: [
    ("", ""), ("plain", "plain"), ("a,b", "\"a,b\""), ("a\"b", "\"a\"\"b\""),
    ("a\nb", "\"a\nb\""), ("a\rb", "\"a\rb\""), ("é;", "é;"),
  ])
  func `are in quotes where they need them`(text: String, field: String) {
    #expect(csvField(text) == field)
  }

  @Test func `make a row`() {
    #expect(csvRow(["a", "b,c", ""]) == "a,\"b,c\",")
  }
}

@Suite("Numbers for people")
struct NumbersTests {
  @Test(arguments: [(0, "0"), (999, "999"), (1204, "1 204"), (-12_345_678, "-12 345 678")])
  func `are in groups of three digits`(number: Int, text: String) {
    #expect(Numbers.grouped(number) == text)
  }

  @Test(arguments: [
    (0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (1234, "1.2 kB"), (99_949, "99.9 kB"),
    (99_950, "100 kB"), (999_499, "999 kB"), (999_500, "1.0 MB"), (321_000_000, "321 MB"),
    (-2500, "-2.5 kB"),
  ])
  func `sizes are powers of 1000`(bytes: Int, text: String) {
    #expect(Numbers.bytes(bytes) == text)
  }

  @Test(arguments: [
    (0, "0 ms"), (999, "999 ms"), (1000, "1 s"), (192_000, "3 m 12 s"), (7_500_000, "2 h 05 m"),
    (273_600_000, "3 d 04 h"), (-61_000, "-1 m 01 s"),
  ])
  func `lengths of time have two units`(milliseconds: Int64, text: String) {
    #expect(Numbers.duration(milliseconds: milliseconds) == text)
  }

  @Test(arguments: [(41.04, 1, "41.0"), (-0.5, 2, "-0.50"), (2.5, 0, "3"), (-0.05, 1, "-0.1")])
  func `decimals have a fixed count of digits`(number: Double, digits: Int, text: String) {
    #expect(Numbers.fixed(number, digits) == text)
  }

  @Test func `things are counted`() {
    #expect(Numbers.counted(1, "row") == "1 row")
    #expect(Numbers.counted(1204, "row") == "1 204 rows")
  }

  @Test(arguments: [Int64.min, -10, 0, 7, 1_716_894_907_000, .max])
  func `are written in digits`(number: Int64) {
    var bytes: [UInt8] = []
    bytes.append(decimal: number)
    #expect(String(decoding: bytes, as: UTF8.self) == String(number))
  }
}
