import CMessageDigest

/// A SHA-256 hash (FIPS 180-4).
///
/// Comparing two takes the same time wherever they differ, so that it can be done with the hashes of secrets.
public struct SHA256Digest: Sendable {
  /// The length of a hash in bytes.
  public static let byteCount = Int(SHA256_DIGEST_LENGTH)

  /// The hash, ``byteCount`` bytes.
  public let bytes: [UInt8]

  /// Takes a hash that was computed before; nil where it has another length.
  public init?(bytes: [UInt8]) {
    guard bytes.count == Self.byteCount else { return nil }
    self.bytes = bytes
  }

  /// Hashes a text in UTF-8.
  public init(of text: String) {
    var hasher = SHA256Hasher()
    var text = text
    text.withUTF8 { hasher.update(UnsafeRawBufferPointer($0)) }
    self = hasher.digest()
  }

  fileprivate init(_ context: inout SHA2_CTX) {
    var bytes = [UInt8](repeating: 0, count: Self.byteCount)
    SHA256Final(&bytes, &context)
    self.bytes = bytes
  }
}

extension SHA256Digest: Hashable {
  /// Whether two hashes are equal; looks at every byte of both.
  public static func == (left: SHA256Digest, right: SHA256Digest) -> Bool {
    zip(left.bytes, right.bytes).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
  }

  /// Adds the hash to a hasher.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(bytes)
  }
}

/// Computes a ``SHA256Digest`` of what comes in parts.
public struct SHA256Hasher {
  private var context = SHA2_CTX()

  /// Begins a hash.
  public init() {
    SHA256Init(&context)
  }

  /// Adds the next bytes.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    SHA256Update(&context, bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count)
  }

  /// The hash of all bytes so far.
  public func digest() -> SHA256Digest {
    var context = context
    return SHA256Digest(&context)
  }
}
