import PingCollector
import PlaybackFacts
import Testing

@Suite("User agent")
struct UserAgentTests {
  @Test(arguments: UserAgentSample.all)
  func `well-known formats are read`(sample: UserAgentSample) {
    let agent = UserAgent(parsing: sample.agent)

    #expect(agent.deviceType == sample.deviceType)
    #expect(agent.operatingSystem == sample.operatingSystem)
    #expect(agent.browser == sample.browser)
  }

  @Test(arguments: ["", " ", "\0", "()", String(repeating: "\u{fffd}", count: 100_000)])
  func `what tells nothing is unknown`(text: String) {
    let agent = UserAgent(parsing: text)

    #expect(agent.deviceType == Dimension.unknown)
    #expect(agent.operatingSystem == Dimension.unknown)
    #expect(agent.browser == Dimension.unknown)
  }

  @Test func `a megabyte is read no further than its beginning`() {
    let junk = String(repeating: "x", count: 1 << 20)

    #expect(UserAgent(parsing: junk + " Firefox/133.0").browser == Dimension.unknown)
    #expect(UserAgent(parsing: "Firefox/133.0 " + junk).browser == "firefox")
  }

  @Test func `a character cut at the limit does no harm`() {
    let text = "Firefox/133.0 x" + String(repeating: "\u{1f600}", count: 1000)

    #expect(UserAgent(parsing: text).browser == "firefox")
  }

  @Test func `bytes that are not UTF-8 separate words`() {
    let bytes = Array("Mozilla/5.0 ".utf8) + [0xff, 0xc0] + Array("iPad".utf8) + [0x80]

    #expect(UserAgent(parsing: String(decoding: bytes, as: UTF8.self)).deviceType == "tablet")
  }

  @Test func `a prefix of any length is read`() {
    for sample in UserAgentSample.all {
      for length in 0..<sample.agent.utf8.count {
        let agent = UserAgent(parsing: String(sample.agent.prefix(length)))
        #expect(agent.browser == agent.browser.lowercased())
      }
    }
  }
}

@Suite("User agent accuracy")
struct UserAgentAccuracyTests {
  @Test func `labels are compared and empty ones are not judged`() {
    let table = """
      user_agent\tdevice_type\toperating_system\tbrowser
      Mozilla/5.0 (iPad; CPU OS 15_8 like Mac OS X)\ttablet\tios\t
      okhttp/4.12.0\tphone\tandroid\t
      too short\tphone
      """

    let accuracy = UserAgentAccuracy(of: table)

    #expect(accuracy.deviceType.judged == 2)
    #expect(accuracy.deviceType.right == 1)
    #expect(accuracy.operatingSystem.share == 1)
    #expect(accuracy.browser.judged == 0)
    #expect(accuracy.browser.share == 1)
  }
}
