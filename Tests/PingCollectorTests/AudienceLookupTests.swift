import PlaybackFacts
import Testing

@testable import PingCollector

@Suite("Audience lookup")
struct AudienceLookupTests {
  private static let reduced =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 "
    + "Safari/537.36"

  private static let long = String(repeating: "\u{FC}", count: 1000)

  private func playback(
    userAgent: String = reduced,
    hints: ClientHints = .none,
    referrer: String = "",
    _ lookup: AudienceLookup = AudienceLookup(.none)
  ) -> Playback {
    let ping = RecordedPing(
      PlayerPing(
        sentAt: nil,
        sessionID: "s",
        playbackID: "p",
        mediaID: "m",
        referrer: referrer,
        events: []
      ),
      receivedAt: Timestamp(milliseconds: 0),
      address: "192.0.2.1",
      userAgent: userAgent,
      hints: hints
    )
    let cut = lookup.cut(ping)
    return lookup.playback(
      of: cut,
      PlaybackID("p"),
      viewer: ViewerID(rawValue: 1),
      mediaID: "m",
      referrer: cut.ping.referrer
    )
  }

  @Test(arguments: [
    ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", true),
    (
      "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/131.0.0.0 Safari/537.36",
      true
    ),
    ("facebookexternalhit/1.1", true), ("curl/8.5.0", true), ("python-requests/2.31.0", true),
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0", false),
    (
      "Mozilla/5.0 (Linux; Android 13; CUBOT NOTE 20) AppleWebKit/537.36 Chrome/131.0.0.0 Mobile",
      false
    ),
    ("ExoPlayerLib/2.19.1 (Linux; Android 13)", false), ("", false),
  ])
  func `a user agent tells bots`(userAgent: String, isBot: Bool) {
    #expect(playback(userAgent: userAgent, hints: .none).isBot == isBot)
  }

  @Test func `client hints tell a browser without a window`() {
    let brands = #""HeadlessChrome";v="131", "Chromium";v="131", "Not_A Brand";v="24""#

    #expect(playback(hints: ClientHints(brands: brands)).isBot)
    #expect(!playback(hints: ClientHints(brands: #""Chromium";v="131""#)).isBot)
  }

  @Test func `client hints tell more than a reduced user agent`() {
    let found = playback(
      hints: ClientHints(
        brands: #""Chromium";v="131", "Brave";v="131", "Not_A Brand";v="24""#,
        mobile: "?0",
        platform: #""Android""#
      )
    )

    #expect(found.browser == "brave")
    #expect(found.operatingSystem == "android")
    #expect(found.deviceType == "tablet")
  }

  @Test(arguments: [
    (ReferrerDetail.page, "https://example.org/a?b=c#d", "https://example.org/a"),
    (.page, "https://example.org/a#?d", "https://example.org/a"),
    (.page, "https://anna:secret@example.org:8443/a@b", "https://example.org:8443/a@b"),
    (.page, "https://example.org?b=c@d", "https://example.org"),
    (.page, "https://a@b@example.org/c", "https://example.org/c"),
    (.page, "https://@example.org/c", "https://example.org/c"),
    (.page, "a:b@c:/d://e@f/g://h@i", "a:b@c:/d://f/g://h@i"),
    (.page, "a@b:", "a@b:"),
    (.page, "https://", "https://"),
    (.page, "https://a@?b", "https://"),
    (.page, "https://\u{e9}@\u{e9}.org/\u{e9}?\u{e9}", "https://\u{e9}.org/\u{e9}"),
    (.page, "android-app://com.example/?x", "android-app://com.example/"),
    (.page, "?", ""),
    (.page, "", ""),
    (.page, "no address", "no address"),
    (.full, "https://anna@example.org/a?b=c#d", "https://anna@example.org/a?b=c#d"),
    // 1,024 bytes of it, in whole characters.
    (.page, "https://example.org/" + long + "?b=c", "https://example.org/" + long.prefix(502)),
    (.full, "https://example.org/x?" + long, "https://example.org/x?" + long.prefix(501)),
    (.full, "https://example.org/?" + long, "https://example.org/?" + long.prefix(501)),
  ])
  func `a referrer is kept without what names people, unless all of it is wanted`(
    detail: ReferrerDetail,
    referrer: String,
    kept: String
  ) {
    #expect(playback(referrer: referrer, AudienceLookup(.none, referrers: detail)).referrer == kept)
    // A filter is cut like what it looks for.
    #expect(detail.cut(kept) == kept)
  }
}
