import QueryCore
import Testing

@testable import AnalyticsServer

@Suite("Query string")
struct QueryStringTests {
  @Test(
    arguments: [
      ("", []), ("&&", []), ("a", [("a", "")]), ("a=", [("a", "")]), ("=b", [("", "b")]),
      ("a=b=c", [("a", "b=c")]), ("a=1&a=2", [("a", "1"), ("a", "2")]),
      ("a%5B%5d=x+y%2B", [("a[]", "x y+")]), ("%C3%A9=%F0%9F%98%80", [("é", "😀")]),
      ("a=%00", [("a", "\0")]), ("a=é", [("a", "é")]),
    ] as [(String, [(String, String)])]
  )
  func `parameters are decoded in their order`(
    text: String,
    expected: [(String, String)]
  ) throws {
    let parameters = try QueryString(text).parameters

    #expect(parameters == expected.map { QueryRequest.Parameter($0.0, $0.1) })
  }

  @Test(arguments: [
    ("a=%", "a"), ("a=%1", "a"), ("a=%g0", "a"), ("a=%0g", "a"), ("a=%ff", "a"),
    ("a=%c3", "a"), ("a=%ED%A0%80", "a"), ("ok=1&b%=2", "b%"),
  ])
  func `what can't be decoded is refused with its name`(text: String, name: String) {
    #expect(throws: QueryString.Malformed(name: name)) { try QueryString(text) }
  }
}
