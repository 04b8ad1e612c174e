import GRDB
import PlaybackFacts

import struct Foundation.Data

/// The values of every dimension, numbered; numbers are never given up.
struct CodeTables {
  private var lastID: Int64 = 0
  /// By the dimension's raw value, then by code.
  private var values = [[String]](repeating: [], count: Dimension.allCases.count)
  private var codes = [[String: UInt32]](repeating: [:], count: Dimension.allCases.count)
  /// For dimensions that follow from another: the code for each code of the other.
  private var derived = [[UInt32]](repeating: [], count: Dimension.allCases.count)

  init() {
    // Few and known: they need no entry in the file.
    for type in MediaType.allCases { add(type.rawValue, to: .mediaType) }
    for continent in ["AF", "AN", "AS", "AZ", "EU", "NA", "SA", Dimension.unknown] {
      add(continent, to: .continent)
    }
  }

  /// How many entries of the file are in it.
  var entryCount: Int64 { lastID }

  func count(of dimension: Dimension) -> Int {
    values[Int(dimension.rawValue)].count
  }

  func values(of dimension: Dimension) -> [String] {
    values[Int(dimension.rawValue)]
  }

  func code(of value: String, _ dimension: Dimension) -> UInt32? {
    codes[Int(dimension.rawValue)][value]
  }

  /// For each code of the source of `dimension`, the code of the value that follows.
  func derivedCodes(of dimension: Dimension) -> [UInt32] {
    derived[Int(dimension.rawValue)]
  }

  /// The codes of a playback's kept values; nil if one has none yet.
  func codes(of playback: Playback) -> PlaybackCodes? {
    var result = PlaybackCodes()
    for (place, dimension) in Dimension.stored.enumerated() {
      guard let code = code(of: playback[dimension], dimension) else { return nil }
      result[place] = code
    }
    return result
  }

  /// The playback of a group; nil if a code has no value.
  func playback(of group: SegmentBuilder.Group) -> Playback? {
    var texts: [String] = []
    for (place, dimension) in Dimension.stored.enumerated() {
      let values = values[Int(dimension.rawValue)]
      guard group.codes[place] < values.count else { return nil }
      texts.append(values[Int(group.codes[place])])
    }
    return Playback(
      id: PlaybackID(rawValue: group.playback),
      viewer: ViewerID(rawValue: group.viewer),
      mediaID: texts[0],
      country: texts[1],
      deviceType: texts[2],
      operatingSystem: texts[3],
      browser: texts[4],
      referrer: texts[5]
    )
  }

  /// Reads the entries that the file has more.
  mutating func extend(_ db: Database) throws {
    let rows = try Row.fetchCursor(
      db.cachedStatement(
        sql: "SELECT id, dimension, code, value FROM dictionary WHERE id > ? ORDER BY id"
      ),
      arguments: [lastID]
    )
    while let row = try rows.next() {
      let number: UInt8 = row[1]
      let code: Int = row[2]
      guard let dimension = Dimension(rawValue: number), dimension.source == dimension,
        code == count(of: dimension)
      else { throw MalformedBytes("the dictionary has a gap at dimension \(number)") }
      add(String(decoding: try bytes(of: row, at: 3), as: UTF8.self), to: dimension)
      lastID = row[0]
    }
  }

  /// Writes entries for the values of playbacks that have none, and keeps them.
  mutating func add(_ playbacks: some Sequence<Playback>, to db: Database) throws {
    try extend(db)
    for playback in playbacks {
      for dimension in Dimension.stored where code(of: playback[dimension], dimension) == nil {
        let value = playback[dimension]
        try db.cachedStatement(
          sql: "INSERT INTO dictionary (id, dimension, code, value) VALUES (?, ?, ?, ?)"
        ).execute(arguments: [
          lastID + 1, dimension.rawValue, count(of: dimension), Data(value.utf8),
        ])
        add(value, to: dimension)
        lastID += 1
      }
    }
  }

  private mutating func add(_ value: String, to dimension: Dimension) {
    let place = Int(dimension.rawValue)
    // Two spellings of one text, composed and decomposed, are one value to Swift.
    codes[place][value] = codes[place][value] ?? UInt32(values[place].count)
    values[place].append(value)
    for other in Dimension.allCases where other.source == dimension && other != dimension {
      let code = code(of: other.value(ofSource: value), other) ?? 0
      derived[Int(other.rawValue)].append(code)
    }
  }
}

/// A playback's codes, one for each of ``PlaybackFacts/Dimension/stored``; two places are 0.
typealias PlaybackCodes = SIMD8<UInt32>
