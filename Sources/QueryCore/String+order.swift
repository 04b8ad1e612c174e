import func Foundation.memcmp

extension UnsafeRawBufferPointer {
  /// Whether these bytes come before others.
  package func precedes(_ other: UnsafeRawBufferPointer) -> Bool {
    let length = Swift.min(count, other.count)
    guard length > 0, let start = baseAddress, let otherStart = other.baseAddress else {
      return count < other.count
    }
    let order = memcmp(start, otherStart, length)
    return order != 0 ? order < 0 : count < other.count
  }
}

extension String {
  /// Whether the bytes of this text come before those of another.
  ///
  /// Swift itself compares strings by their canonical form, which other backends don't.
  package func precedes(_ other: String) -> Bool {
    let isFirst = utf8.withContiguousStorageIfAvailable { bytes in
      other.utf8.withContiguousStorageIfAvailable { other in
        UnsafeRawBufferPointer(bytes).precedes(UnsafeRawBufferPointer(other))
      }
    }
    return (isFirst ?? nil) ?? utf8.lexicographicallyPrecedes(other.utf8)
  }
}
