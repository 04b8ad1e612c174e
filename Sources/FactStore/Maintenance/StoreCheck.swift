import GRDB
import PlaybackFacts

/// Looks for contradictions in a store: all that can be told without what it was made from.
///
/// It reads the tables by itself: it is to find out what the parts that own them did wrong.
struct StoreCheck {
  private let db: Database
  private let tables: CodeTables
  /// Plays in visible segments, by code of the media item.
  private var plays: [UInt32: Int64] = [:]
  /// What was found, a sentence each.
  private(set) var findings: [String] = []

  init(_ db: Database) {
    self.db = db
    tables = CodeTables(db)
  }

  /// Takes every step, also after one that found something.
  mutating func run() {
    step("The file") { check in try check.checkPages() }
    step("The dictionary") { check in try check.checkDictionary() }
    step("The head") { check in try check.checkHead() }
    step("The journal") { check in try check.checkJournal() }
    step("The list of segments") { check in try check.checkSegments() }
    step("The columns") { check in try check.checkStrayColumns() }
    step("The totals") { check in try check.checkTotals() }
  }

  private mutating func step(_ subject: String, _ body: (inout StoreCheck) throws -> Void) {
    do {
      try body(&self)
    } catch let error as DatabaseError {
      findings.append("\(subject) can't be read: \(error.message ?? "\(error.resultCode)").")
    } catch {
      findings.append("\(subject) can't be read: \(error).")
    }
  }

  private mutating func checkPages() throws {
    for line in try String.fetchAll(db, sql: "PRAGMA integrity_check(20)") where line != "ok" {
      findings.append("SQLite finds: \(line).")
    }
  }

  /// Looks for each value in the index, and that the index has no others.
  private mutating func checkDictionary() throws {
    var valueCount = 0
    for dimension in Dimension.stored {
      var next = 0
      try DictionaryTable.forEachChunk(of: dimension, in: db) { chunk in
        if chunk.firstCode < next {
          findings.append("The dictionary has two values of code \(chunk.firstCode).")
        }
        next = chunk.codes.upperBound
        for code in chunk.codes {
          guard let text = chunk.text(of: code) else { continue }
          valueCount += 1
          let hash = ValueIndex.hash(text, of: dimension)
          if try !ValueIndex.codes(ofHash: hash, dimension, in: db).contains(code) {
            findings.append("The value \(text) is not in the index of values.")
          }
        }
        return true
      }
    }
    if try Int.fetchOne(db, sql: "SELECT count(*) FROM main.value_code") != valueCount {
      findings.append("The index of values has values that are not in the dictionary.")
    }
  }

  private mutating func checkHead() throws {
    let head = try Head.fetch(db)
    if head.foldedRow > head.version {
      findings.append("The head says that states of batches are folded that never came.")
    }
  }

  private mutating func checkJournal() throws {
    let rows = try Row.fetchCursor(
      db,
      sql: "SELECT row, fact_count, oldest_fact, facts, states FROM journal ORDER BY row"
    )
    while let row = try rows.next() {
      let number: Int64 = row[0]
      step("Batch \(number) of the journal") { check in
        let block = try bytes(of: row, at: 3)
        let facts = block.isEmpty ? [] : try JournalBlock.decode(block)
        if facts.count != row[1] || facts.map(\.time.milliseconds).min() != row[2] {
          check.findings.append("Batch \(number) of the journal holds other facts than it says.")
        }
        let outOfRange = facts.count { !$0.kind.allows($0.value) }
        check.note(outOfRange: outOfRange, in: "Batch \(number) of the journal")
        let states = try bytes(of: row, at: 4)
        if !states.isEmpty { _ = try StateBlock.decode(states) }
      }
    }
  }

  private mutating func checkSegments() throws {
    let rows = try Row.fetchAll(
      db,
      sql: "SELECT \(SegmentHeader.columns), import FROM segment ORDER BY id"
    )
    for row in rows {
      let number: Int64 = row[0]
      step("Segment \(number)") { check in
        let header = try SegmentHeader(row)
        try check.checkSegment(header, isVisible: row["import"] == nil)
      }
    }
  }

  /// Makes the segment anew from its facts: every column has to come out as it is in the file.
  private mutating func checkSegment(_ header: SegmentHeader, isVisible: Bool) throws {
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
    try builder.add(file, header, from: Timestamp(day: header.day), tables)
    guard let segment = builder.segment() else {
      findings.append("Segment \(header.id) holds no facts.")
      return
    }
    if segment.factCount != header.factCount || segment.byteCount != header.byteCount
      || segment.groupCount != header.groupCount
    {
      findings.append("Segment \(header.id) has other counts than it says.")
    }
    let expected = Dictionary(uniqueKeysWithValues: segment.columns.map { ($0.column, $0.bytes) })
    for column in SegmentColumn.all
    where try file.bytes(column, of: header.id) != expected[column] {
      findings.append(
        "The column \(column) of segment \(header.id) does not follow from its facts."
      )
    }
    if isVisible { plays.merge(segment.plays, uniquingKeysWith: +) }
  }

  /// Notes facts of former versions, which had no ranges.
  private mutating func note(outOfRange count: Int, in subject: String) {
    guard count > 0 else { return }
    findings.append(
      "\(subject) has \(count) facts with a value out of range, which count as unknown."
    )
  }

  private mutating func checkStrayColumns() throws {
    let known = Set(SegmentColumn.all.map(\.number))
    let segments = Set(try Int64.fetchAll(db, sql: "SELECT id FROM segment"))
    let columns = try Int64.fetchCursor(db, sql: "SELECT id FROM segment_column")
    while let id = try columns.next() {
      let segment = id >> Schema.columnBits
      if !segments.contains(segment) || !known.contains(id - segment << Schema.columnBits) {
        findings.append("There is a column \(id) that belongs to no segment.")
      }
    }
  }

  private mutating func checkTotals() throws {
    var totals: [UInt32: Int64] = [:]
    let rows = try Row.fetchCursor(db, sql: "SELECT media, plays FROM media_total")
    while let row = try rows.next() { totals[row[0]] = row[1] }
    for (code, count) in plays.sorted(by: { $0.key < $1.key }) where totals[code] ?? 0 < count {
      let name = try tables.knownValue(of: Int(code), .mediaID) ?? "\(code)"
      findings.append("The media item \(name) has more plays than its total says.")
    }
    for code in totals.keys.sorted()
    where try tables.knownValue(of: Int(code), .mediaID) == nil {
      findings.append("There is a total of the unknown media item \(code).")
    }
  }
}
