import PlaybackFacts

/// Makes facts of the fields of rows.
///
/// All rows of a playback give facts of one and the same ``Playback`` object.
struct FactRow {
  private let times: AcceptedTimes
  private var playbacks = PlaybackTable()

  init(_ times: AcceptedTimes) {
    self.times = times
  }

  /// The fact that the fields of a row say.
  ///
  /// `line` and `row`, which is where all of the row is, name a playback that the row doesn't name.
  mutating func fact(
    _ bytes: Span<UInt8>,
    _ fields: RowFields,
    line: Int,
    row: Range<Int>
  ) throws(RowFault) -> Fact {
    let kind = try Self.kind(bytes, fields[.fact])
    var time = try Self.time(bytes, fields[.time])
    let value = try Self.value(bytes, fields[.value], of: kind)
    if kind.isSlotted { time = time.floored(to: Milliseconds.slot) }
    try times.check(time) { text(bytes, fields[.time]) }
    let playback = try playbacks.playback(bytes, fields, line: line, row: row)
    return Fact(kind, at: time, value: value, of: playback)
  }

  private static func kind(
    _ bytes: Span<UInt8>,
    _ range: Range<Int>
  ) throws(RowFault) -> FactKind {
    guard !range.isEmpty else { throw .missing(column: FactColumn.fact.name) }
    for (name, kind) in kinds where isEqual(bytes, range, name) { return kind }
    throw .unknownFact(text(bytes, range))
  }

  private static let kinds = FactKind.allCases.map { (Array($0.name.utf8), $0) }

  private static func time(
    _ bytes: Span<UInt8>,
    _ range: Range<Int>
  ) throws(RowFault) -> Timestamp {
    if let milliseconds = integer(bytes, range), milliseconds >= 0 {
      return Timestamp(milliseconds: milliseconds)
    }
    guard !range.isEmpty else { throw .missing(column: FactColumn.time.name) }
    let text = text(bytes, range)
    guard let time = Timestamp(atom: text) else { throw .badTime(text) }
    return time
  }

  private static func value(
    _ bytes: Span<UInt8>,
    _ range: Range<Int>,
    of kind: FactKind
  ) throws(RowFault) -> Int64? {
    let number = integer(bytes, range)
    let value = kind.known(number)
    guard range.isEmpty || number != nil, kind.allows(value) else {
      throw .badValue(text(bytes, range), of: kind)
    }
    return value
  }
}
