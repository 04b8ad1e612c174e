import Synchronization
import TextAndBytes

/// The shards of a cluster, each with its own servers: what is inserted there needs no other shard to be up.
final class Shards: Sendable {
  /// One shard, for what concerns it alone.
  struct Shard: Sendable {
    /// Of its own servers; of all where it is not known which they are.
    let connection: ClickHouseConnection
    fileprivate let name: @Sendable (String) -> SQL

    /// The name of a table there.
    func table(_ name: String) -> SQL { self.name(name) }
  }

  private let connection: ClickHouseConnection
  private let schema: ClickHouseSchema
  private let state = Mutex(State())

  private struct State {
    var count: Int?
    var shards: [Int: Shard] = [:]
    /// Those into which this process has imported something.
    var imported: Set<Int> = []
  }

  init(_ connection: ClickHouseConnection, _ schema: ClickHouseSchema) {
    self.connection = connection
    self.schema = schema
  }

  /// Whether this process imports into a shard for the first time: an import that was ended a moment before may
  /// still be under way there.
  func isFirstImport(into number: Int) -> Bool {
    state.withLock { $0.imported.insert(number).inserted }
  }

  /// How many there are.
  func count() async throws -> Int {
    if let known = state.withLock(\.count) { return known }
    var count = 1
    if let cluster = schema.cluster {
      var rows = try await connection.rows(
        "SELECT toInt64(max(shard_num)) FROM system.clusters WHERE cluster = \(cluster)",
        of: .node
      )
      count = Int(try connection.reading { () throws(MalformedBytes) in try rows.int64() })
      guard count > 0 else {
        throw ClickHouseError.schema(
          cluster: connection.address.name,
          reason: "its servers know no cluster of this name"
        )
      }
    }
    state.withLock { $0.count = count }
    return count
  }

  /// A shard by its number, from 0.
  ///
  /// - Throws: ``ClickHouseError/incomplete(cluster:reason:)`` where no server of it answers.
  func shard(_ number: Int) async throws -> Shard {
    if let known = state.withLock({ $0.shards[number] }) { return known }
    let schema = schema
    guard let cluster = schema.cluster else {
      return Shard(connection: connection) { schema.whole($0) }
    }
    let nodes = await withTaskGroup(of: (Int?, ClickHouseAddress.Node).self) { group in
      for node in connection.address.nodes {
        // One that does not answer is found when it does.
        group.addTask { (try? await self.ownShard(of: node, cluster), node) }
      }
      var nodes: [Int: [ClickHouseAddress.Node]] = [:]
      for await (number, node) in group {
        if let number { nodes[number, default: []].append(node) }
      }
      return nodes
    }
    guard let own = nodes[number] else {
      // One address may stand for many servers, of which any may answer.
      if nodes.count < connection.address.nodes.count || connection.address.nodes.count > 1 {
        throw ClickHouseError.incomplete(
          cluster: connection.address.name,
          reason: "no server of shard \(number + 1) answers"
        )
      }
      return Shard(connection: connection) { schema.whole($0) }
    }
    let shard = Shard(connection: connection.only(own)) { schema.local($0) }
    state.withLock { $0.shards[number] = shard }
    return shard
  }

  /// Inserts rows that are for one shard, of which it does not matter how often.
  func insert(_ shipment: Outbox.Shipment) async throws {
    guard case .rows(let table, let columns, let number?) = shipment.target else {
      preconditionFailure("these rows are not for one shard")
    }
    let shard = try await shard(number)
    try await shard.connection.insert(
      shipment.body,
      into: shard.table(table),
      columns: SQL.word(columns),
      id: ClickHouseConnection.newID(),
      isRepeatable: true
    )
  }

  /// The number of the shard that a server belongs to, from 0.
  private func ownShard(of node: ClickHouseAddress.Node, _ cluster: String) async throws -> Int? {
    let one = connection.only(node)
    var rows = try await one.rows(
      "SELECT toInt64(max(shard_num)) FROM system.clusters WHERE cluster = \(cluster) AND is_local"
    )
    let number = try one.reading { () throws(MalformedBytes) in try rows.int64() }
    return number > 0 ? Int(number) - 1 : nil
  }
}
