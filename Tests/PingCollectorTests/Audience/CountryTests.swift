import PlaybackFacts
import Testing

@Suite("Country")
struct CountryTests {
  @Test(arguments: [
    ("DE", "EU", "Germany"), ("de", "EU", "Germany"), ("AU", "AZ", "Australia"),
    ("BQ", "NA", "Bonaire, Saint Eustatius and Saba"), ("NA", "AF", "Namibia"),
    ("AQ", "AN", "Antarctica"), ("JP", "AS", "Japan"), ("BR", "SA", "Brazil"),
  ])
  func `a code tells continent and name`(code: String, continent: String, name: String) throws {
    let country = try #require(Country.of(code))

    #expect(country.code == code.uppercased())
    #expect(country.continent == continent)
    #expect(country.name == name)
    #expect(Country.continent(of: code) == continent)
  }

  @Test(arguments: ["", "D", "DEU", "??", "EU", "A1", "ZZ", "unknown", "@A", "Z[", "\u{e4}"])
  func `other codes are of no country`(code: String) {
    #expect(Country.of(code) == nil)
    #expect(Country.continent(of: code) == "unknown")
  }

  @Test func `every country is found by its own code`() {
    #expect(Country.all.count > 240)
    for country in Country.all {
      #expect(Country.of(country.code) == country)
      #expect(["AF", "AN", "AS", "AZ", "EU", "NA", "SA"].contains(country.continent))
      #expect(!country.name.isEmpty && !country.name.hasSuffix(" "))
    }
  }
}
