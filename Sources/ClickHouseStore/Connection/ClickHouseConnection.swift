import AnalyticsSource
import NIOHTTP1
import OutgoingHTTP
import Synchronization
import TextAndBytes

/// Statements and their answers, over HTTP, with whichever node of a cluster answers.
///
/// Every statement carries a deadline and a limit of memory, and is ended on the server when its task is
/// cancelled.
final class ClickHouseConnection: Sendable {
  /// How much one statement may cost.
  struct Limits: Sendable {
    /// For how long it may run.
    var seconds = 30
    /// The most memory of one server, in bytes.
    var memory = 4 << 30
  }

  let address: ClickHouseAddress
  let limits: Limits
  private let client: HTTPClient
  private let health: ServerHealth<ClickHouseAddress.Node>
  /// The node that answered last.
  private let current = Mutex(0)
  /// Whether servers may put insertions off until later, unless they are told not to; nil while that is not known.
  private let putsOff = Mutex<Bool?>(nil)

  /// So long a statement runs before its servers are asked whether they are there.
  private static let patience = Duration.seconds(2)
  /// The longest answer that is read, in bytes.
  private static let longestAnswer = 1 << 30

  convenience init(
    _ address: ClickHouseAddress,
    limits: Limits = Limits(),
    client: HTTPClient = .shared
  ) {
    self.init(address, limits, client, ServerHealth(client) { "\($0.url)/ping" })
  }

  private init(
    _ address: ClickHouseAddress,
    _ limits: Limits,
    _ client: HTTPClient,
    _ health: ServerHealth<ClickHouseAddress.Node>
  ) {
    self.address = address
    self.limits = limits
    self.client = client
    self.health = health
  }

  /// The same, to some nodes alone.
  func only(_ nodes: ClickHouseAddress.Node...) -> ClickHouseConnection { only(nodes) }

  /// The same, to some nodes alone.
  func only(_ nodes: [ClickHouseAddress.Node]) -> ClickHouseConnection {
    ClickHouseConnection(
      ClickHouseAddress(nodes: nodes, database: address.database),
      limits,
      client,
      health
    )
  }

  /// Which servers have to be there for a statement.
  enum Reach {
    /// The one that is asked.
    case node
    /// All that are named.
    case cluster
  }

  // MARK: - Statements

  /// Asks for rows; `settings` are added to those of every statement.
  ///
  /// - Throws: ``ClickHouseError``, or `CancellationError`.
  func rows(
    _ statement: SQL,
    _ settings: [String: String] = [:],
    of reach: Reach = .cluster
  ) async throws -> ByteReader {
    let body = Array("\(statement) FORMAT RowBinary".utf8)
    let id = Self.newID()
    do {
      return ByteReader(
        try await onAnyNode(reach, isRepeatable: true) { node in
          try await self.send(body, to: node, query: nil, id: id, settings)
        }
      )
    } catch {
      switch error {
      case is CancellationError, ClickHouseError.tooLate:
        // It may run on though nobody waits for it.
        Task.detached { await self.kill(id) }
      default: break
      }
      throw error
    }
  }

  /// Runs a statement that returns nothing, on any node.
  func run(_ statement: SQL, _ settings: [String: String] = [:]) async throws {
    _ = try await onAnyNode { node in
      try await self.send(
        Array(statement.text.utf8),
        to: node,
        query: nil,
        id: Self.newID(),
        settings
      )
    }
  }

  /// Runs a statement on one node alone.
  func run(_ statement: SQL, on node: ClickHouseAddress.Node, inDatabase: Bool = true) async throws
  {
    try await only(node).run(statement, inDatabase ? [:] : ["database": "default"])
  }

  /// Inserts rows that are already encoded (RowBinary, packed with gzip), under an id by which it is known
  /// whether it still runs.
  ///
  /// - Throws: ``ClickHouseError/unknownOutcome(cluster:reason:)`` where the rows may be there all the same.
  func insert(
    _ packed: [UInt8],
    into table: SQL,
    columns: SQL,
    id: String,
    isRepeatable: Bool = false
  ) async throws {
    let statement: SQL = "INSERT INTO \(table) (\(columns)) FORMAT RowBinary"
    // Not before all shards have it.
    var settings = ["insert_distributed_sync": "1"]
    if try await putsInsertionsOff() { settings["async_insert"] = "0" }
    let own = settings
    _ = try await onAnyNode(isRepeatable: isRepeatable) { node in
      try await self.send(packed, to: node, query: statement, id: id, own)
    }
  }

  /// Whether the servers know the setting, which versions from 26 on have in force: an insertion that is put off
  /// runs under no id.
  private func putsInsertionsOff() async throws -> Bool {
    if let known = putsOff.withLock(\.self) { return known }
    var rows = try await rows(
      "SELECT toInt64(count()) FROM system.settings WHERE name = 'async_insert'",
      of: .node
    )
    let isKnown = try reading { () throws(MalformedBytes) in try rows.fixed() } > 0
    putsOff.withLock { $0 = isKnown }
    return isKnown
  }

  /// Inserts rows of which it does not matter how often and in which shard they are.
  func insert(_ shipment: Outbox.Shipment, _ schema: ClickHouseSchema) async throws {
    guard case .rows(let table, let columns, _) = shipment.target else {
      preconditionFailure("facts go to their shard")
    }
    try await insert(
      shipment.body,
      into: schema.local(table),
      columns: SQL.word(columns),
      id: Self.newID(),
      isRepeatable: true
    )
  }

  /// Whether a statement runs under one of these ids.
  func isRunning(_ ids: [String]) async throws -> Bool {
    let processes: SQL =
      if let cluster = address.cluster { "cluster(\(SQL.name(cluster)), system.processes)" } else {
        "system.processes"
      }
    var rows = try await rows(
      "SELECT toInt64(count()) FROM \(processes) WHERE initial_query_id IN (\(ids.literals))"
    )
    return try reading { () throws(MalformedBytes) in try rows.fixed() } > 0
  }

  /// Decodes an answer.
  func reading<Value>(_ body: () throws(MalformedBytes) -> Value) throws(ClickHouseError) -> Value {
    do throws(MalformedBytes) { return try body() } catch {
      throw .malformed(cluster: address.name, reason: error.description)
    }
  }

  /// A new id for a statement.
  static func newID() -> String {
    "playhead-\(UInt64.random(in: .min ... .max))"
  }

  /// Ends a statement for which nobody waits any more.
  private func kill(_ id: String) async {
    // Version 18.16 holds up everything else while it kills a statement that waits for a silent server. Such a
    // statement ends by itself.
    guard await health.asked(among: address.nodes).isEmpty else { return }
    // Whoever asked waits no longer; where this fails as well, the deadline ends it.
    try? await run("KILL QUERY WHERE query_id = \(id)")
  }

  // MARK: - Nodes

  /// Asks the node that answered last, and the others in turn where it can't be reached.
  ///
  /// - Parameters:
  ///   - reach: Whether the answer needs one node or all.
  ///   - isRepeatable: Whether another may be asked where it is not known what became of it.
  ///   - ask: Asks one.
  /// - Returns: Its answer.
  /// - Throws: The last failure, where none answers.
  private func onAnyNode<Value: Sendable>(
    _ reach: Reach = .node,
    isRepeatable: Bool = false,
    _ ask: @escaping @Sendable (ClickHouseAddress.Node) async throws -> Value
  ) async throws -> Value {
    let nodes = address.nodes
    let needed = reach == .cluster && address.cluster != nil ? nodes : []
    let first = current.withLock(\.self)
    var failure: ClickHouseError?
    for step in nodes.indices {
      let number = (first + step) % nodes.count
      let node = nodes[number]
      let silent = health.known(among: needed)
      guard silent.isEmpty else { throw silence(of: silent) }
      guard health.known(among: [node]).isEmpty else {
        failure = failure ?? silence(of: [node])
        continue
      }
      do {
        let value = try await watching(needed.isEmpty ? [node] : needed, asking: node, ask)
        current.withLock { $0 = number }
        return value
      } catch let error as ClickHouseError {
        switch error {
        case .unreachable: failure = error
        case .unknownOutcome(let cluster, let reason) where isRepeatable:
          failure = .unreachable(cluster: cluster, reason: reason)
        default: throw error
        }
      }
    }
    throw failure ?? .unreachable(cluster: address.name, reason: "it has no nodes")
  }

  /// Asks a node, and gives up where it, or another that is needed, is silent.
  private func watching<Value: Sendable>(
    _ needed: [ClickHouseAddress.Node],
    asking node: ClickHouseAddress.Node,
    _ ask: @escaping @Sendable (ClickHouseAddress.Node) async throws -> Value
  ) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
      defer { group.cancelAll() }
      group.addTask { try await ask(node) }
      group.addTask {
        while true {
          try await Task.sleep(for: Self.patience)
          let silent = await self.health.asked(among: needed)
          if silent.contains(node) {
            throw ClickHouseError.unknownOutcome(
              cluster: self.address.name,
              reason: "\(node.name) does not answer"
            )
          }
          if !silent.isEmpty { throw self.silence(of: silent) }
        }
      }
      guard let value = try await group.next() else { throw CancellationError() }
      return value
    }
  }

  /// That some nodes do not answer, of this many.
  private func silence(of silent: [ClickHouseAddress.Node]) -> ClickHouseError {
    let reason =
      silent.map(\.name).joined(separator: " and ")
      + (silent.count == 1 ? " does not answer" : " do not answer")
    return silent.count == address.nodes.count
      ? .unreachable(cluster: address.name, reason: reason)
      : .incomplete(cluster: address.name, reason: reason)
  }

  private func send(
    _ body: [UInt8],
    to node: ClickHouseAddress.Node,
    query: SQL?,
    id: String,
    _ settings: [String: String]
  ) async throws -> [UInt8] {
    var parameters = [
      "database": address.database,
      "query_id": id,
      "max_execution_time": "\(limits.seconds)",
      "max_memory_usage": "\(limits.memory)",
      // Only then does the status say whether it succeeded.
      "wait_end_of_query": "1",
      "connect_timeout_with_failover_ms": "1000",
      // Servers that work say so many times a second.
      "receive_timeout": "10",
    ].merging(settings) { $1 }
    parameters["query"] = query?.text
    let target = parameters.sorted { $0.key < $1.key }
      .map { "\($0.key)=\(Self.escaped($0.value))" }.joined(separator: "&")
    guard let url = HTTPAddress("\(node.url)/?\(target)") else {
      throw ClickHouseError.unreachable(
        cluster: address.name,
        reason: "\(node.name) is not an address"
      )
    }
    var headers = HTTPHeaders()
    if let user = node.user { headers.add(name: "X-ClickHouse-User", value: user) }
    if let password = node.password { headers.add(name: "X-ClickHouse-Key", value: password) }
    if query != nil { headers.add(name: "Content-Encoding", value: "gzip") }
    let request = HTTPRequest(address: url, method: .POST, headers: headers, body: body)
    let answer = try await exchange(request, node)
    guard answer.status == 200 else {
      throw await refusal(String(decoding: answer.body, as: UTF8.self))
    }
    return answer.body
  }

  private func exchange(
    _ request: HTTPRequest,
    _ node: ClickHouseAddress.Node
  ) async throws -> (status: Int, body: [UInt8]) {
    let (client, name) = (client, address.name)
    let answer: (status: Int, body: [UInt8])?
    do {
      // A little longer than the server takes to find out by itself.
      answer = try await withDeadline(.seconds(limits.seconds + 5)) {
        () async throws(HTTPFailure) in
        let response = try await client.send(request)
        return (response.status, try await response.collect(upTo: Self.longestAnswer))
      }
    } catch {
      try Task.checkCancellation()
      let reason = "\(node.name): \(error)"
      throw error.mayHaveArrived
        ? ClickHouseError.unknownOutcome(cluster: name, reason: reason)
        : .unreachable(cluster: name, reason: reason)
    }
    guard let answer else {
      try Task.checkCancellation()
      throw ClickHouseError.tooLate(cluster: name, seconds: limits.seconds)
    }
    return answer
  }

  /// What a server says that refuses.
  ///
  /// ```
  /// Code: 60, e.displayText() = DB::Exception: Table … doesn't exist.
  /// ```
  private func refusal(_ text: String) async -> ClickHouseError {
    let code = text.firstRange(of: "Code: ").map {
      text[$0.upperBound...].prefix(while: \.isNumber)
    }
    var message = text[...]
    if let start = message.firstRange(of: "DB::Exception: ") {
      message = message[start.upperBound...]
    }
    if let end = message.firstRange(of: ", e.what() =") { message = message[..<end.lowerBound] }
    let line = message.prefix { !$0.isNewline }.prefix(400)
    let number = code.flatMap { Int($0) } ?? 0
    return switch number {
    case 159: .tooLate(cluster: address.name, seconds: limits.seconds)
    case 60, 81:
      .schema(
        cluster: address.name,
        reason: "there are no tables of Playhead yet; 'playhead clickhouse migrate' makes them"
      )
    // Another server can't be reached, or was lost on the way; which one, it does not say.
    case 32, 209, 210, 279:
      if case let silent = await health.asked(among: address.nodes), !silent.isEmpty {
        silence(of: silent)
      } else if number == 32 {
        .refused(cluster: address.name, code: number, message: String(line))
      } else {
        .incomplete(cluster: address.name, reason: String(line))
      }
    default: .refused(cluster: address.name, code: number, message: String(line))
    }
  }

  private static func escaped(_ value: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    let bytes = value.utf8.flatMap { byte -> [UInt8] in
      switch byte {
      case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f, 0x7e: [byte]
      default: [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
