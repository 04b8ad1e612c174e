import PlaybackFacts
import TextAndBytes

/// Inserts a block into all tables of its shard, or into those that lack it.
///
/// A server may end between the tables that one insertion fills, or before it says that it has filled them. Each
/// table says by itself whether it has a block, so that each gets it once.
struct Completion {
  private let shard: Shards.Shard
  private let block: UInt64
  private let hours: ClosedRange<Int64>

  init(_ shard: Shards.Shard, block: UInt64, hours: ClosedRange<Int64>) {
    self.shard = shard
    self.block = block
    self.hours = hours
  }

  /// The id of the statement that inserts it.
  private var statementID: String { "playhead-block-\(block)" }

  /// Inserts a block that no table has.
  ///
  /// - Throws: ``ClickHouseError``; whatever it is, some tables may have the block.
  func insert(_ body: [UInt8]) async throws {
    try await shard.connection.insert(
      body,
      into: shard.table("facts_in"),
      columns: FactBlock.columns,
      id: statementID
    )
  }

  /// Completes the block where some tables have it, when no statement inserts it any more.
  ///
  /// - Parameters:
  ///   - body: the block as it was sent.
  ///   - wasJustSent: whether it may still be on its way to the server.
  /// - Returns: Whether all tables have it; otherwise none has.
  /// - Throws: ``ClickHouseError`` where the shard can't be asked or written.
  func complete(_ body: [UInt8], wasJustSent: Bool) async throws -> Bool {
    var missing = try await missing()
    if wasJustSent, !missing.isEmpty {
      // A request that was held up arrives when the server can be asked again, or a little later.
      var before: [String]
      repeat {
        before = missing
        try await Task.sleep(for: Self.settling)
        missing = try await self.missing()
      } while missing != before
    }
    guard missing.count < ClickHouseSchema.filled.count else { return false }
    for table in missing {
      try await shard.connection.insert(
        body,
        into: shard.table(ClickHouseSchema.entrance(of: table)),
        columns: FactBlock.columns,
        id: statementID(table)
      )
    }
    return true
  }

  /// For so long what a server says of a block has to stay the same.
  private static let settling = Duration.seconds(1)

  /// The tables that lack the block, when no statement inserts it.
  private func missing() async throws -> [String] {
    let ids = [statementID] + ClickHouseSchema.filled.map(statementID)
    while try await shard.connection.isRunning(ids) {
      try await Task.sleep(for: .milliseconds(200))
    }
    var missing: [String] = []
    for table in ClickHouseSchema.filled where try await !has(table) { missing.append(table) }
    return missing
  }

  private func statementID(_ table: String) -> String { "\(statementID)-\(table)" }

  private func has(_ table: String) async throws -> Bool {
    let sums = SumTable.all.first { $0.name == table }
    let isIt: SQL =
      sums == nil
      ? "block = \(block)"
      : "dimension = \(SumTable.blockDimension) AND name = \("\(block)")"
    let time: SQL =
      sums?.name == SumTable.totals.name
      ? "month = \(Timestamp(milliseconds: hours.lowerBound * Milliseconds.hour).yearAndMonth)"
      : "hour >= \(hours.lowerBound) AND hour <= \(hours.upperBound)"
    var rows = try await shard.connection.rows(
      "SELECT toInt64(count()) FROM \(shard.table(table)) WHERE \(isIt) AND \(time)"
    )
    return try shard.connection.reading { () throws(MalformedBytes) in try rows.int64() } > 0
  }
}
