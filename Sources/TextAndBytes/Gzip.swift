import CZlib

extension [UInt8] {
  /// These bytes as one gzip member (RFC 1952).
  ///
  /// - Parameter level: 1 is fastest, 9 smallest.
  /// - Returns: Nil where there is not enough memory.
  public func gzipped(level: Int32 = 6) -> [UInt8]? {
    var stream = z_stream()
    guard czlib_deflate_init(&stream, level) == Z_OK else { return nil }
    defer { deflateEnd(&stream) }
    var isWhole = false
    let bound = Int(deflateBound(&stream, UInt(count)))
    let packed = [UInt8](unsafeUninitializedCapacity: bound) { output, packedCount in
      withUnsafeBufferPointer { input in
        // zlib only reads from it, but its declaration doesn't say so.
        stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        stream.avail_in = UInt32(input.count)
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(output.count)
        isWhole = deflate(&stream, Z_FINISH) == Z_STREAM_END
        packedCount = output.count - Int(stream.avail_out)
      }
    }
    return isWhole ? packed : nil
  }
}
