import GRDB
import PlaybackFacts

/// The codes of values: what a writer looks up; readers go the other way.
struct CodeIndex {
  private(set) var tables = CodeTables()
  /// By the dimension's raw value.
  private var codes = [[String: UInt32]](repeating: [:], count: Dimension.coded.count)

  /// The codes of a playback's kept values; nil if one has none yet.
  func codes(of playback: Playback) -> PlaybackCodes? {
    var result = PlaybackCodes()
    for (place, dimension) in Dimension.stored.enumerated() {
      guard let code = codes[Int(dimension.rawValue)][playback[dimension]] else { return nil }
      result[place] = code
    }
    return result
  }

  /// Gives codes to the values of playbacks that have none, here and in the file.
  mutating func add(_ playbacks: some Sequence<Playback>, in db: Database) throws {
    try tables.extend(db)
    update()
    var missing = [[String]](repeating: [], count: Dimension.coded.count)
    for playback in playbacks {
      for dimension in Dimension.stored {
        let place = Int(dimension.rawValue)
        let value = playback[dimension]
        guard codes[place][value] == nil else { continue }
        codes[place][value] = UInt32(tables.count(of: dimension) + missing[place].count)
        missing[place].append(value)
      }
    }
    for dimension in Dimension.stored where !missing[Int(dimension.rawValue)].isEmpty {
      try tables.append(missing[Int(dimension.rawValue)], to: dimension, in: db)
    }
  }

  private mutating func update() {
    for dimension in Dimension.stored {
      let place = Int(dimension.rawValue)
      let values = tables.values(of: dimension)
      for code in codes[place].count..<max(codes[place].count, values.count) {
        codes[place][values[code]] = UInt32(code)
      }
    }
  }
}
