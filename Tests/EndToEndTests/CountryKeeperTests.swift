import Foundation
import Logging
import TestSupport
import Testing

@testable import playhead

@Suite("Country database")
struct CountryKeeperTests {
  private let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  /// Makes a folder, lets `body` work in it, and removes it.
  private func inFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "playhead-countries-\(UUID().uuidString)", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }

  private func database(_ country: String, networks: Int = 1) -> Data {
    var file = MMDBWriter()
    for index in 0..<networks {
      file.insert([192, 0, UInt8(2 + index)], length: 24, .country(country))
    }
    return Data(file.bytes)
  }

  @Test func `a file that changes is read again`() throws {
    try inFolder { folder in
      let path = folder.appending(path: "a.mmdb")
      try database("CH").write(to: path)
      let keeper = try CountryKeeper(.mmdb(path.path), logger: silent)
      #expect(keeper.country(of: "192.0.2.1") == "CH")

      try database("DE", networks: 2).write(to: path)
      #expect(keeper.country(of: "192.0.2.1") == "CH")
      #expect(keeper.refresh() == nil)
      #expect(keeper.country(of: "192.0.2.1") == "DE")

      // Another file of the same size takes its place.
      try database("FR", networks: 2).write(to: path, options: .atomic)
      #expect(keeper.refresh() == nil)
      #expect(keeper.country(of: "192.0.2.1") == "FR")
    }
  }

  @Test func `a file that is cut, broken or gone changes nothing, and that is said once`() throws {
    try inFolder { folder in
      let path = folder.appending(path: "a.mmdb")
      let bytes = database("CH")
      try bytes.write(to: path)
      let keeper = try CountryKeeper(.mmdb(path.path), logger: silent)

      // Under a process that had mapped it, this would be the end.
      #expect(truncate(path.path, 10) == 0)
      #expect(keeper.country(of: "192.0.2.1") == "CH")
      let fault = try #require(keeper.refresh())
      #expect(
        fault.hasPrefix("the country database '\(path.path)' can't be used: it is not an MMDB file")
      )
      #expect(fault.hasSuffix("; the countries read before stay in use"))

      #expect(keeper.refresh() == nil)
      try Data("1,2,CH".utf8).write(to: path)
      #expect(keeper.refresh() == nil)
      try FileManager.default.removeItem(at: path)
      #expect(keeper.refresh() == nil)
      #expect(keeper.country(of: "192.0.2.1") == "CH")

      // What is good again is used, and what goes bad after that is said again.
      try database("DE").write(to: path)
      #expect(keeper.refresh() == nil)
      #expect(keeper.country(of: "192.0.2.1") == "DE")
      try FileManager.default.removeItem(at: path)
      #expect(keeper.refresh()?.contains("can't be read: No such file or directory") == true)
    }
  }

  @Test func `text files are read again, too, and may come later`() throws {
    try inFolder { folder in
      let v4 = folder.appending(path: "geoip")
      let v6 = folder.appending(path: "geoip6")
      let keeper = try CountryKeeper(
        .text(v4: v4.path, v6: v6.path, mayBeMissing: true),
        logger: silent
      )
      #expect(keeper.country(of: "192.0.2.1") == "unknown")

      try Data("3221225984,3221226239,CH".utf8).write(to: v4)
      #expect(keeper.refresh() == nil)
      #expect(keeper.country(of: "192.0.2.1") == "unknown")
      try Data("2001:db8::,2001:db8::ffff,JP".utf8).write(to: v6)
      #expect(keeper.refresh() == nil)
      #expect(keeper.country(of: "192.0.2.1") == "CH")
      #expect(keeper.country(of: "2001:db8::7") == "JP")

      try Data("2001:db8::,2001:db8::ffff,J".utf8).write(to: v6)
      #expect(
        keeper.refresh()?.hasPrefix(
          "the country database '\(v6.path)' can't be used: line 1 isn't 'first,last,country'"
        ) == true
      )
      #expect(keeper.country(of: "2001:db8::7") == "JP")
    }
  }

  @Test func `what is no file is refused without waiting for it`() throws {
    try inFolder { folder in
      let pipe = folder.appending(path: "pipe").path
      #expect(mkfifo(pipe, 0o600) == 0)

      for path in [folder.path, pipe, "/dev/zero"] {
        let error = #expect(throws: CommandError.self) {
          try CountryKeeper(.mmdb(path), logger: silent)
        }
        #expect(
          error?.description == "the country database '\(path)' can't be read: it is not a file"
        )
      }
    }
  }

  @Test func `a server refuses a database without countries, and says its type`() async throws {
    try await World.with { world in
      var file = MMDBWriter(databaseType: "GeoLite2-ASN")
      file.insert([192, 0, 2], length: 24, .map("autonomous_system_number", .number(64_496)))
      let path = try world.write(Data(file.bytes), to: "asn.mmdb")

      let outcome = try await world.run(
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--country-database",
        path
      )

      #expect(outcome.code == 1)
      #expect(outcome.error.contains("it holds no countries: its type is 'GeoLite2-ASN'"))
    }
  }

  @Test(arguments: [
    (["--referrer", "full"], "https://example.org/a?b=c"), ([], "https://example.org/a"),
  ])
  func `recorded pings have client hints and referrers`(
    options: [String],
    referrer: String
  ) async throws {
    try await World.with { world in
      let now = Int64(Date().timeIntervalSince1970 * 1000) - 60_000
      let line = #"""
        {"received":\#(now),"address":"192.0.2.7",\#
        "userAgent":"Mozilla/5.0 (Linux; Android 10; K) Chrome/131.0.0.0 Safari/537.36",\#
        "hints":{"sec-ch-ua":"\"Chromium\";v=\"131\", \"Brave\";v=\"131\"",\#
        "sec-ch-ua-mobile":"?1","sec-ch-ua-platform":"\"Android\""},\#
        "body":{"sat":\#(now),"sid":"s","pid":"p","mid":"m",\#
        "ref":"https://example.org/a?b=c","eve":[{"eat":\#(now),"typ":2}]}}
        """#
      let pings = try world.write(line, to: "pings.ndjson")
      #expect(try await world.run(["import", pings] + options).error.isEmpty)

      let facts = try await world.output("export", "facts")

      let row = try #require(facts.split(separator: "\n").last)
      #expect(row.contains(",play,,m,CH,"))
      #expect(row.contains(",android,brave,\(referrer),"))
      // A whole address finds its row either way, where readers know what was stored.
      let setting = options.isEmpty ? "page" : "full"
      let found = try await world.shell(
        "PLAYHEAD_REFERRER=\(setting) playhead query metrics play count --format json "
          + "--filter 'referrer=https://example.org/a?b=c'"
      )
      #expect(found.output.contains("\"data\":1"), "\(found)")
    }
  }

  @Test func `how much of referrers is stored has two values`() async throws {
    try await World.with { world in
      let outcome = try await world.run("import", "x", "--referrer", "some")

      #expect(outcome.code == 2)
      #expect(outcome.error.contains("referrer 'some' (option) is not page or full"))
    }
  }

  @Test func `other files are used at once, unless they can't be read`() throws {
    try inFolder { folder in
      let (first, second) = (folder.appending(path: "a.mmdb"), folder.appending(path: "b.mmdb"))
      try database("CH").write(to: first)
      try database("DE").write(to: second)
      let keeper = try CountryKeeper(.mmdb(first.path), logger: silent)

      #expect(throws: CommandError.self) { try keeper.reading(.mmdb(folder.path + "/none")) }
      #expect(keeper.country(of: "192.0.2.1") == "CH")
      try keeper.reading(.mmdb(second.path))()
      #expect(keeper.country(of: "192.0.2.1") == "DE")

      // It is the new file that is looked at from now on.
      try database("FR", networks: 2).write(to: second)
      #expect(keeper.refresh() == nil)
      #expect(keeper.country(of: "192.0.2.1") == "FR")
    }
  }
}
