public import PlaybackFacts

/// Tells viewers apart within a day, without storing who they are.
public enum ViewerHash {
  /// The keyed 64-bit hash of an address and a user agent.
  ///
  /// The key is random and belongs to one UTC day: without it the hash can't be traced back, and
  /// with another one the same viewer is somebody else. An address is hashed as it is written.
  public static func of(address: String, userAgent: String, key: SipHash.Key) -> UInt64 {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(address.utf8.count + 1 + userAgent.utf8.count)
    bytes.append(contentsOf: address.utf8)
    // No address holds it, so that no other pair gives the same bytes.
    bytes.append(0)
    bytes.append(contentsOf: userAgent.utf8)
    return SipHash.hash(bytes, key: key)
  }
}
