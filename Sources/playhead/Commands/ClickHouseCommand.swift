import ArgumentParser
import ClickHouseStore

/// `playhead clickhouse`: the tables of a cluster.
struct ClickHouseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clickhouse",
    abstract: "Print or create the tables of a ClickHouse cluster.",
    discussion:
      "Example: playhead clickhouse migrate --clickhouse 'http://10.0.0.1:8123/playhead?cluster=main'",
    subcommands: [Schema.self, Migrate.self]
  )

  /// `playhead clickhouse schema`: the statements.
  struct Schema: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print the statements that make the tables; asks no server.",
      discussion:
        "Example: playhead clickhouse schema --clickhouse http://127.0.0.1:8123 > tables.sql"
    )

    @OptionGroup var source: SourceOptions

    func run() async throws {
      let settings = try source.settings()
      StandardOutput.write(try clickHouseSchema(settings.cluster(), settings))
    }
  }

  /// `playhead clickhouse migrate`: the tables.
  struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Create the tables, or bring them up to date; what is there already stays.",
      discussion: "Example: playhead clickhouse migrate --clickhouse http://127.0.0.1:8123"
    )

    @OptionGroup var source: SourceOptions

    func run() async throws {
      let settings = try source.settings()
      try await migrateClickHouse(settings.cluster(), settings)
    }
  }
}

extension Settings {
  /// The cluster with the database of the environment, which a subcommand needs.
  fileprivate func cluster() throws -> ClickHouseAddress {
    guard let address = try clickHouse() else {
      throw ValidationError(
        "name the cluster with --clickhouse, such as --clickhouse http://127.0.0.1:8123"
      )
    }
    return try address.address(of: environment())
  }
}

/// The statements that make the tables of an environment.
private func clickHouseSchema(_ address: ClickHouseAddress, _ settings: Settings) throws -> String {
  ClickHouseSchema(address).statements.map { $0 + ";\n" }.joined(separator: "\n")
}

/// Makes the tables of an environment, or brings them up to date.
private func migrateClickHouse(_ address: ClickHouseAddress, _ settings: Settings) async throws {
  let store = try ClickHouseStore.open(at: address, options: ClickHouseOptions { .now })
  try await store.migrate()
  StandardOutput.tell("the tables are in \(address)\n")
}
