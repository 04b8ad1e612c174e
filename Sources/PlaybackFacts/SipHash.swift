/// SipHash-2-4: a keyed 64-bit hash that nobody without the key can predict.
///
/// Source: Aumasson and Bernstein, "SipHash: a fast short-input PRF".
public enum SipHash {
  /// A 128-bit key.
  public struct Key: Hashable, Sendable {
    /// The first eight bytes, little-endian.
    public let low: UInt64
    /// The last eight bytes, little-endian.
    public let high: UInt64

    /// Makes a key of two halves.
    public init(low: UInt64, high: UInt64) {
      self.low = low
      self.high = high
    }

    /// Makes a key of random bits.
    public init(using generator: inout some RandomNumberGenerator) {
      self.init(low: generator.next(), high: generator.next())
    }
  }

  /// The hash of `bytes` under `key`.
  public static func hash(_ bytes: some Sequence<UInt8>, key: Key) -> UInt64 {
    // Whoever calls from another module gets this function unspecialized, so that the loop over the
    // bytes must not be in it.
    bytes.withContiguousStorageIfAvailable { hash(UnsafeRawBufferPointer($0), key: key) }
      ?? Array(bytes).withUnsafeBytes { hash($0, key: key) }
  }

  private static func hash(_ bytes: UnsafeRawBufferPointer, key: Key) -> UInt64 {
    var state = State(key)
    var offset = 0
    while bytes.count - offset >= 8 {
      state.absorb(
        UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      )
      offset += 8
    }
    var word = UInt64(bytes.count & 0xff) << 56
    for (place, byte) in bytes[offset...].enumerated() { word |= UInt64(byte) << UInt64(8 * place) }
    state.absorb(word)
    return state.finish()
  }

  private struct State {
    var a, b, c, d: UInt64

    init(_ key: Key) {
      a = key.low ^ 0x736f_6d65_7073_6575
      b = key.high ^ 0x646f_7261_6e64_6f6d
      c = key.low ^ 0x6c79_6765_6e65_7261
      d = key.high ^ 0x7465_6462_7974_6573
    }

    mutating func absorb(_ word: UInt64) {
      d ^= word
      round()
      round()
      a ^= word
    }

    mutating func finish() -> UInt64 {
      c ^= 0xff
      for _ in 0..<4 { round() }
      return a ^ b ^ c ^ d
    }

    private mutating func round() {
      a &+= b
      b = rotated(b, 13) ^ a
      a = rotated(a, 32)
      c &+= d
      d = rotated(d, 16) ^ c
      a &+= d
      d = rotated(d, 21) ^ a
      c &+= b
      b = rotated(b, 17) ^ c
      c = rotated(c, 32)
    }

    private func rotated(_ x: UInt64, _ bits: UInt64) -> UInt64 {
      x << bits | x >> (64 - bits)
    }
  }
}
