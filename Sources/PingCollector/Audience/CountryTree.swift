/// The countries of an MMDB file: the search tree over the bits of addresses, with the country of
/// each network in place of all else that the file knows about it.
///
/// ```
/// nodes (two records each) ─ 16 zeros ─ data of networks ─ "\xab\xcd\xefMaxMind.com" ─ metadata
/// record: the next node, for a bit of 0 or 1; or the number of nodes: nothing is known;
///         or more than that: a place in the data
/// ```
/// The whole file is read and judged once, so that looking up can neither fail nor leave it.
struct CountryTree: Sendable {
  /// Two records per node: the next node; or the number of nodes, for no country; or 1 more than
  /// that plus an index of `codes`.
  private let records: [UInt32]
  private let codes: [CountryCode]
  private let nodeCount: UInt32
  /// Where version 4 begins: in a tree of version 6, behind 96 zeros.
  private let rootV4: UInt32
  private let hasV6: Bool

  /// Reads the bytes of a file.
  init(mmdb bytes: [UInt8]) throws(CountryLookupError) {
    let file = try MMDBFile(bytes)
    do throws(MMDBDecoder.Malformed) {
      (records, codes) = try Self.countries(of: file)
    } catch {
      throw .notMMDB(reason: "it has \(error.reason)")
    }
    guard codes.contains(where: \.isCountry) else {
      throw .noCountries(databaseType: file.databaseType)
    }
    nodeCount = UInt32(file.nodeCount)
    hasV6 = file.hasV6
    var root: UInt32 = 0
    if hasV6 {
      for _ in 0..<96 where root < nodeCount { root = records[Int(root) * 2] }
    }
    rootV4 = root
  }

  /// The country of an address, if the file has one.
  func code(of address: IPAddress) -> CountryCode? {
    switch address {
    case .v4(let number): code(of: number, from: rootV4)
    case .v6(let number): hasV6 ? code(of: number, from: 0) : nil
    }
  }

  private func code(of address: some FixedWidthInteger, from root: UInt32) -> CountryCode? {
    var record = root
    var bits = address
    for _ in 0..<address.bitWidth where record < nodeCount {
      record = records[Int(record) * 2 + (bits.leadingZeroBitCount == 0 ? 1 : 0)]
      bits &<<= 1
    }
    return record > nodeCount ? codes[Int(record - nodeCount) - 1] : nil
  }

  private static func countries(
    of file: MMDBFile
  ) throws(MMDBDecoder.Malformed) -> (records: [UInt32], codes: [CountryCode]) {
    let none = UInt32(file.nodeCount)
    var records: [UInt32] = []
    records.reserveCapacity(2 * file.nodeCount)
    var codes: [CountryCode] = []
    var known: [Int: UInt32] = [:]
    for index in 0..<(2 * file.nodeCount) {
      let value = file.record(index)
      guard value > file.nodeCount else {
        records.append(UInt32(value))
        continue
      }
      if let record = known[value] {
        records.append(record)
        continue
      }
      var record = none
      if let code = try code(in: file.data, at: value - file.nodeCount - MMDBFile.separator) {
        codes.append(code)
        record = none + UInt32(codes.count)
      }
      known[value] = record
      records.append(record)
    }
    return (records, codes)
  }

  /// The country of a network: where it is used, else where it is registered.
  private static func code(
    in data: MMDBDecoder,
    at offset: Int
  ) throws(MMDBDecoder.Malformed) -> CountryCode? {
    for key in ["country", "country_code", "registered_country"] {
      guard let value = try data.value(of: key, inMapAt: offset) else { continue }
      let place = try data.value(of: "iso_code", inMapAt: value) ?? value
      if let letters = try data.text(at: place), letters.count == 2,
        let first = letters.first, let last = letters.last
      {
        return CountryCode(first, last)
      }
    }
    return nil
  }
}
