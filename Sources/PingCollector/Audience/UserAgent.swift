import PlaybackFacts

/// The device type, operating system and browser that a user agent names.
///
/// All values are in lower case; what is not recognized is `unknown`. Safari on an iPad that asks for
/// desktop pages calls itself a Macintosh and counts as one.
public struct UserAgent: Hashable, Sendable {
  /// `computer`, `phone`, `tablet`, `tv`, `console`, `wearable` or `unknown`.
  public internal(set) var deviceType: String
  /// `windows`, `mac osx`, `android`, `ios`, `linux` and others.
  ///
  /// Relatives count as the system they are made from: watchOS as `ios`, Fire OS as `android`.
  public internal(set) var operatingSystem: String
  /// `chrome`, `firefox`, `safari`, `edge`, `opera` and others.
  ///
  /// An app that shows pages counts under its name where that is known, else as the browser that
  /// it embeds.
  public internal(set) var browser: String
  /// Whether it names a program that visits pages by itself.
  public internal(set) var isBot: Bool

  /// How many bytes of a user agent are read; longer ones are not of people.
  static let longestRead = 1024

  /// Reads a user agent as the header of that name has it.
  public init(parsing text: String) {
    var text = text
    self = text.withUTF8 { bytes in
      UserAgent(parsing: UnsafeBufferPointer(rebasing: bytes.prefix(Self.longestRead)))
    }
  }

  private init(parsing bytes: UnsafeBufferPointer<UInt8>) {
    let lines = Self.tables.firstLines(in: bytes)
    let system = Self.value(at: lines[1], of: Self.operatingSystems)
    let program = Self.value(at: lines[2], of: Self.browsers)
    operatingSystem = system
    isBot = lines[0] == 0
    let type = Self.value(at: lines[0], of: Self.deviceTypes)
    let isAndroid = system == "android" || type == Self.androidWithoutMobile
    deviceType =
      isAndroid && ["phone", "tablet", Self.androidWithoutMobile].contains(type)
      ? Self.typeOfAndroidModel(in: bytes) ?? Self.androidType(type, program) : type
    browser =
      switch (program, system) {
      case ("safari", "android"): "android browser"
      case ("safari", "ios"), ("safari", "mac osx"), ("safari", "windows"): "safari"
      // Many small browsers are built on WebKit and name Safari beside themselves.
      case ("safari", _): Dimension.unknown
      case (let browser, _): browser
      }
  }

  /// Pages in browsers say Mobile on phones only; programs that are no browsers, and Firefox, which
  /// names tablets, run on phones mostly.
  private static func androidType(_ type: String, _ program: String) -> String {
    guard type == androidWithoutMobile else { return type }
    return [Dimension.unknown, "firefox"].contains(program) ? "phone" : "tablet"
  }

  private static func value(at line: UInt8, of rules: [Rule]) -> String {
    line == PhraseTables.none ? Dimension.unknown : rules[Int(line)].value
  }

  /// Device types, operating systems, browsers, and models of Android.
  static let tables = PhraseTables(
    [deviceTypes, operatingSystems, browsers, androidModels].map { $0.map(\.phrases) }
  )
}
