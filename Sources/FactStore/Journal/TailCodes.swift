import PlaybackFacts

/// The codes that the dictionary has for the journal's values of one dimension.
///
/// Most values of the journal are in the dictionary since long, others come there when they are sealed. Values
/// are looked up once, and of those that were not found, only what the dictionary has got since is looked at.
struct TailCodes {
  /// Stands for a value that the dictionary doesn't have.
  static let none = UInt32.max

  /// By the value's number in the journal.
  private(set) var codes: [UInt32] = []
  /// How the dictionary writes a value, where it is composed in another way, by the value's number.
  private(set) var spellings: [Int: String] = [:]
  /// The dictionary that was looked at.
  private var epoch: Int64 = -1
  private var version: Int64 = -1

  /// Brings it up to the dictionary of a snapshot and the last value of the journal.
  mutating func extend(
    _ playbacks: TailPlaybacks,
    _ dimension: Dimension,
    _ tables: CodeTables
  ) throws {
    // A value that left the dictionary may have another code now, and had the former in earlier snapshots.
    let snapshot = (epoch: try tables.epoch(), version: try tables.version())
    if epoch != snapshot.epoch {
      self = TailCodes()
      epoch = snapshot.epoch
    }
    func find(_ text: String, _ code: Int) {
      guard let number = playbacks.number(of: text, dimension), number < codes.count else { return }
      set(code, text, playbacks.values(of: dimension)[number], number)
    }
    if version < snapshot.version {
      if !codes.isEmpty { try tables.forEachValue(of: dimension, newerThan: version, find) }
      version = snapshot.version
    }
    let values = playbacks.values(of: dimension)
    guard codes.count < values.count else { return }
    let new = codes.count..<values.count
    while codes.count < values.count { codes.appendTightly(Self.none) }
    if try tables.isLookupLonger(ofValues: new.count, dimension) {
      try tables.forEachValue(of: dimension, newerThan: 0, find)
      return
    }
    for number in new {
      guard let code = try tables.indexedCodes(of: values[number], dimension).first else {
        continue
      }
      set(Int(code), try tables.value(of: Int(code), dimension), values[number], number)
    }
  }

  private mutating func set(_ code: Int, _ text: String, _ value: String, _ number: Int) {
    codes[number] = UInt32(code)
    spellings[number] = text.utf8.elementsEqual(value.utf8) ? nil : text
  }
}
