import TextAndBytes
import GRDB
import PlaybackFacts
import QueryCore

import struct Foundation.Data

/// The values of every dimension, numbered; numbers are never given up.
struct CodeTables {
  private var lastID: Int64 = 0
  /// By the dimension's raw value, then by code.
  private var values = [[String]](repeating: [], count: Dimension.coded.count)
  /// The tags of media items, as far as a question needed them.
  var tags = MediaTags()
  /// For dimensions that follow from another: the code for each code of the other.
  private var derived = [[UInt32]](repeating: [], count: Dimension.coded.count)

  init() {
    // Few and known: they need no entry in the file.
    values[Int(Dimension.mediaType.rawValue)] = MediaType.allCases.map(\.rawValue)
    values[Int(Dimension.continent.rawValue)] =
      ["AF", "AN", "AS", "AZ", "EU", "NA", "SA", Dimension.unknown]
  }

  /// Differs when there are more values.
  var version: Int64 { lastID }

  func count(of dimension: Dimension) -> Int {
    values[Int(dimension.rawValue)].count
  }

  func values(of dimension: Dimension) -> [String] {
    values[Int(dimension.rawValue)]
  }

  /// For each code of the source of `dimension`, the code of the value that follows.
  func derivedCodes(of dimension: Dimension) -> [UInt32] {
    derived[Int(dimension.rawValue)]
  }

  /// The values of a dimension that go with a value of its source; of tags any number.
  func names(of dimension: Dimension, ofSource value: String) -> [String] {
    dimension == .tag ? tags[value] : [dimension.value(ofSource: value)]
  }

  /// Differs when a filter may let other playbacks count, though it says the same.
  func tagVersion(of filter: Filter) -> Int64 {
    filter.dimensions.contains(.tag) ? tags.version : 0
  }

  /// Whether a playback counts.
  func matches(_ playback: Playback, _ filter: Filter) -> Bool {
    filter.matches(playback) { tags[$0] }
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
        sql: "SELECT id, dimension, first_code, texts FROM dictionary WHERE id > ? ORDER BY id"
      ),
      arguments: [lastID]
    )
    while let row = try rows.next() {
      let number: UInt8 = row[1]
      guard let dimension = Dimension(rawValue: number), dimension.source == dimension else {
        throw MalformedBytes("the dictionary has an unknown dimension \(number)")
      }
      var code: Int = row[2]
      var reader = ByteReader(try bytes(of: row, at: 3))
      while !reader.isAtEnd {
        let text = try reader.text()
        // The last row of a dimension is replaced by a longer one until it is full.
        if code >= count(of: dimension) {
          guard code == count(of: dimension) else {
            throw MalformedBytes("the dictionary has a gap before code \(code)")
          }
          append(text, to: dimension)
        }
        code += 1
      }
      lastID = row[0]
    }
  }

  /// Appends values that have no code yet to those of a dimension, here and in the file.
  mutating func append(_ texts: [String], to dimension: Dimension, in db: Database) throws {
    /// A row that has reached so many bytes is left as it is.
    let fullLength = 8192
    var code = count(of: dimension)
    var writer = ByteWriter()
    let last = try Row.fetchOne(
      db,
      sql: """
        SELECT first_code, texts, id FROM dictionary WHERE dimension = ?
        ORDER BY first_code DESC LIMIT 1
        """,
      arguments: [dimension.rawValue]
    )
    if let last {
      let known = try bytes(of: last, at: 1)
      if known.count < fullLength {
        code = last[0]
        writer.raw(known)
        let id: Int64 = last[2]
        try db.execute(sql: "DELETE FROM dictionary WHERE id = ?", arguments: [id])
      }
    }
    func write(_ bytes: [UInt8], from code: Int) throws {
      try db.execute(
        sql: "INSERT INTO dictionary (dimension, first_code, texts) VALUES (?, ?, ?)",
        arguments: [dimension.rawValue, code, Data(bytes)]
      )
      lastID = db.lastInsertedRowID
    }
    for text in texts {
      if writer.bytes.count >= fullLength {
        try write(writer.bytes, from: code)
        code = count(of: dimension)
        writer = ByteWriter()
      }
      writer.text(text)
      append(text, to: dimension)
    }
    try write(writer.bytes, from: code)
  }

  private mutating func append(_ text: String, to dimension: Dimension) {
    values[Int(dimension.rawValue)].append(text)
    for other in Dimension.coded where other.source == dimension && other != dimension {
      let code = values(of: other).firstIndex(of: other.value(ofSource: text)) ?? 0
      derived[Int(other.rawValue)].append(UInt32(code))
    }
  }
}

/// A playback's codes, one for each of ``PlaybackFacts/Dimension/stored``; two places are 0.
typealias PlaybackCodes = SIMD8<UInt32>
