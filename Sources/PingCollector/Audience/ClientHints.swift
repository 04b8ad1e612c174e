import PlaybackFacts

/// What a browser says of itself in the low-entropy client hints, header by header as they came.
///
/// ```
/// Sec-CH-UA: "Chromium";v="131", "Not_A Brand";v="24", "Google Chrome";v="131"
/// Sec-CH-UA-Mobile: ?0
/// Sec-CH-UA-Platform: "Windows"
/// ```
public struct ClientHints: Hashable, Sendable {
  /// `Sec-CH-UA`: the brands of the browser; nil where it wasn't sent.
  public let brands: String?
  /// `Sec-CH-UA-Mobile`: `?1` or `?0`; nil where it wasn't sent.
  public let mobile: String?
  /// `Sec-CH-UA-Platform`: the operating system; nil where it wasn't sent.
  public let platform: String?

  /// No hints.
  public static let none = ClientHints()

  /// How many bytes of a header are kept and read; what browsers send has a tenth of that.
  static let longestRead = 1024

  /// Makes hints of the values of the headers, each cut at 1,024 bytes.
  public init(brands: String? = nil, mobile: String? = nil, platform: String? = nil) {
    self.brands = brands.map(Self.cut)
    self.mobile = mobile.map(Self.cut)
    self.platform = platform.map(Self.cut)
  }

  /// The headers that were sent, by their names in lower case.
  public var headers: [(name: String, value: String)] {
    zip(Self.names, [brands, mobile, platform]).compactMap { name, value in
      value.map { (name, $0) }
    }
  }

  /// The names of the headers, in lower case.
  static let names = ["sec-ch-ua", "sec-ch-ua-mobile", "sec-ch-ua-platform"]

  private static func cut(_ text: String) -> String {
    text.utf8.count <= longestRead
      ? text : String(decoding: text.utf8.prefix(longestRead), as: UTF8.self)
  }
}

extension ClientHints {
  /// Whether the device is used in a hand, like a phone; nil where that isn't said.
  var isMobile: Bool? {
    switch mobile.map(Self.trimmed) {
    case "?1": true
    case "?0": false
    default: nil
    }
  }

  /// The operating system in the words of ``UserAgent/operatingSystem``; nil where it isn't known.
  var operatingSystem: String? {
    guard let platform else { return nil }
    // A string of RFC 8941 has quotes; some senders leave them out.
    var strings = StructuredStrings(platform)
    return Self.systems[(strings.next() ?? Self.trimmed(platform)).lowercased()]
  }

  /// The browser in the words of ``UserAgent/browser``; nil where no brand is known.
  ///
  /// Of several known brands, the one that is no Chrome counts. Brands that are made up to keep
  /// readers from relying on their order, such as "Not A;Brand", are unknown by themselves.
  var browser: String? {
    guard let brands else { return nil }
    let known = StructuredStrings(brands).compactMap { Self.browsers[$0.lowercased()] }
    return known.first { $0 != "chrome" } ?? known.first
  }

  /// Whether it is a browser without a window, which a program drives.
  var isBot: Bool {
    guard let brands else { return false }
    return StructuredStrings(brands).contains { $0.lowercased() == "headlesschrome" }
  }

  private static func trimmed(_ text: String) -> String {
    String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }

  private static let systems = [
    "windows": "windows", "macos": "mac osx", "mac os x": "mac osx", "android": "android",
    "ios": "ios", "linux": "linux", "chrome os": "chrome os", "chromium os": "chrome os",
    "chromeos": "chrome os", "tizen": "tizen", "webos": "webos", "harmonyos": "harmonyos",
    "openharmony": "harmonyos",
  ]

  private static let browsers = [
    "google chrome": "chrome", "microsoft edge": "edge", "opera": "opera", "opera gx": "opera",
    "opera mobile": "opera", "opera mini": "opera", "opera air": "opera", "brave": "brave",
    "brave browser": "brave", "vivaldi": "vivaldi", "yabrowser": "yandex browser",
    "yandex": "yandex browser", "duckduckgo": "duckduckgo", "samsung internet": "samsung internet",
    "uc browser": "uc browser", "ucbrowser": "uc browser", "miui browser": "miui browser",
    "miuibrowser": "miui browser", "mi browser": "miui browser",
    "huaweibrowser": "huawei browser", "huawei browser": "huawei browser",
    "vivobrowser": "vivo browser", "heytapbrowser": "oppo browser", "silk": "silk",
    "amazon silk": "silk", "oculus browser": "meta quest browser",
    "meta quest browser": "meta quest browser", "qqbrowser": "qq browser", "puffin": "puffin",
    "maxthon": "maxthon",
  ]
}

extension UserAgent {
  /// Reads a user agent and client hints.
  ///
  /// Hints win where they say more: a known brand, the system, phone or not. The user agent wins
  /// where it does: TVs, consoles, wearables and tablets, systems made of Linux, and bots.
  public init(parsing text: String, hints: ClientHints) {
    self.init(parsing: text)
    guard hints != .none else { return }
    if let browser = hints.browser { self.browser = browser }
    let isSystemKnown = operatingSystem != Dimension.unknown
    if let system = hints.operatingSystem, system != "linux" || !isSystemKnown {
      operatingSystem = system
    }
    isBot = isBot || hints.isBot
    guard !isBot else { return }
    switch (deviceType, hints.isMobile, hints.operatingSystem) {
    case ("tv", _, _), ("console", _, _), ("wearable", _, _), ("tablet", _, _): break
    case (_, true, _): deviceType = "phone"
    case (_, false, "android"): deviceType = "tablet"
    case (_, false, "ios"), (_, false, nil): break
    case (_, false, _): deviceType = "computer"
    case (Dimension.unknown, nil, "windows"), (Dimension.unknown, nil, "mac osx"),
      (Dimension.unknown, nil, "chrome os"):
      deviceType = "computer"
    case (_, nil, _): break
    }
  }
}
