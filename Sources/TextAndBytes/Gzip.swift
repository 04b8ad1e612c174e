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

/// Undoes gzip (RFC 1952) or zlib (RFC 1950), part by part; members that follow each other give one text.
///
/// ```
/// var inflater = try GzipInflater()
/// var rest = bytes[...]
/// while let part = try inflater.inflate(&rest) { text += part }
/// guard inflater.isComplete else { … }
/// ```
public struct GzipInflater: ~Copyable {
  private let partBytes: Int
  // zlib keeps a pointer to it, so it must not move.
  private let stream: UnsafeMutablePointer<z_stream>
  private var endsMember = false
  private var isPadding = false

  /// Makes an inflater that gives out at most `partBytes` at once.
  ///
  /// - Throws: ``MalformedBytes`` where there is not enough memory.
  public init(partBytes: Int = 1 << 18) throws(MalformedBytes) {
    self.partBytes = partBytes
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    guard czlib_inflate_init(stream) == Z_OK else {
      stream.deallocate()
      throw MalformedBytes("not enough memory to undo gzip")
    }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// Whether nothing is missing after what was read.
  public var isComplete: Bool { endsMember }

  /// Reads some of `bytes`, which it removes, and gives what they stand for.
  ///
  /// - Returns: Nil when all of `bytes` is read and all that it stands for was given.
  /// - Throws: ``MalformedBytes`` where they are damaged.
  public mutating func inflate(_ bytes: inout ArraySlice<UInt8>) throws(MalformedBytes) -> [UInt8]?
  {
    if endsMember {
      // Tapes and some tools pad the file with zeros.
      if isPadding || bytes.first == 0 {
        isPadding = true
        guard bytes.allSatisfy({ $0 == 0 }) else {
          throw MalformedBytes("something follows its end")
        }
        bytes = []
      }
      guard !bytes.isEmpty else { return nil }
      inflateReset(stream)
      endsMember = false
    }
    var status = Z_OK
    var leftOver = 0
    let plain = [UInt8](unsafeUninitializedCapacity: partBytes) { output, count in
      bytes.withUnsafeBufferPointer { input in
        // zlib only reads from it, but its declaration doesn't say so.
        stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        stream.pointee.avail_in = UInt32(input.count)
        stream.pointee.next_out = output.baseAddress
        stream.pointee.avail_out = UInt32(output.count)
        status = CZlib.inflate(stream, Z_NO_FLUSH)
        leftOver = Int(stream.pointee.avail_in)
        count = output.count - Int(stream.pointee.avail_out)
      }
    }
    bytes = bytes.suffix(leftOver)
    switch status {
    case Z_STREAM_END: endsMember = true
    // No progress was possible: all is read and given.
    case Z_OK, Z_BUF_ERROR: break
    default:
      let reason = stream.pointee.msg.map { String(cString: $0) } ?? "zlib's error \(status)"
      throw MalformedBytes(reason)
    }
    return plain.isEmpty && bytes.isEmpty ? nil : plain
  }
}
