import PlaybackFacts
import TestSupport
import Testing

@testable import PingCollector

@Suite("MMDB files")
struct CountryTreeTests {
  private typealias Value = MMDBWriter.Value

  private static func file(
    recordBits: Int = 24,
    databaseType: String = "Test-Country"
  ) -> MMDBWriter {
    var file = MMDBWriter(recordBits: recordBits, databaseType: databaseType)
    file.insert([192, 0, 2], length: 24, .country("CH"))
    file.insert([198, 51, 100], length: 25, .country("DE"))
    file.insert(
      [198, 51, 100, 128],
      length: 25,
      .map("registered_country", .map("iso_code", .text("NZ")))
    )
    file.insert([203, 0, 113], length: 24, .country("EU"))
    file.insert([10], length: 8, .country("US"))
    file.insert(0x2001_0db8 << 96, length: 33, .country("JP"))
    return file
  }

  @Test(
    arguments: [
      ("192.0.2.1", "CH"), ("198.51.100.127", "DE"), ("198.51.100.128", "NZ"),
      ("203.0.113.1", "unknown"), ("192.0.3.1", "unknown"), ("10.1.2.3", "unknown"),
      ("::ffff:192.0.2.1", "CH"), ("2001:db8::5", "JP"), ("2001:db8:8000::5", "unknown"),
    ],
    [24, 28, 32]
  )
  func `an address has the country of its network, whatever the size of records`(
    address: (String, String),
    recordBits: Int
  ) throws {
    let lookup = try CountryLookup(mmdb: Self.file(recordBits: recordBits).bytes)

    #expect(lookup.country(of: address.0) == address.1)
  }

  @Test(arguments: [
    ("192.0.2.1", "CH"), ("198.51.100.127", "DE"), ("198.51.100.128", "NZ"),
    ("203.0.113.1", "unknown"), ("192.0.3.1", "unknown"), ("10.1.2.3", "unknown"),
    ("::ffff:192.0.2.1", "CH"), ("2001:db8::5", "JP"), ("2001:db8:8000::5", "unknown"),
  ])
  func `a file of another writer is read`(address: String, country: String) throws {
    #expect(try CountryLookup(mmdb: TestDatabase.mmdb).country(of: address) == country)
  }

  @Test(arguments: [
    (Value.country("CH"), "CH"),
    (.map("country", .text("CH")), "CH"),
    (.map("country_code", .text("ch")), "CH"),
    // A name and a code beside each other.
    (.map([("country", .text("Switzerland")), ("country_code", .text("CH"))]), "CH"),
    (.map("registered_country", .map("iso_code", .text("CH"))), "CH"),
    (.map("registered_country", .text("CH")), "CH"),
    (
      .map([
        ("registered_country", .map("iso_code", .text("NZ"))),
        ("country", .map("iso_code", .text("CH"))),
      ]), "CH"
    ),
    // Before the country stands whatever else there may be.
    (
      .map([
        ("a", .array([.truth(true), .number(0), .number(70_000), .text("")])),
        ("b", .map("country", .text("DE"))),
        (String(repeating: "c", count: 300), .text(String(repeating: "d", count: 100))),
        ("country", .map([("names", .map("en", .text("x"))), ("iso_code", .text("CH"))])),
      ]), "CH"
    ),
    (.map("country", .map("iso_code", .text("CHE"))), "unknown"),
    (.map("country", .map("iso_code", .number(7))), "unknown"),
    (.map("country", .array([.text("CH")])), "unknown"),
    (.text("CH"), "unknown"),
  ])
  func `countries are found in every usual shape`(value: MMDBWriter.Value, country: String) throws {
    for version in [4, 6] {
      var file = MMDBWriter(version: version)
      file.insert([198, 51, 100], length: 24, .country("DE"))
      file.insert([192, 0, 2], length: 24, value)
      let lookup = try CountryLookup(mmdb: file.bytes)

      #expect(lookup.country(of: "192.0.2.7") == country)
      #expect(lookup.country(of: "198.51.100.7") == "DE")
      #expect(lookup.country(of: "2001:db8::1") == "unknown")
    }
  }

  @Test func `a pointer in the data is followed, but no pointer to a pointer`() throws {
    var file = MMDBWriter(version: 4)
    file.insert([192, 0, 2], length: 24, .map("country", .text("CH")))
    let bytes = file.bytes
    let text = try #require(bytes.firstIndex(of: UInt8(ascii: "C"), before: "CH")) - 1

    // The text of two letters and its header become a pointer to it, moved behind the data.
    func replaced(by pointer: [UInt8], appending more: [UInt8]) -> [UInt8] {
      var changed = bytes
      changed.replaceSubrange(text..<(text + 3), with: pointer + more)
      return changed
    }
    let offset = UInt8(text - (24 * 6 + 16))
    let followed = replaced(by: [0x20, offset + 2], appending: [0x42] + Array("DE".utf8))
    let looped = replaced(by: [0x20, offset + 2], appending: [0x20, offset])

    #expect(try CountryLookup(mmdb: followed).country(of: "192.0.2.1") == "DE")
    #expect(throws: CountryLookupError.notMMDB(reason: "it has a pointer to a pointer")) {
      try CountryLookup(mmdb: looped)
    }
  }

  @Test func `a file without countries is refused with its type`() {
    var file = MMDBWriter(databaseType: "GeoLite2-ASN")
    file.insert([192, 0, 2], length: 24, .map("autonomous_system_number", .number(64_496)))

    let error = #expect(throws: CountryLookupError.noCountries(databaseType: "GeoLite2-ASN")) {
      try CountryLookup(mmdb: file.bytes)
    }
    #expect(error?.description.contains("'GeoLite2-ASN'") == true)
    #expect(throws: CountryLookupError.noCountries(databaseType: "Empty")) {
      try CountryLookup(mmdb: MMDBWriter(databaseType: "Empty").bytes)
    }
  }

  @Test func `another format is no MMDB file`() {
    for bytes in [[], Array("1,2,CH".utf8), [UInt8](repeating: 0, count: 100_000)] {
      #expect(
        throws: CountryLookupError.notMMDB(
          reason: "its end is missing, or it is of another format"
        )
      ) {
        try CountryLookup(mmdb: bytes)
      }
    }
  }

  @Test func `a file that is cut anywhere is refused`() {
    let bytes = Self.file().bytes

    for count in stride(from: 0, to: bytes.count, by: 7) {
      #expect(throws: CountryLookupError.self) { try CountryLookup(mmdb: Array(bytes[..<count])) }
    }
  }

  @Test(arguments: 0..<8 as Range<UInt64>)
  func `a file with changed bytes is refused or read, and looking up in it ends`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let original = Self.file(recordBits: [24, 28, 32][Int(seed % 3)]).bytes
    var read = 0
    for _ in 0..<150 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...8, using: &random) {
        let index =
          Bool.random(using: &random)
          ? Int.random(in: bytes.indices, using: &random)
          : Int.random(in: (bytes.count - 400)..<bytes.count, using: &random)
        bytes[index] = UInt8.random(in: 0...255, using: &random)
      }
      guard let lookup = try? CountryLookup(mmdb: bytes) else { continue }
      read += 1
      for address in ["192.0.2.1", "198.51.100.200", "2001:db8::1", "255.1.1.1", "ff::1"] {
        let country = lookup.country(of: address)
        #expect(country == Dimension.unknown || country.utf8.count == 2)
      }
    }

    #expect(read > 0)
  }

  @Test func `a record of more values than any database has is refused`() {
    var file = MMDBWriter()
    file.insert(
      [192, 0, 2],
      length: 24,
      .map("a", .array([Value](repeating: .array([]), count: 20_000)))
    )

    #expect(throws: CountryLookupError.notMMDB(reason: "it has a record of more than 10000 values"))
    {
      try CountryLookup(mmdb: file.bytes)
    }
  }

  @Test func `many tasks may ask at once`() async throws {
    let lookup = try CountryLookup(mmdb: Self.file().bytes)

    let countries = await withTaskGroup(of: String.self) { group in
      for number in 0..<200 {
        group.addTask { lookup.country(of: "192.0.2.\(number)") }
      }
      return await group.reduce(into: Set()) { $0.insert($1) }
    }

    #expect(countries == ["CH"])
  }
}

extension [UInt8] {
  /// Where a text begins that `byte` begins.
  fileprivate func firstIndex(of byte: UInt8, before text: String) -> Int? {
    let bytes = Array(text.utf8)
    return indices.dropLast(bytes.count - 1).first { index in
      self[index] == byte && self[index..<(index + bytes.count)].elementsEqual(bytes)
    }
  }
}
