/// Writes numbers and texts one after another.
public struct ByteWriter {
  /// What was written so far.
  public var bytes: [UInt8] { storage }
  @usableFromInline var storage: [UInt8] = []

  /// Makes a writer of nothing.
  public init() {}

  /// Makes room for so many bytes.
  public mutating func reserveCapacity(_ count: Int) { storage.reserveCapacity(count) }

  /// Writes a byte.
  @inlinable public mutating func byte(_ value: UInt8) {
    storage.append(value)
  }

  /// Seven bits a byte, lowest first; the top bit says that more follow.
  @inlinable public mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      storage.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    storage.append(UInt8(truncatingIfNeeded: rest))
  }

  /// Writes a count, ≥ 0, as a varint.
  @inlinable public mutating func count(_ value: Int) {
    varint(UInt64(value))
  }

  /// A varint in which small numbers of either sign are short: 0, −1, 1, −2 are 0, 1, 2, 3.
  @inlinable public mutating func signed(_ value: Int64) {
    varint(zigzag(value))
  }

  /// Eight bytes, lowest first.
  @inlinable public mutating func fixed(_ value: UInt64) {
    withUnsafeBytes(of: value.littleEndian) { storage.append(contentsOf: $0) }
  }

  /// A length and the UTF-8 bytes.
  public mutating func text(_ value: String) {
    count(value.utf8.count)
    storage.append(contentsOf: value.utf8)
  }

  /// Writes bytes as they are.
  @inlinable public mutating func raw(_ value: some Sequence<UInt8>) {
    storage.append(contentsOf: value)
  }

  /// A length and the bytes.
  @inlinable public mutating func block(_ value: [UInt8]) {
    count(value.count)
    storage.append(contentsOf: value)
  }
}

/// A number of either sign as one without: 0, −1, 1, −2 are 0, 1, 2, 3.
@inlinable public func zigzag(_ value: Int64) -> UInt64 {
  UInt64(bitPattern: value << 1 ^ value >> 63)
}

/// What ``zigzag(_:)`` was given.
@inlinable public func unzigzag(_ value: UInt64) -> Int64 {
  Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
}
