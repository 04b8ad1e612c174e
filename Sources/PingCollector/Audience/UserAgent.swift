import PlaybackFacts

/// What a user agent tells of its device, operating system and browser.
///
/// All values are in lower case; what can't be told is `unknown`. Safari on an iPad that asks for
/// desktop pages calls itself a Macintosh and counts as one.
public struct UserAgent: Hashable, Sendable {
  /// `computer`, `phone`, `tablet`, `tv`, `console`, `wearable` or `unknown`.
  public let deviceType: String
  /// `windows`, `mac osx`, `android`, `ios`, `linux` and others.
  ///
  /// Relatives count as the system they are made from: watchOS as `ios`, Fire OS as `android`.
  public let operatingSystem: String
  /// `chrome`, `firefox`, `safari`, `edge`, `opera` and others.
  ///
  /// An app that shows pages counts under its name where that is known, else as the browser that
  /// it embeds.
  public let browser: String

  /// How much of a user agent is read; longer ones are not of people.
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
    operatingSystem = system
    deviceType =
      switch (Self.value(at: lines[0], of: Self.deviceTypes), system) {
      // Many TVs and boxes with Android tell it only by a model named after the screen's size.
      case ("phone", "android") where Self.namesScreenSize(bytes),
        ("tablet", "android") where Self.namesScreenSize(bytes):
        "tv"
      case (let type, _): type
      }
    browser =
      switch (Self.value(at: lines[2], of: Self.browsers), system) {
      case ("safari", "android"): "android browser"
      case ("safari", "ios"), ("safari", "mac osx"), ("safari", "windows"): "safari"
      // Many small browsers are built on WebKit and name Safari beside themselves.
      case ("safari", _): Dimension.unknown
      case (let browser, _): browser
      }
  }

  private static func value(at line: UInt8, of rules: [Rule]) -> String {
    line == PhraseTables.none ? Dimension.unknown : rules[Int(line)].value
  }

  private static let tables = PhraseTables(
    [deviceTypes, operatingSystems, browsers].map { $0.map(\.phrases) }
  )
}
