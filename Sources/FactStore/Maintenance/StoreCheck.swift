import CPageChecksums
import GRDB
import GRDBSQLite
import PlaybackFacts

/// Looks for contradictions in a store: all that can be told without what it was made from.
///
/// It reads the tables by itself: it is to find out what the parts that own them did wrong.
///
/// ```
///  pages ─▶ schema ─▶ values ─▶ dictionary ─▶ index of values ─▶ head ─▶ journal ─▶ days ─▶ columns ─▶ totals ─▶ pings
///           └ 50 000 values a step          └ 200 batches a step  └ one day a step            └ 200 rows a step
/// ```
/// Each step is under a snapshot of its own, so that a check of minutes keeps nobody from emptying the log
/// for longer than its longest step. Codes, batches and segments never change, they only come and go: what
/// goes between two steps is not looked at, what comes may be. A day is read under one snapshot, because
/// compaction replaces segments of a day by one with the same plays; the totals, which only grow, are
/// compared last. SQLite's own check and what compares two tables as a whole can't be taken apart.
struct StoreCheck {
  /// Where to go on.
  private enum Position {
    case pages, schema
    /// At a table, by its place in the schema.
    case values(place: Int)
    /// At the code of a dimension, by its place in ``PlaybackFacts/Dimension/stored``.
    case dictionary(place: Int, code: Int)
    case valueIndex, head
    case journal(after: Int64)
    case segments(afterDay: Int64)
    case columns, totals
    case pings(after: Int64)
    case end
  }

  /// So many values of the dictionary, and the rest of a row, are looked at in one step.
  private static let valuesPerStep = 50_000
  /// So many batches of the journal are looked at in one step.
  private static let batchesPerStep = 200

  private let path: String
  private var position = Position.pages
  /// Plays in visible segments of the days so far, by code of the media item.
  private var plays: [UInt32: Int64] = [:]
  /// What was found, a sentence each.
  private(set) var findings: [String] = []
  /// Why the file can't be read on, which says nothing about what is stored; nothing is looked at any more then.
  private(set) var failure: StoreError?
  /// Of a store as this version makes it; none for one of an older format.
  private var tables: [StoredTable] = []

  /// A check of the store at a path, from its beginning.
  init(path: String) { self.path = path }

  /// Whether every step was taken.
  var isDone: Bool {
    if case .end = position { true } else { false }
  }

  /// Takes the next step in a snapshot, also after one that found something.
  mutating func takeStep(_ db: Database) {
    switch position {
    case .pages:
      position = .schema
      step("The file") { check in try check.checkPages(db) }
    case .schema:
      position = .dictionary(place: 0, code: 0)
      step("The schema") { check in try check.checkSchema(db) }
    case .values(let place):
      position = .dictionary(place: 0, code: 0)
      step("The table \(tables[place].name)") { check in try check.checkValues(place, db) }
    case .dictionary(let place, let code):
      position = .valueIndex
      step("The dictionary") { check in try check.checkDictionary(place, from: code, db) }
    case .valueIndex:
      position = .head
      step("The dictionary") { check in try check.checkValueIndex(db) }
    case .head:
      position = .journal(after: .min)
      step("The head") { check in try check.checkHead(db) }
    case .journal(let row):
      position = .segments(afterDay: .min)
      step("The journal") { check in try check.checkJournal(after: row, db) }
    case .segments(let day):
      position = .columns
      step("The list of segments") { check in try check.checkSegments(afterDay: day, db) }
    case .columns:
      position = .totals
      step("The columns") { check in try check.checkStrayColumns(db) }
    case .totals:
      position = .pings(after: .min)
      step("The totals") { check in try check.checkTotals(db) }
    case .pings(let row):
      position = .end
      step("The ping history") { check in try check.checkPings(after: row, db) }
    case .end: break
    }
  }

  private mutating func step(_ subject: String, _ body: (inout StoreCheck) throws -> Void) {
    do {
      try body(&self)
    } catch let error as DatabaseError where error.isOfChecksum {
      findings.append("\(subject) can't be read: a page does not match its checksum.")
    } catch let error as DatabaseError {
      switch StoreError(error, path: path) {
      case .corrupt, .foreign, .failed: break
      case let other: return stop(other)
      }
      findings.append("\(subject) can't be read: \(error.message ?? "\(error.resultCode)").")
    } catch {
      findings.append("\(subject) can't be read: \(error).")
    }
  }

  private mutating func stop(_ error: StoreError) {
    failure = error
    position = .end
  }

  private mutating func checkPages(_ db: Database) throws {
    // What is cached would not be read again.
    sqlite3_db_release_memory(db.sqliteConnection)
    let lines = try String.fetchCursor(db, sql: "PRAGMA integrity_check(100)")
    do {
      while let line = try lines.next() { if line != "ok" { note(line) } }
    } catch let error as DatabaseError where error.isOfChecksum {
      // It ends where it can't go on without a page, after what it found.
      guard let number = PageChecksums.takeDamagedPage() else { throw error }
      noteDamagedPage(number)
    }
  }

  /// Notes a line of SQLite's check.
  private mutating func note(_ line: String) {
    for line in line.split(separator: "\n") where !line.hasPrefix("***") {
      let page = line.wholeMatch(of: /.*Page (\d+): unable to get the page.*code=(\d+)/)
      if let page, Int32(page.2) == playhead_checksum_mismatch, let number = UInt32(page.1) {
        noteDamagedPage(number)
      } else {
        findings.append("SQLite finds: \(line).")
      }
    }
  }

  private mutating func noteDamagedPage(_ number: UInt32) {
    let finding = "Page \(number) does not match its checksum."
    if !findings.contains(finding) { findings.append(finding) }
  }

  /// Compares tables and indices with those that this version makes.
  private mutating func checkSchema(_ db: Database) throws {
    guard try Schema.format(db) == Schema.version else { return }
    tables = try StoredTable.expected()
    let found = try StoredTable.all(db)
    for table in tables {
      guard let match = found.first(where: { $0.name == table.name }) else {
        findings.append("The table \(table.name) is missing.")
        continue
      }
      if match != table { findings.append("The table \(table.name) has other columns or indices.") }
    }
    tables = tables.filter(found.contains)
    if !tables.isEmpty { position = .values(place: 0) }
  }

  /// Looks for values of a wrong type, and for numbers that are too large or too small.
  private mutating func checkValues(_ place: Int, _ db: Database) throws {
    if place + 1 < tables.count { position = .values(place: place + 1) }
    let table = tables[place]
    guard try table.isAnyImpossible(in: table.columns, db) else { return }
    for column in table.columns where try table.isAnyImpossible(in: [column], db) {
      findings.append("The table \(table.name) has impossible values of \(column.name).")
    }
  }

  /// Looks for each value of some rows in the index.
  private mutating func checkDictionary(_ place: Int, from code: Int, _ db: Database) throws {
    guard place < Dimension.stored.count else { return }
    let dimension = Dimension.stored[place]
    let hasIndex = try Schema.hasValueIndex(db)
    var next = code
    var (valueCount, isLast) = (0, true)
    try DictionaryTable.forEachChunk(of: dimension, from: code, in: db) { chunk in
      if chunk.firstCode < next {
        findings.append("The dictionary has two values of code \(chunk.firstCode).")
      }
      next = chunk.codes.upperBound
      for code in chunk.codes where hasIndex {
        guard let text = chunk.text(of: code) else { continue }
        let hash = ValueIndex.hash(text, of: dimension)
        if try !ValueIndex.codes(ofHash: hash, dimension, in: db).contains(code) {
          findings.append("The value \(text) is not in the index of values.")
        }
      }
      valueCount += chunk.codes.count
      isLast = valueCount < Self.valuesPerStep
      return isLast
    }
    position = .dictionary(place: isLast ? place + 1 : place, code: isLast ? 0 : next)
  }

  /// Counts: the index has no values that the dictionary has not.
  private mutating func checkValueIndex(_ db: Database) throws {
    guard try Schema.hasValueIndex(db) else { return }
    var valueCount = 0
    for dimension in Dimension.stored {
      try DictionaryTable.forEachChunk(of: dimension, in: db) { chunk in
        valueCount += chunk.codes.count { chunk.utf8(of: $0) != nil }
        return true
      }
    }
    if try Int.fetchOne(db, sql: "SELECT count(*) FROM main.value_code") != valueCount {
      findings.append("The index of values has values that are not in the dictionary.")
    }
  }

  private mutating func checkHead(_ db: Database) throws {
    let head = try Head.fetch(db)
    if head.foldedRow > head.version {
      findings.append("The head marks states as folded of batches that do not exist.")
    }
  }

  private mutating func checkJournal(after row: Int64, _ db: Database) throws {
    let pings = try PingHistoryTable.exists(db) ? "pings" : "NULL"
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT row, fact_count, oldest_fact, facts, states, \(pings) FROM journal WHERE row > ?
        ORDER BY row LIMIT ?
        """,
      arguments: [row, Self.batchesPerStep]
    )
    for row in rows {
      let number = try row.integer(0, in: StoredLimits.bits)
      step("Batch \(number) of the journal") { check in
        let block = try bytes(of: row, at: 3)
        let facts = block.isEmpty ? [] : try JournalBlock.decode(block)
        let oldest = facts.map(\.time.milliseconds).min()
        let oldestOfRow = try row.optionalInteger(2, in: StoredLimits.milliseconds)
        if facts.count != Int(try row.integer(1)) || oldest != nil && oldest != oldestOfRow {
          check.findings.append(
            "Batch \(number) of the journal holds other facts than its row says."
          )
        }
        let outOfRange = facts.count { !$0.kind.allows($0.value) }
        check.note(outOfRange: outOfRange, in: "Batch \(number) of the journal")
        let states = try bytes(of: row, at: 4)
        if !states.isEmpty { _ = try StateBlock.decode(states) }
        try PingBlock.forEachPing(in: bytes(of: row, at: 5), of: nil) { _ in }
      }
    }
    if let last = rows.last { position = .journal(after: last[0]) }
  }

  /// Checks the segments of the first day after one.
  private mutating func checkSegments(afterDay day: Int64, _ db: Database) throws {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT \(SegmentHeader.columns) FROM segment
        WHERE day = (SELECT min(day) FROM segment WHERE day > ?) ORDER BY id
        """,
      arguments: [day]
    )
    let tables = CodeTables(db)
    // Those of imports and merges under way are not complete, and nothing reads them.
    for row in rows where row.hasNull(atIndex: 1) {
      let number = try row.integer("id", in: StoredLimits.bits)
      step("Segment \(number)") { check in
        try check.checkSegment(try SegmentHeader(row), db, tables)
      }
    }
    if let row = rows.first {
      position = .segments(afterDay: try row.integer("day", in: StoredLimits.bits))
    }
  }

  /// Makes the segment anew from its facts: every column has to come out as it is in the file.
  private mutating func checkSegment(
    _ header: SegmentHeader,
    _ db: Database,
    _ tables: CodeTables
  ) throws {
    let file = SegmentFile(db: db)
    var builder = SegmentBuilder(day: header.day)
    for dimension in Dimension.stored {
      let codes = Set(try file.codes(dimension, of: header))
      if try codes.contains(where: { try tables.knownValue(of: Int($0), dimension) == nil }) {
        findings.append("Segment \(header.id) has a code that is not in the dictionary.")
        return
      }
    }
    let outOfRange = try header.hours.reduce(0) { count, hour in
      count + (try file.detail(ofHour: hour, of: header)).outOfRange
    }
    note(outOfRange: outOfRange, in: "Segment \(header.id)")
    try builder.add(file, [header], from: Timestamp(day: header.day), tables)
    guard var segment = builder.segment() else {
      findings.append("Segment \(header.id) holds no facts.")
      return
    }
    // Former versions wrote none.
    if try SegmentColumn.histograms.allSatisfy({ try file.bytes($0, of: header.id) == nil }) {
      segment.removeHistograms()
    }
    if segment.factCount != header.factCount || segment.byteCount != header.byteCount
      || segment.groupCount != header.groupCount
      || header.newestFact.map({ $0 != segment.newestFact }) ?? false
    {
      findings.append("Segment \(header.id) has other counts than its row says.")
    }
    let expected = Dictionary(uniqueKeysWithValues: segment.columns.map { ($0.column, $0.bytes) })
    for column in SegmentColumn.all
    where try file.bytes(column, of: header.id) != expected[column] {
      findings.append(
        "The column \(column) of segment \(header.id) does not match its facts."
      )
    }
    plays.merge(segment.plays, uniquingKeysWith: +)
  }

  /// Notes facts of former versions, which had no ranges.
  private mutating func note(outOfRange count: Int, in subject: String) {
    guard count > 0 else { return }
    findings.append(
      "\(subject) has \(count) facts with a value out of range, which count as unknown."
    )
  }

  private mutating func checkStrayColumns(_ db: Database) throws {
    let known = Set(SegmentColumn.all.map(\.number))
    let segments = Set(try Int64.fetchAll(db, sql: "SELECT id FROM segment"))
    let columns = try Int64.fetchCursor(db, sql: "SELECT id FROM segment_column")
    while let id = try columns.next() {
      let segment = id >> Schema.columnBits
      if !segments.contains(segment) || !known.contains(id - segment << Schema.columnBits) {
        findings.append("The column \(id) belongs to no segment.")
      }
    }
  }

  /// Decodes the rows of the ping history after one, and compares the sizes that they say.
  private mutating func checkPings(after row: Int64, _ db: Database) throws {
    guard try PingHistoryTable.exists(db) else { return }
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT id, total - coalesce(
          (SELECT total FROM ping_history AS before WHERE before.id < ping_history.id
           ORDER BY id DESC LIMIT 1), total - length(pings)
        ) = length(pings), pings
        FROM ping_history WHERE id > ? ORDER BY id LIMIT ?
        """,
      arguments: [row, Self.batchesPerStep]
    )
    for row in rows {
      let number: Int64 = row[0]
      step("Row \(number) of the ping history") { check in
        if row[1] == false {
          check.findings.append("Row \(number) of the ping history has another size than it says.")
        }
        try PingBlock.forEachPing(in: bytes(of: row, at: 2), of: nil) { _ in }
      }
    }
    if let last = rows.last { position = .pings(after: last[0]) }
  }

  private mutating func checkTotals(_ db: Database) throws {
    let tables = CodeTables(db)
    var totals: [UInt32: Int64] = [:]
    let rows = try Row.fetchCursor(db, sql: "SELECT media, plays FROM media_total")
    while let row = try rows.next() {
      let code = try row.integer(0, in: StoredLimits.codes)
      totals[UInt32(truncatingIfNeeded: code)] = try row.integer(1)
    }
    for (code, count) in plays.sorted(by: { $0.key < $1.key }) where totals[code] ?? 0 < count {
      let name = try tables.knownValue(of: Int(code), .mediaID) ?? "\(code)"
      findings.append("The media item \(name) has more plays than its total.")
    }
    for code in totals.keys.sorted()
    where try tables.knownValue(of: Int(code), .mediaID) == nil {
      findings.append("There is a total of the unknown media item \(code).")
    }
  }
}
