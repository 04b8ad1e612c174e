import PingCollector
import PlaybackFacts
import TestSupport
import Testing

@Suite("Country lookup")
struct CountryLookupTests {
  private let v4 = """
    # first, last, country

    3221225984,3221226239,CH
    3325256704,3325256959,DE
    3405803776,3405803900,??
    3405803901,3405804031,EU
    """
  private let v6 = """
    # first, last, country
    2001:db8::,2001:db8:7fff:ffff:ffff:ffff:ffff:ffff,JP
    2001:db8:8001::,2001:db8:8001:ffff:ffff:ffff:ffff:ffff,A1

    2001:db8:9000::,2001:db8:9000:ffff:ffff:ffff:ffff:ffff,fr
    """

  private func lookup(v4: String, v6: String) throws -> CountryLookup {
    try CountryLookup(v4: Array(v4.utf8), v6: Array(v6.utf8))
  }

  @Test(arguments: [
    ("192.0.2.0", "CH"), ("192.0.2.255", "CH"), ("192.0.3.0", "unknown"),
    ("192.0.1.255", "unknown"), ("198.51.100.77", "DE"), ("203.0.113.0", "unknown"),
    ("203.0.113.200", "unknown"), ("255.255.255.255", "unknown"), ("::ffff:192.0.2.9", "CH"),
    ("::ffff:c000:209", "CH"), ("2001:db8::", "JP"), ("2001:DB8:7fff::1", "JP"),
    ("2001:db8:8000::1", "unknown"), ("2001:db8:8001::1", "unknown"), ("2001:db8:9000::1", "FR"),
    ("2001:db7::1", "unknown"), ("2001:db9::1", "unknown"),
  ])
  func `text files tell the country of the range`(address: String, country: String) throws {
    #expect(try lookup(v4: v4, v6: v6).country(of: address) == country)
  }

  @Test(arguments: [
    "", "unknown", "0.1.2.3", "10.1.2.3", "100.64.0.1", "127.0.0.1", "169.254.0.1", "172.31.255.1",
    "192.168.1.1", "::", "::1", "fc00::1", "fd12:3456::1", "fe80::1", "febf::1", "::ffff:10.0.0.1",
    "192.0.2.1:80", "[2001:db8::1]", "2001:db8::1%eth0", "192.0.2.1 ", "192.0.2", "192.0.2.256",
  ])
  func `private and malformed addresses are unknown`(address: String) throws {
    let everywhere = try lookup(
      v4: "0,4294967295,CH",
      v6: "::,ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff,JP"
    )

    #expect(everywhere.country(of: address) == Dimension.unknown)
  }

  @Test(arguments: ["9.255.255.255", "11.0.0.0", "172.15.0.1", "172.32.0.1", "100.128.0.1", "::2"])
  func `neighbours of private addresses are known`(address: String) throws {
    let everywhere = try lookup(
      v4: "0,4294967295,CH",
      v6: "::,ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff,CH"
    )

    #expect(everywhere.country(of: address) == "CH")
  }

  @Test func `without a database every country is unknown`() {
    #expect(CountryLookup.none.country(of: "192.0.2.1") == Dimension.unknown)
  }

  @Test func `empty files know no country`() throws {
    #expect(try lookup(v4: "", v6: "# nothing").country(of: "192.0.2.1") == Dimension.unknown)
  }

  @Test(arguments: [
    ("1,2", 1), ("1,2,CHE", 1), ("1,2,C", 1), ("2,1,CH", 1), ("1,x,CH", 1), ("-1,2,CH", 1),
    (",2,CH", 1), ("1,4294967296,CH", 1), ("#\n1,5,CH\n5,6,DE", 3), ("5,6,DE\n\n1,2,CH\n", 3),
    ("1,2,CH,", 1), (",,", 1), ("1,2,CH\r\n", 1),
  ])
  func `a line out of format or order is named`(v4: String, line: Int) throws {
    #expect(throws: CountryLookupError.malformed(.v4, line: line)) { try lookup(v4: v4, v6: "") }
  }

  @Test func `the file of IPv6 is named where its line is bad`() {
    #expect(throws: CountryLookupError.malformed(.v6, line: 2)) {
      try lookup(v4: v4, v6: "# nothing\n1,2,CH")
    }
  }
}
