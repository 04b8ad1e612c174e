import CMaxMindDB

/// An open MMDB file, the format of MaxMind's databases and of several others.
///
/// It is mapped into memory and read as it is needed.
final class MaxMindFile: @unchecked Sendable {
  // Unchecked, yet safe: the library writes to this only when it opens and closes it, which happens
  // once each, before and after anyone else can hold a reference; looking up only reads.
  private let database: UnsafeMutablePointer<MMDB_s>

  /// Opens the file at `path`.
  init(path: String) throws(CountryLookupError) {
    // Not yet the property: once that has a value, throwing would run `deinit`, too.
    let opened = UnsafeMutablePointer<MMDB_s>.allocate(capacity: 1)
    let status = MMDB_open(path, UInt32(MMDB_MODE_MMAP), opened)
    guard status == MMDB_SUCCESS else {
      opened.deallocate()
      throw .unreadable(path: path, reason: String(cString: MMDB_strerror(status)))
    }
    database = opened
  }

  deinit {
    MMDB_close(database)
    database.deallocate()
  }

  /// The country of an address, if the file has one.
  func code(of address: IPAddress) -> CountryCode? {
    var letters: (UInt8, UInt8) = (0, 0)
    let isFound = withUnsafeMutableBytes(of: &letters) { letters -> Bool in
      guard let letters = letters.bindMemory(to: UInt8.self).baseAddress else { return false }
      return switch address {
      case .v4(let number): find(number.bigEndian, isV6: false, letters)
      case .v6(let number): find(number.bigEndian, isV6: true, letters)
      }
    }
    return isFound ? CountryCode(letters.0, letters.1) : nil
  }

  private func find(
    _ networkOrder: some FixedWidthInteger,
    isV6: Bool,
    _ letters: UnsafeMutablePointer<UInt8>
  ) -> Bool {
    withUnsafeBytes(of: networkOrder) { bytes in
      guard let bytes = bytes.bindMemory(to: UInt8.self).baseAddress else { return false }
      return cmaxminddb_country(database, bytes, isV6, letters)
    }
  }
}
