import CellCanvas
import PlaybackFacts
import QueryCore

/// The sources below each other, each with its state in a word first.
struct SourceTable: View {
  /// One source.
  struct Row {
    let source: DashboardState.Source
    let status: SourceStatus
    /// Whether its facts are real or tests; nil before it is known.
    var environment: StoreEnvironment?
    /// Whether it is the one that other screens show.
    let isShown: Bool
  }

  let rows: [Row]
  let cursor: Int
  let now: Timestamp
  let uptime: Duration
  var isFocused = true
  var symbols = Symbols.blocks

  func draw(in rect: Rect, on canvas: inout Canvas) {
    guard !rect.isEmpty else { return }
    let body = RankingPanel.body(of: rect)
    let first = RankingPanel.firstRow(of: rows.count, cursor: cursor, in: body)
    let lines = rows.map(fields)
    /// The columns that the texts of a column take.
    func most(_ column: Int) -> Int { lines.map { $0[column].columns }.max() ?? 0 }
    let (name, state, address) = (most(0), most(2), most(7))
    let table = DataTable(
      columns: [
        DataTable.Column(
          "Source \(rows.count)",
          .flexible(min: 10, weight: 9, upTo: max(12, name))
        ),
        DataTable.Column("", .fixed(5)),
        DataTable.Column("state", .flexible(min: min(30, state), weight: 3, upTo: state)),
        DataTable.Column("watching", .fixed(9), .right),
        DataTable.Column("data age", .fixed(9).optional(rank: 1), .right),
        DataTable.Column("answer", .fixed(8).optional(rank: 3), .right),
        DataTable.Column("environment", .fixed(11).optional(rank: 2)),
        DataTable.Column(
          "address",
          .flexible(min: min(16, address), weight: 2, upTo: max(7, address)).optional(rank: 4)
        ),
      ],
      count: rows.count,
      firstRow: first,
      selected: cursor,
      symbols: symbols
    ) { lines[$0] }
    canvas.draw(table, in: body)
    if rect.height > 1 {
      canvas.restyle(Rect(x: body.x, y: rect.y, width: 6, height: 1)) { _ in .title }
    }
    if isFocused, rect.height > 1 {
      canvas.draw(TextLine("\(symbols.pointer)", .accent), in: rect.row(0))
      canvas.draw(TextLine("\(symbols.pointer)", .accent), in: rect.row(cursor - first + 1))
    }
    drawNote(in: body.inset(top: rows.count + 2), on: &canvas)
  }

  /// Why the source under the cursor fails, in whole sentences, or how there can be more sources.
  private func drawNote(in area: Rect, on canvas: inout Canvas) {
    let failure = rows.indices.contains(cursor) ? rows[cursor].status.failure?.scrubbed : nil
    let hint = "more sources: [sources] in the settings file, name = \"address or store file\""
    guard let note = failure ?? (rows.count == 1 ? hint : nil) else { return }
    for (index, line) in note.lines(in: max(1, area.width - 1)).enumerated() {
      canvas.draw(TextLine(line, failure == nil ? .dim : .warn), in: area.row(index))
    }
  }

  /// The source at a row of the screen.
  func row(atY y: Int, in rect: Rect) -> Int? {
    let body = RankingPanel.body(of: rect)
    let index = RankingPanel.firstRow(of: rows.count, cursor: cursor, in: body) + y - rect.y - 1
    return y > rect.y && rows.indices.contains(index) ? index : nil
  }

  private func fields(of row: Row) -> [DataTable.Field] {
    let (reading, isFailing) = (row.status.reading, row.status.failure != nil)
    // What was true before it failed is not true now.
    let watching =
      isFailing ? NumberText.unknown : reading?.watching.map { NumberText.text($0, .viewers) }
    let age = reading?.data.newestReceipt.map { time in
      NumberText.text(Double(max(0, now - time) / Milliseconds.second), .seconds)
    }
    let isSandbox = row.environment == .sandbox
    let duration = reading.map { NumberText.text($0.duration / .milliseconds(1), .milliseconds) }
    let none = reading == nil ? NumberText.unknown : NumberText.noData
    return [
      .text(row.source.name, row.isShown ? .title : .text),
      .text(row.isShown ? "shown" : "", .dim),
      .runs(state(of: row.status)),
      .text(watching ?? none, isFailing ? .dim : .title),
      .text(age ?? none, isFailing ? .dim : .text),
      .text(isFailing ? NumberText.unknown : duration ?? none, .dim),
      .text(row.environment?.rawValue ?? NumberText.unknown, isSandbox ? .warn : .dim),
      .text(row.source.address.isEmpty ? "store on this machine" : row.source.address, .dim),
    ]
  }

  private func state(of status: SourceStatus) -> [TextRun] {
    if let failure = status.failure {
      if status.isLimited {
        return [TextRun("! LIMITED", .warn), TextRun(" \(failure.scrubbed)", .dim)]
      }
      let since = status.answeredAt ?? status.failingSince ?? uptime
      return [
        TextRun("! DOWN \(Self.age(since, at: uptime))", .bad),
        TextRun(" \(failure.scrubbed)", .warn),
      ]
    }
    guard let reading = status.reading else { return [TextRun("asking", .dim)] }
    if reading.data.newestReceipt == nil { return [TextRun("\(symbols.dot) no data yet", .dim)] }
    return reading.data.isCollecting(at: now)
      ? [TextRun("\(symbols.dot) OK", .good), TextRun(" collecting", .dim)]
      : [TextRun("! no collector is running", .warn)]
  }

  private static func age(_ since: Duration, at uptime: Duration) -> String {
    NumberText.text(max(0, ((uptime - since) / .seconds(1)).rounded(.down)), .seconds)
  }
}
