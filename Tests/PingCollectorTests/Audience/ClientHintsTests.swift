import PlaybackFacts
import TestSupport
import Testing

@testable import PingCollector

@Suite("Client hints")
struct ClientHintsTests {
  private static let desktop =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 "
    + "Safari/537.36"
  private static let phone =
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 "
    + "Mobile Safari/537.36"
  private static let tv =
    "Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36 (KHTML, like Gecko) "
    + "Chrome/108.0.5359.211 Safari/537.36"

  @Test(
    arguments: [
      (#""Chromium";v="131", "Not_A Brand";v="24", "Google Chrome";v="131""#, "chrome"),
      (#"" Not A;Brand";v="99", "Chromium";v="95", "Microsoft Edge";v="95""#, "edge"),
      (#""Opera GX";v="99""#, "opera"),
      (#""YaBrowser";v="24.1", "Yowser";v="2.5", "Google Chrome";v="1""#, "yandex browser"),
      // Odd, yet allowed: no parameters, more of them, escapes, numbers, blanks.
      (#" "Brave" "#, "brave"),
      (#""x";a=1;b="c,d\";\"" ; v=?1 ,"Vivaldi";v="7""#, "vivaldi"),
      (#""Goo\gle Chrome""#, nil),
      // Broken: what came before the fault counts.
      (#""Google Chrome";v="99.0.0.0"#, "chrome"),
      (#""Google Chrome";v="1", Opera"#, "chrome"),
      (#"Opera;v="1", "Google Chrome";v="1""#, nil),
      (#""Google Chrome"#, nil),
      ("\"Bra\u{1}ve\", \"Opera\"", nil),
      (#""Chromium";v="131""#, nil), (",", nil), ("", nil), ("\"", nil), ("?1", nil),
    ] as [(String, String?)]
  )
  func `the browser is the brand that is known`(brands: String, browser: String?) {
    #expect(ClientHints(brands: brands).browser == browser)
  }

  @Test(
    arguments: [
      (#""Windows""#, "windows"), ("Windows", "windows"), (#" "macOS" "#, "mac osx"),
      (#""Chrome OS""#, "chrome os"), ("Chrome OS", "chrome os"), (#""Android";x=1"#, "android"),
      (#""Unknown""#, nil), (#""""#, nil), ("", nil), (#""Windows"#, nil),
    ] as [(String, String?)]
  )
  func `the platform is read with and without quotes`(platform: String, system: String?) {
    #expect(ClientHints(platform: platform).operatingSystem == system)
  }

  @Test func `no more of a header is kept than a browser would send`() {
    let long = String(repeating: "\u{e9}", count: 20_000)
    let hints = ClientHints(brands: long, mobile: long, platform: long)

    for kept in [hints.brands, hints.mobile, hints.platform] {
      #expect((kept?.utf8.count ?? 0) <= 1024)
    }
  }

  @Test func `a list of very many brands ends`() {
    let many = [String](repeating: #""x""#, count: 200).joined(separator: ",")

    #expect(StructuredStrings(many).reduce(0) { count, _ in count + 1 } == StructuredStrings.most)
  }

  struct Case: Sendable, CustomStringConvertible {
    var agent: String
    var mobile: String?
    var platform: String?
    var device: String
    var system: String

    var description: String { "\(mobile ?? "-") \(platform ?? "-"): \(agent)" }
  }

  static let cases = [
    Case(agent: phone, mobile: "?1", platform: "Android", device: "phone", system: "android"),
    Case(agent: phone, mobile: "?0", platform: "Android", device: "tablet", system: "android"),
    // Pages for computers were asked for.
    Case(agent: desktop, mobile: "?1", platform: "Android", device: "phone", system: "android"),
    Case(agent: desktop, mobile: "?0", platform: "Android", device: "tablet", system: "android"),
    Case(
      agent: desktop,
      mobile: "?0",
      platform: "Chrome OS",
      device: "computer",
      system: "chrome os"
    ),
    Case(agent: desktop, mobile: nil, platform: "Linux", device: "computer", system: "linux"),
    // The user agent says more.
    Case(agent: tv, mobile: "?0", platform: "Linux", device: "tv", system: "webos"),
    Case(
      agent: "Mozilla/5.0 (Linux; Android 13; SM-X200) AppleWebKit/537.36 Chrome/131.0.0.0",
      mobile: "?1",
      platform: "Android",
      device: "tablet",
      system: "android"
    ),
    Case(
      agent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64; Xbox; Xbox Series X) Edg/131.0.0.0",
      mobile: "?0",
      platform: "Windows",
      device: "console",
      system: "windows"
    ),
    Case(
      agent: "Mozilla/5.0 (compatible; Googlebot/2.1) Chrome/131.0.0.0",
      mobile: "?0",
      platform: "Windows",
      device: "unknown",
      system: "windows"
    ),
    // An app names nothing.
    Case(agent: "app", mobile: "?0", platform: "Windows", device: "computer", system: "windows"),
    Case(agent: "app", mobile: nil, platform: "macOS", device: "computer", system: "mac osx"),
    Case(agent: "app", mobile: nil, platform: "Android", device: "unknown", system: "android"),
    Case(agent: "app", mobile: "?0", platform: nil, device: "unknown", system: "unknown"),
    Case(agent: "app", mobile: "yes", platform: "Amiga", device: "unknown", system: "unknown"),
  ]

  @Test(arguments: cases)
  func `hints win where they say more, the user agent where it does`(this: Case) {
    let found = UserAgent(
      parsing: this.agent,
      hints: ClientHints(mobile: this.mobile, platform: this.platform)
    )

    #expect(found.deviceType == this.device)
    #expect(found.operatingSystem == this.system)
  }

  @Test func `without hints the user agent tells all`() {
    for sample in UserAgentSample.all {
      #expect(
        UserAgent(parsing: sample.agent, hints: .none) == UserAgent(parsing: sample.agent)
      )
    }
  }

  @Test(arguments: 0..<4 as Range<UInt64>)
  func `garbage in any header is harmless`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let pieces = [
      "\"", "\\", ",", ";", "=", "?1", "?0", "v", "Chromium", "Google Chrome", " ", "\u{0}",
      "\u{e9}",
      "\u{1f600}", "Android", "(", "@", ":", "\n",
    ]
    for _ in 0..<500 {
      let texts = (0..<3).map { _ in
        (0..<Int.random(in: 0...12, using: &random))
          .map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
      }
      let found = UserAgent(
        parsing: Self.phone,
        hints: ClientHints(brands: texts[0], mobile: texts[1], platform: texts[2])
      )
      #expect(["phone", "tablet"].contains(found.deviceType))
    }
  }
}
