import Glibc
public import PlaybackFacts

/// A file of facts or recorded pings, read in bounded memory.
///
/// ```swift
/// var file = try FactFile(path: path, since: edge, now: now)
/// while let rows = try file.next() { … }
/// ```
public struct FactFile: ~Copyable {
  private static let partBytes = 1 << 18

  /// The length of the file in bytes; nil where it has none, as a pipe.
  public let size: Int64?
  /// How many bytes of the file were read.
  public private(set) var bytesRead: Int64 = 0

  private let descriptor: Int32
  private let isOurs: Bool
  private var reader: FactReader
  private var isAtEnd = false

  /// Opens a file; see ``FactReader`` for what it may hold.
  ///
  /// Times are judged as ``FactReader/init(since:now:)`` says.
  public init(path: String, since edge: Timestamp, now: Timestamp) throws(FactFileError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw .cannotOpen(path: path, reason: String(cString: strerror(errno)))
    }
    self.init(descriptor, isOurs: true, since: edge, now: now)
  }

  /// Reads the standard input.
  public init(standardInputSince edge: Timestamp, now: Timestamp) {
    self.init(STDIN_FILENO, isOurs: false, since: edge, now: now)
  }

  private init(_ descriptor: Int32, isOurs: Bool, since edge: Timestamp, now: Timestamp) {
    self.descriptor = descriptor
    self.isOurs = isOurs
    reader = FactReader(since: edge, now: now)
    var status = stat()
    let isFile = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    size = isFile ? Int64(status.st_size) : nil
  }

  deinit {
    if isOurs { close(descriptor) }
  }

  /// Reads on; nil after the last row.
  public mutating func next() throws(FactFileError) -> FactFileRows? {
    while true {
      if let rows = try reader.next() { return rows }
      guard !isAtEnd else { return nil }
      let part = try readPart()
      bytesRead += Int64(part.count)
      isAtEnd = part.isEmpty
      if isAtEnd { reader.end() } else { reader.add(part) }
    }
  }

  private func readPart() throws(FactFileError) -> [UInt8] {
    var failure: Int32 = 0
    let part = [UInt8](unsafeUninitializedCapacity: Self.partBytes) { buffer, count in
      var result = read(descriptor, buffer.baseAddress, buffer.count)
      while result < 0, errno == EINTR {
        result = read(descriptor, buffer.baseAddress, buffer.count)
      }
      failure = result < 0 ? errno : 0
      count = max(0, result)
    }
    guard failure == 0 else { throw .cannotRead(reason: String(cString: strerror(failure))) }
    return part
  }
}
