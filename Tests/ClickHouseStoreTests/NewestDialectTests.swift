import Foundation
import PlaybackFacts
import QueryCore
import Subprocess
import SystemPackage
import TestSupport
import Testing
import TextAndBytes

@testable import ClickHouseStore

/// The newest ClickHouse, which the Python package chdb brings as a library.
@Suite(
  "The newest ClickHouse",
  .enabled(if: TestServers.hasNewest, "the Python package chdb is not installed")
)
struct NewestDialectTests {
  private static let script = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "ClickHouse/newest").path

  private let days = Timeframe(
    from: noon - 60 * Milliseconds.hour,
    to: noon + 12 * Milliseconds.hour
  )

  @Test(arguments: [1, 2] as [UInt64])
  func `answers every kind of statement as the model does`(seed: UInt64) async throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "playhead-newest-\(UInt64.random(in: .min ... .max))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var builder = FactBuilder(seed: seed)
    let facts = builder.facts(1500, in: days)
    let items = builder.describedMedia()
    let model = FactModel(facts)
    await model.describe(items)
    let schema = ClickHouseSchema(
      ClickHouseAddress(nodes: [.init(host: "127.0.0.1")], database: "newest")
    )

    var statements = schema.statements
    var number: UInt64 = 0
    let blocks = FactBlock.blocks(of: facts, shards: 1, receivedAt: noon) {
      number += 1
      return number
    }
    for block in blocks {
      let file = folder.appending(path: "\(block.id)").path
      try Data(block.row).write(to: URL(filePath: file))
      let insert: SQL = """
        INSERT INTO newest.facts_in SELECT * FROM file(\(file), 'RowBinary', \
        \(FactBlock.tableColumns.text))
        """
      statements.append(insert.text)
    }
    for item in items {
      let insert: SQL = """
        INSERT INTO newest.media_items (id, title, tags, duration, version) VALUES \
        (\(item.id), \(item.title ?? ""), [\(item.tags.literals)], 0, 1)
        """
      statements.append(insert.text)
    }
    let setUp = statements.count
    let queries = (0..<150).map { _ in builder.query(in: days) }
    statements += queries.map { SumStatement($0, schema).sql.text }
    let kind = HourlyConcurrency.Kind(audience: .playbacks, bots: .all)
    let hours = days.from.hourNumber..<days.to.hourNumber
    statements += [
      HourlyConcurrency.kept(kind, hours, schema).text,
      HourlyConcurrency.factsKnown(in: hours, schema).text + " ORDER BY hour",
      HourlyConcurrency.facts(in: hours, schema).text + " ORDER BY hour",
    ]

    let results = try await Self.run(statements)
    try #require(results.count == statements.count)
    for (statement, result) in zip(statements, results).prefix(setUp) {
      #expect(result.isEmpty, "\(statement)")
    }
    let hourly = Array(results.suffix(3))
    #expect(hourly[0].isEmpty)
    #expect(hourly[1] == hourly[2] && !hourly[1].isEmpty)
    let expected = await model.sums(for: queries).rows
    for (number, query) in queries.enumerated() {
      let result = results[setUp + number]
      try #require(!result.hasPrefix("error: "), "\(statements[setUp + number]): \(result)")
      let statement = SumStatement(query, schema)
      var reader = ByteReader(Self.rowBinary(result, hasTextKey: query.hasTextKey))
      let rows = try statement.answer(&reader)
      #expect(rows.isAnswer(to: query, among: expected[number]), "\(statements[setUp + number])")
    }
  }

  /// Runs statements; returns what each yields, as lines with tabs.
  private static func run(_ statements: [String]) async throws -> [String] {
    let result = try await Subprocess.run(
      .name("python3"),
      arguments: [script],
      input: .string(statements.joined(separator: "\n\n")),
      output: .string(limit: 1 << 26),
      error: .string(limit: 1 << 16)
    )
    return result.standardOutput.components(separatedBy: "--\n").dropLast()
  }

  /// Lines with tabs as the bytes that a server would send.
  private static func rowBinary(_ text: String, hasTextKey: Bool) -> [UInt8] {
    var writer = ByteWriter()
    for line in text.split(separator: "\n") {
      for (column, field) in line.split(separator: "\t", omittingEmptySubsequences: false)
        .enumerated()
      {
        if column == 0, hasTextKey {
          writer.text(String(field).replacing("\\'", with: "'").replacing("\\\\", with: "\\"))
        } else {
          writer.int64(Int64(field) ?? .min)
        }
      }
    }
    return writer.bytes
  }
}

extension SumQuery {
  /// Whether its rows are told apart by texts.
  fileprivate var hasTextKey: Bool {
    if case .dimension = grouping { true } else { false }
  }
}
