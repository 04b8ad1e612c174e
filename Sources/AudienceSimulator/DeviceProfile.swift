import PingCollector

/// What sends the pings of a playback.
public enum SenderType: String, CaseIterable, Hashable, Sendable {
  case web, android, ios
}

/// A device with the program in it that plays.
struct DeviceProfile: Sendable {
  /// Its share of the audience.
  let weight: Double
  let deviceType: String
  let operatingSystem: String
  let browser: String
  let sender: SenderType
  /// What it calls itself, from which a collector tells all of the above but the sender.
  let userAgent: String
  /// Whether a program plays that visits pages by itself.
  let isBot: Bool
  /// The client hints that its browser sends; none where it isn't made of Chromium.
  let hints: ClientHints

  private init(
    _ weight: Double,
    _ deviceType: String,
    _ operatingSystem: String,
    _ browser: String,
    _ sender: SenderType,
    _ userAgent: String,
    isBot: Bool = false
  ) {
    self.weight = weight
    self.deviceType = deviceType
    self.operatingSystem = operatingSystem
    self.browser = browser
    self.sender = sender
    self.userAgent = userAgent
    self.isBot = isBot
    hints = Self.hints(userAgent, deviceType, operatingSystem)
  }

  /// What a browser says in client hints that calls itself this.
  ///
  /// Chromium sends them since version 89. Browsers of TVs have no brand of their own, and those of iOS are
  /// no Chromium.
  private static func hints(
    _ userAgent: String,
    _ deviceType: String,
    _ operatingSystem: String
  ) -> ClientHints {
    guard let chromium = version(after: " Chrome/", in: userAgent) else { return .none }
    var brands = [("Chromium", chromium), ("Not_A Brand", "24")]
    if deviceType != "tv" {
      let own = ownBrands.compactMap { product, brand in
        version(after: product, in: userAgent).map { (brand, $0) }
      }
      brands.append(own.first ?? ("Google Chrome", chromium))
    }
    return ClientHints(
      brands: brands.map { "\"\($0)\";v=\"\($1)\"" }.joined(separator: ", "),
      mobile: deviceType == "phone" ? "?1" : "?0",
      platform: platforms[operatingSystem].map { "\"\($0)\"" }
    )
  }

  /// The version of a product in a user agent, up to its first dot; nil where the product isn't named.
  private static func version(after product: String, in userAgent: String) -> String? {
    userAgent.firstRange(of: product).map { range in
      String(userAgent[range.upperBound...].prefix { $0.isNumber })
    }
  }

  /// Browsers made of Chromium: the product in the user agent, and the brand in the hints.
  private static let ownBrands = [
    ("Edg/", "Microsoft Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"),
    ("OculusBrowser/", "Meta Quest Browser"),
  ]

  private static let platforms = [
    "windows": "Windows", "mac osx": "macOS", "linux": "Linux", "chrome os": "Chrome OS",
    "android": "Android", "tizen": "Linux", "webos": "Linux",
  ]

  private static let webKit = "AppleWebKit/537.36 (KHTML, like Gecko)"
  private static let appleWebKit = "AppleWebKit/605.1.15 (KHTML, like Gecko)"

  /// All devices of people.
  static let all = [
    DeviceProfile(
      17,
      "computer",
      "windows",
      "chrome",
      .web,
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) \(webKit) Chrome/131.0.0.0 Safari/537.36"
    ),
    DeviceProfile(
      6,
      "computer",
      "windows",
      "edge",
      .web,
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) \(webKit) Chrome/131.0.0.0 Safari/537.36 "
        + "Edg/131.0.0.0"
    ),
    DeviceProfile(
      4,
      "computer",
      "windows",
      "firefox",
      .web,
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0"
    ),
    DeviceProfile(
      1,
      "computer",
      "windows",
      "opera",
      .web,
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) \(webKit) Chrome/130.0.0.0 Safari/537.36 "
        + "OPR/115.0.0.0"
    ),
    DeviceProfile(
      7,
      "computer",
      "mac osx",
      "chrome",
      .web,
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) \(webKit) Chrome/131.0.0.0 Safari/537.36"
    ),
    DeviceProfile(
      6,
      "computer",
      "mac osx",
      "safari",
      .web,
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) \(appleWebKit) Version/18.1 Safari/605.1.15"
    ),
    DeviceProfile(
      1.5,
      "computer",
      "linux",
      "firefox",
      .web,
      "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0"
    ),
    DeviceProfile(
      0.8,
      "computer",
      "linux",
      "chrome",
      .web,
      "Mozilla/5.0 (X11; Linux x86_64) \(webKit) Chrome/131.0.0.0 Safari/537.36"
    ),
    DeviceProfile(
      1.2,
      "computer",
      "chrome os",
      "chrome",
      .web,
      "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) \(webKit) Chrome/131.0.0.0 Safari/537.36"
    ),
    DeviceProfile(
      13,
      "phone",
      "android",
      "chrome",
      .web,
      "Mozilla/5.0 (Linux; Android 10; K) \(webKit) Chrome/131.0.0.0 Mobile Safari/537.36"
    ),
    DeviceProfile(
      2.5,
      "phone",
      "android",
      "samsung internet",
      .web,
      "Mozilla/5.0 (Linux; Android 10; K) \(webKit) SamsungBrowser/27.0 Chrome/125.0.0.0 "
        + "Mobile Safari/537.36"
    ),
    DeviceProfile(
      0.8,
      "phone",
      "android",
      "firefox",
      .web,
      "Mozilla/5.0 (Android 14; Mobile; rv:133.0) Gecko/133.0 Firefox/133.0"
    ),
    DeviceProfile(
      11,
      "phone",
      "ios",
      "safari",
      .web,
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) \(appleWebKit) Version/18.1 "
        + "Mobile/15E148 Safari/604.1"
    ),
    DeviceProfile(
      1.5,
      "phone",
      "ios",
      "chrome",
      .web,
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) \(appleWebKit) CriOS/131.0.6778.73 "
        + "Mobile/15E148 Safari/604.1"
    ),
    DeviceProfile(
      5,
      "phone",
      "android",
      "unknown",
      .android,
      "Dalvik/2.1.0 (Linux; U; Android 14; Pixel 8 Build/AP2A.240905.003)"
    ),
    DeviceProfile(
      4.5,
      "phone",
      "ios",
      "unknown",
      .ios,
      "AppleCoreMedia/1.0.0.22B83 (iPhone; U; CPU OS 18_1 like Mac OS X; en_us)"
    ),
    DeviceProfile(
      2.2,
      "tablet",
      "ios",
      "safari",
      .web,
      "Mozilla/5.0 (iPad; CPU OS 17_7 like Mac OS X) \(appleWebKit) Version/17.7 Mobile/15E148 "
        + "Safari/604.1"
    ),
    DeviceProfile(
      1.2,
      "tablet",
      "ios",
      "unknown",
      .ios,
      "AppleCoreMedia/1.0.0.21H221 (iPad; U; CPU OS 17_7 like Mac OS X; en_us)"
    ),
    DeviceProfile(
      1.6,
      "tablet",
      "android",
      "chrome",
      .web,
      "Mozilla/5.0 (Linux; Android 13; SM-X200) \(webKit) Chrome/131.0.0.0 Safari/537.36"
    ),
    DeviceProfile(
      2.4,
      "tv",
      "tizen",
      "samsung internet",
      .web,
      "Mozilla/5.0 (SMART-TV; LINUX; Tizen 7.0) \(webKit) SamsungBrowser/4.0 "
        + "Chrome/94.0.4606.31 TV Safari/537.36"
    ),
    DeviceProfile(
      1.4,
      "tv",
      "webos",
      "chrome",
      .web,
      "Mozilla/5.0 (Web0S; Linux/SmartTV) \(webKit) Chrome/108.0.5359.211 Safari/537.36"
    ),
    DeviceProfile(
      1.6,
      "tv",
      "android",
      "unknown",
      .android,
      "Dalvik/2.1.0 (Linux; U; Android 12; BRAVIA 4K VH2 Build/STT2.230203.001)"
    ),
    DeviceProfile(
      0.8,
      "console",
      "playstation",
      "unknown",
      .web,
      "Mozilla/5.0 (PlayStation; PlayStation 5/9.00) \(appleWebKit) Version/17.0 Safari/605.1.15"
    ),
    DeviceProfile(
      0.6,
      "console",
      "windows",
      "edge",
      .web,
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64; Xbox; Xbox Series X) \(webKit) "
        + "Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0"
    ),
    DeviceProfile(
      0.4,
      "wearable",
      "android",
      "meta quest browser",
      .web,
      "Mozilla/5.0 (X11; Linux x86_64; Quest 3) \(webKit) OculusBrowser/35.2.0.0 "
        + "Chrome/126.0.6478.122 VR Safari/537.36"
    ),
    DeviceProfile(
      0.8,
      "unknown",
      "android",
      "unknown",
      .android,
      "ExoPlayerLib/2.19.1 (Linux; Android 13)"
    ),
  ]

  /// Programs that visit pages by themselves.
  static let bots = [
    DeviceProfile(
      2,
      "unknown",
      "unknown",
      "unknown",
      .web,
      "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
      isBot: true
    ),
    DeviceProfile(
      1,
      "unknown",
      "linux",
      "chrome",
      .web,
      "Mozilla/5.0 (X11; Linux x86_64) \(webKit) HeadlessChrome/131.0.0.0 Safari/537.36",
      isBot: true
    ),
  ]
}
