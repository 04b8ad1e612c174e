import ClickHouseStore
import Foundation
import QueryCore
import Testing

@testable import playhead

@Suite("ClickHouse settings")
struct ClickHouseSettingsTests {
  private static let url = "http://stats:geheim@ch1:8123,http://ch2/facts?cluster=main"

  private func settings(
    _ options: [Setting: String],
    _ variables: [String: String] = [:],
    file: String = "",
    in world: World
  ) throws -> Settings {
    try world.write(file, to: "config/playhead/config.toml")
    let own = ["XDG_CONFIG_HOME": world.path("config"), "HOME": world.path("")]
    return Settings(options: options, variables: variables.merging(own) { $1 })
  }

  @Test func `option, variable and file name a cluster`() async throws {
    try await World.with { world in
      let address = try ClickHouseAddress(Self.url)
      let all = try [
        settings([.clickhouse: Self.url], in: world),
        settings([:], ["PLAYHEAD_CLICKHOUSE": Self.url], in: world),
        settings([:], file: "clickhouse = \"\(Self.url)\"", in: world),
      ]
      for settings in all {
        #expect(try settings.clickHouse() == address)
        #expect(settings.faults.isEmpty)
      }
      #expect(try settings([:], in: world).clickHouse() == nil)
    }
  }

  @Test func `what is named nearer to the command line counts`() async throws {
    try await World.with { world in
      let byOption = try settings(
        [.clickhouse: "http://a"],
        ["PLAYHEAD_STORE": "b.db"],
        file: "remote = \"http://c\"",
        in: world
      )
      #expect(try byOption.clickHouse()?.name == "a:8123")
      #expect(byOption[.store] == nil)
      #expect(byOption[.remote] == nil)

      for other in [Setting.store, .remote] {
        let overFile = try settings(
          [other: "http://x"],
          ["PLAYHEAD_CLICKHOUSE": Self.url],
          file: "clickhouse = \"\(Self.url)\"",
          in: world
        )
        #expect(try overFile.clickHouse() == nil)
        #expect(overFile[other] == "http://x")
      }
    }
  }

  @Test func `what is named at the same place contradicts`() async throws {
    try await World.with { world in
      let all = try [
        settings([.clickhouse: Self.url, .store: "a.db"], in: world),
        settings([:], ["PLAYHEAD_CLICKHOUSE": Self.url, "PLAYHEAD_STORE": "a.db"], in: world),
        settings([:], file: "clickhouse = \"\(Self.url)\"\nstore = \"a.db\"", in: world),
      ]
      for settings in all {
        let error = #expect(throws: (any Error).self) { try settings.clickHouse() }
        #expect("\(try #require(error))".contains("clickhouse and store can't be used together"))
      }
    }
  }

  @Test func `another command line for the same data has no password`() async throws {
    try await World.with { world in
      let settings = try settings([.clickhouse: Self.url, .environment: "sandbox"], in: world)

      #expect(
        settings.sourceOptions == [
          "--clickhouse", "http://stats@ch1:8123,http://ch2:8123/facts?cluster=main",
          "--environment", "sandbox",
        ]
      )
    }
  }

  @Test func `another source replaces a cluster, and a cluster another source`() async throws {
    try await World.with { world in
      let settings = try settings([.clickhouse: Self.url], in: world)

      let store = settings.replacing(with: .init(place: "old.db"))
      #expect(try store.clickHouse() == nil)
      #expect(store[.store] == "old.db")
      let cluster = store.replacing(with: .init(place: "http://b", isClickHouse: true))
      #expect(try cluster.clickHouse()?.name == "b:8123")
      #expect(cluster[.store] == nil)
    }
  }

  @Test func `the settings in force show the address without its password`() async throws {
    try await World.with(["PLAYHEAD_CLICKHOUSE": Self.url]) { world in
      let output = try await world.output("config")
      let rows = output.split(separator: "\n").map { $0.split(separator: " ") }
      func row(_ name: String) -> [Substring] {
        Array((rows.first { $0.first == name[...] } ?? []).dropFirst().prefix(2))
      }

      #expect(
        row("clickhouse") == [
          "http://stats:***@ch1:8123,http://ch2/facts?cluster=main", "environment",
        ]
      )
      #expect(row("store") == ["-", "default"])
      #expect(row("outbox") == [world.path("data/playhead/outbox.db")[...], "default"])
      #expect(!output.contains("geheim"))
    }
  }

  @Test(arguments: [
    "dash --once", "query metrics play count", "movers play",
    "import facts.csv", "export facts", "media list", "keys list",
    "keys create x", "keys revoke x", "doctor", "move --from STORE",
    "clickhouse migrate",
  ])
  func `nothing that fails shows the password`(command: String) async throws {
    // Nobody listens at this port.
    let url = "http://stats:geheim@127.0.0.1:1/facts"
    try await World.with(["PLAYHEAD_CLICKHOUSE": url]) { world in
      try world.write(World.facts(), to: "facts.csv")
      try await world.fill("old.db")
      let files = ["facts.csv": "facts.csv", "STORE": "old.db"]
      let words = command.words.map { word in files[word].map(world.path) ?? word }
      let outcome = try await world.run(words)

      #expect(outcome.code == 1, "\(outcome)")
      #expect(!(outcome.output + outcome.error).contains("geheim"))
      #expect((outcome.output + outcome.error).contains("127.0.0.1:1"))
    }
  }

  @Test func `the sandbox's outbox lies beside that of production`() async throws {
    try await World.with { world in
      let settings = try settings([.outbox: "/var/lib/x/out.db"], in: world)

      #expect(settings.outboxPath(of: .production) == "/var/lib/x/out.db")
      #expect(settings.outboxPath(of: .sandbox) == "/var/lib/x/out-sandbox.db")
    }
  }
}
