import TextAndBytes
import GRDB
import PlaybackFacts
import QueryCore

/// The values behind codes, in one snapshot; what is asked for is read then.
struct CodeTables {
  private let db: Database
  private let cache: ValueCache
  /// The tags of media items, as far as a question needed them.
  let tags: MediaTags

  init(_ db: Database, _ cache: ValueCache = ValueCache(), tags: MediaTags = MediaTags()) {
    self.db = db
    self.cache = cache
    self.tags = tags
  }

  /// Differs when there are more values.
  func version() throws -> Int64 { try DictionaryTable.version(db) }

  /// Changes whenever values are removed.
  func epoch() throws -> Int64 { try Head.dictionaryEpoch(db) }

  /// Whether values can be looked up; a store of an older format, which is open for reading only, has no index.
  func hasIndex() throws -> Bool {
    try Schema.hasValueIndex(db)
  }

  /// The value of a code, of any dimension but tags; nil where it has none.
  func knownValue(of code: Int, _ dimension: Dimension) throws -> String? {
    if let fixed = dimension.fixedValues {
      return fixed.indices.contains(code) ? fixed[code] : nil
    }
    // Segments without bots have no column of it, and stores before format 5 no value.
    if dimension == .bots, code == 0 { return Dimension.person }
    return try cache.text(of: code, dimension, in: db)
  }

  /// The value of a code, of any dimension but tags.
  func value(of code: Int, _ dimension: Dimension) throws -> String {
    guard let value = try knownValue(of: code, dimension) else {
      throw MalformedBytes("a code has no value")
    }
    return value
  }

  /// The values of codes, of any dimension but tags; fastest in ascending order.
  func values(of codes: [UInt32], _ dimension: Dimension) throws -> [String] {
    if dimension.fixedValues != nil {
      return try codes.map { try value(of: Int($0), dimension) }
    }
    return try cache.texts(of: codes, dimension, in: db).map { text in
      guard let text else { throw MalformedBytes("a code has no value") }
      return text
    }
  }

  /// The values of some codes that come first by their bytes, as many as are wanted, in no order.
  ///
  /// The codes ascend, and are of a dimension that is kept.
  func firstValues(
    _ count: Int,
    of codes: [UInt32],
    _ dimension: Dimension
  ) throws -> [(code: UInt32, value: String)] {
    try cache.firstTexts(count, of: codes, dimension, in: db)
  }

  /// Passes on the values of rows of the dictionary that are newer than a version of it, with their codes.
  func forEachValue(
    of dimension: Dimension,
    newerThan version: Int64,
    _ body: (String, Int) -> Void
  ) throws {
    try DictionaryTable.forEachChunk(of: dimension, newerThan: version, in: db) { chunk in
      for code in chunk.codes {
        if let text = chunk.text(of: code) { body(text, code) }
      }
    }
  }

  /// Whether a look at all values of a dimension is faster than so many lookups.
  func isLookupLonger(ofValues count: Int, _ dimension: Dimension) throws -> Bool {
    // A lookup takes as long as a look at some twenty values.
    try count > 64 && DictionaryTable.nextCode(of: dimension, in: db) < 20 * count
  }

  /// The codes of a value, ascending: more than one where it was stored composed and decomposed.
  func codes(of value: String, _ dimension: Dimension) throws -> [UInt32] {
    if let fixed = dimension.fixedValues {
      return fixed.indices.filter { fixed[$0] == value }.map { UInt32($0) }
    }
    guard try hasIndex() else { return try codes(ofAny: [value], dimension) }
    return try indexedCodes(of: value, dimension)
  }

  /// The codes of a value, ascending, by the index of values, which format 3 brought.
  ///
  /// Media types and continents are not in the index.
  func indexedCodes(of value: String, _ dimension: Dimension) throws -> [UInt32] {
    try ValueIndex.codes(ofHash: ValueIndex.hash(value, of: dimension), dimension, in: db)
      .filter { try self.knownValue(of: $0, dimension) == value }
      .sorted().map { UInt32($0) }
  }

  /// The codes of some values of a dimension, ascending.
  func codes(of values: [String], _ dimension: Dimension) throws -> [UInt32] {
    if dimension.fixedValues == nil, try isLookupLonger(ofValues: values.count, dimension) {
      return try codes(ofAny: Set(values), dimension)
    }
    return try values.flatMap { try codes(of: $0, dimension) }.sorted()
  }

  /// The codes of values, found by a look at all there are.
  private func codes(ofAny values: Set<String>, _ dimension: Dimension) throws -> [UInt32] {
    var codes: [UInt32] = []
    try DictionaryTable.forEachChunk(of: dimension, in: db) { chunk in
      for code in chunk.codes {
        if let text = chunk.text(of: code), values.contains(text) { codes.append(UInt32(code)) }
      }
      return true
    }
    return codes
  }

  /// The codes of the values of its source, ascending, that lead to one value of a dimension that follows
  /// from another.
  func sourceCodes(of value: String, _ dimension: Dimension) throws -> CodeSet {
    switch dimension {
    case .mediaType:
      let live = CodeSet(try cache.liveStreams(in: db))
      switch MediaType(rawValue: value) {
      case .liveStream: return live
      case .video: return live.inverted
      case nil: return CodeSet([])
      }
    case .continent:
      // Countries are few.
      var codes: [UInt32] = []
      try DictionaryTable.forEachChunk(of: .country, in: db) { chunk in
        for code in chunk.codes {
          if let text = chunk.text(of: code), dimension.value(ofSource: text) == value {
            codes.append(UInt32(code))
          }
        }
        return true
      }
      return CodeSet(codes)
    case .mediaID, .country, .deviceType, .operatingSystem, .browser, .referrer, .tag, .bots:
      preconditionFailure("\(dimension) follows from no other dimension")
    }
  }
}

/// The playbacks of groups, whose values are read once as long as they repeat.
struct PlaybackReader {
  private let tables: CodeTables
  /// By place in ``PlaybackFacts/Dimension/stored``.
  private var values = [[UInt32: String]](repeating: [:], count: Dimension.stored.count)

  /// More values of a dimension than this are forgotten.
  private static let valueLimit = 10_000

  init(_ tables: CodeTables) {
    self.tables = tables
  }

  /// The playback of a group.
  mutating func playback(
    id: UInt64,
    viewer: UInt64,
    _ codes: PlaybackCodes
  ) throws -> Playback {
    Playback(
      id: PlaybackID(rawValue: id),
      viewer: ViewerID(rawValue: viewer),
      mediaID: try value(of: codes, 0),
      country: try value(of: codes, 1),
      deviceType: try value(of: codes, 2),
      operatingSystem: try value(of: codes, 3),
      browser: try value(of: codes, 4),
      referrer: try value(of: codes, 5),
      isBot: try value(of: codes, 6) == Dimension.bot
    )
  }

  private mutating func value(of codes: PlaybackCodes, _ place: Int) throws -> String {
    let code = codes[place]
    if let known = values[place][code] { return known }
    let value = try tables.value(of: Int(code), Dimension.stored[place])
    if values[place].count >= Self.valueLimit { values[place] = [:] }
    values[place][code] = value
    return value
  }
}

/// A playback's codes: one for each of ``PlaybackFacts/Dimension/stored``, and behind them, in segments that
/// are made, those of media type and continent, which follow.
struct PlaybackCodes: Hashable {
  private var codes = InlineArray<9, UInt32>(repeating: 0)

  subscript(place: Int) -> UInt32 {
    get { codes[place] }
    set { codes[place] = newValue }
  }

  static func == (left: PlaybackCodes, right: PlaybackCodes) -> Bool {
    left.codes.indices.allSatisfy { left.codes[$0] == right.codes[$0] }
  }

  func hash(into hasher: inout Hasher) {
    for place in codes.indices { hasher.combine(codes[place]) }
  }
}
