/// One load of one media item in one player, as a 64-bit hash of the player's id for it.
public struct PlaybackID: Hashable, Sendable {
  /// The 64 bits.
  public let rawValue: UInt64

  /// Makes an id of its bits.
  public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// The id of a playback as a player or a file names it; see ``hashedID(_:)``.
  public init(_ text: some StringProtocol) { rawValue = hashedID(text) }

  /// 64 bits that follow from the id and a number, and look random: the finalizer of SplitMix64.
  ///
  /// They are the same in every process.
  public func mixed(with number: UInt64) -> UInt64 {
    var hash = number &+ rawValue &* 0x9e37_79b9_7f4a_7c15
    hash = (hash ^ (hash >> 30)) &* 0xbf58_476d_1ce4_e5b9
    hash = (hash ^ (hash >> 27)) &* 0x94d0_49bb_1331_11eb
    return hash ^ (hash >> 31)
  }
}

/// A viewer of one UTC day: a keyed hash that can't be followed into the next.
public struct ViewerID: Hashable, Sendable {
  /// The 64 bits.
  public let rawValue: UInt64

  /// Makes an id of its bits.
  public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// The id of a viewer as a file names it; see ``hashedID(_:)``.
  public init(_ text: some StringProtocol) { rawValue = hashedID(text) }
}

/// The 64 bits that stand for an id: exactly 16 hex digits are taken as they are, all else is hashed.
///
/// The hash has no secret: equal texts give equal ids in every process and file.
public func hashedID(_ text: some StringProtocol) -> UInt64 {
  let text = String(text)
  if text.utf8.count == 16, text.utf8.allSatisfy(\.isHexDigit), let bits = UInt64(text, radix: 16) {
    return bits
  }
  return SipHash.hash(text.utf8, key: SipHash.Key(low: 0x706c_6179, high: 0x6865_6164))
}

/// The 16 hex digits of an id, lower case.
public func hexDigits(_ id: UInt64) -> String {
  let digits = String(id, radix: 16)
  return String(repeating: "0", count: 16 - digits.count) + digits
}

extension UInt8 {
  fileprivate var isHexDigit: Bool {
    (48...57).contains(self) || (65...70).contains(self) || (97...102).contains(self)
  }
}
