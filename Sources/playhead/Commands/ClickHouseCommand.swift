import ArgumentParser
import ClickHouseStore
import QueryCore

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
      let statements = try source.settings().clusters()
        .flatMap { ClickHouseSchema($0).statements }
      StandardOutput.write(statements.map { $0 + ";\n" }.joined(separator: "\n"))
    }
  }

  /// `playhead clickhouse migrate`: the tables.
  struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Create the tables, or bring them up to date; what is there already stays.",
      discussion: """
        It makes two databases, of which the one for the sandbox ends in _sandbox; with --environment one of them. Name \
        all servers of a cluster: each needs the tables.

        Example: playhead clickhouse migrate --clickhouse http://127.0.0.1:8123
        """
    )

    @OptionGroup var source: SourceOptions

    func run() async throws {
      for address in try source.settings().clusters() {
        let store = try ClickHouseStore.open(at: address, options: ClickHouseOptions { .now })
        try await store.migrate()
        StandardOutput.tell("the tables are in \(address)\n")
      }
    }
  }
}

extension Settings {
  /// The clusters whose tables are meant, one for each environment; of one alone where it is named.
  fileprivate func clusters() throws -> [ClickHouseAddress] {
    guard let address = try clickHouse() else {
      throw ValidationError(
        "name the cluster with --clickhouse, such as --clickhouse http://127.0.0.1:8123"
      )
    }
    let environments: [StoreEnvironment] =
      isSaid(.environment) ? [try environment()] : StoreEnvironment.allCases
    return environments.map { address.address(of: $0) }
  }
}
