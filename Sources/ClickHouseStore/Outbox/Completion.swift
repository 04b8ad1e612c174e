import PlaybackFacts
import TextAndBytes

/// Finds out which tables have a block, and gives it to those that have it not.
///
/// A server may end between the tables that one insertion fills. Each table says by itself whether it has a
/// block, so that each gets it once.
struct Completion {
  private let connection: ClickHouseConnection
  private let schema: ClickHouseSchema
  private let block: UInt64
  private let hours: ClosedRange<Int64>

  init(
    _ connection: ClickHouseConnection,
    _ schema: ClickHouseSchema,
    block: UInt64,
    hours: ClosedRange<Int64>
  ) {
    self.connection = connection
    self.schema = schema
    self.block = block
    self.hours = hours
  }

  /// Completes the block where some tables have it.
  ///
  /// - Parameter body: the block as it was sent.
  /// - Returns: Whether all tables have it; otherwise none has.
  func complete(_ body: [UInt8]) async throws -> Bool {
    var missing: [String] = []
    for table in ClickHouseSchema.filled where try await !has(table) { missing.append(table) }
    guard missing.count < ClickHouseSchema.filled.count else { return false }
    for table in missing {
      try await connection.insert(
        body,
        into: schema.whole(ClickHouseSchema.entrance(of: table)),
        columns: FactBlock.columns,
        id: "playhead-\(table)-\(block)"
      )
    }
    return true
  }

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
    var rows = try await connection.rows(
      "SELECT toInt64(count()) FROM \(schema.whole(table)) WHERE \(isIt) AND \(time)"
    )
    return try connection.reading { () throws(MalformedBytes) in try rows.int64() } > 0
  }
}
