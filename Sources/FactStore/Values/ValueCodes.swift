import Algorithms
import GRDB
import PlaybackFacts
import Synchronization

/// The dictionary as writers use it, who give values codes; readers have ``ValueCache``.
///
/// Its lock is held for an instant alone: the index is copied out, and back when the file has its codes.
final class ValueCodes: Sendable {
  private let connections: Connections
  private let options: StoreOptions
  private let index = Mutex(CodeIndex())

  init(_ connections: Connections, _ options: StoreOptions) {
    self.connections = connections
    self.options = options
  }

  /// So many playbacks get codes in one transaction, for which commits of new facts wait.
  private static let playbacksPerStep = 250

  /// Gives the values of playbacks codes, and returns the codes.
  ///
  /// They are good as long as the dictionary's epoch is that of the index.
  func addCodes(of playbacks: Set<Playback>) async throws(StoreError) -> CodeIndex {
    while true {
      let known = self.index.withLock { index in
        index.forgetIfFull()
        return index
      }
      var index = try await connections.read { db in
        var index = known
        try index.find(playbacks, in: db)
        return index
      }
      let unknown = playbacks.filter { !index.holds([$0]) }
      for part in Array(unknown).chunks(ofCount: Self.playbacksPerStep) {
        let added = try await connections.write { db in
          var added = CodeIndex()
          try added.add(part, in: db)
          try self.options.beforeCommit()
          return added
        }
        // Values have left the dictionary meanwhile: some of those that were found may be among them.
        guard added.epoch == index.epoch else { break }
        index.merge(added)
      }
      guard index.holds(playbacks) else { continue }
      // Only now it is certain that the file has them.
      let shared = index
      self.index.withLock { $0 = shared }
      return index
    }
  }

  /// Forgets the codes of many values, which only serve those who write again at once.
  func forgetMany() {
    index.withLock { index in if index.isLarge { index = CodeIndex() } }
  }
}

/// The codes of values: what a writer looks up; readers go the other way.
///
/// It holds the values that were looked up last, bounded in bytes. A value that no fact has any more may
/// leave the dictionary, with which ``epoch`` changes: whoever writes codes makes sure, in the same
/// transaction, that it has not.
struct CodeIndex {
  /// More than this is all forgotten before more is looked up.
  private static let byteLimit = 16 << 20
  /// More than this is not kept between two sealings: a flood of values fills it with what never comes again.
  private static let keptByteLimit = 1 << 20

  /// The epoch of the dictionary that the codes are of.
  private(set) var epoch: Int64 = -1
  /// By place in ``PlaybackFacts/Dimension/stored``.
  private var codes = [[String: UInt32]](repeating: [:], count: Dimension.stored.count)
  private var byteCount = 0

  /// Whether it takes more memory than may be kept while nothing is written.
  var isLarge: Bool { byteCount > Self.keptByteLimit }

  /// The codes of a playback's values; nil if one was not looked up.
  func codes(of playback: Playback) -> PlaybackCodes? {
    var result = PlaybackCodes()
    for (place, dimension) in Dimension.stored.enumerated() {
      guard let code = codes[place][playback[dimension]] else { return nil }
      result[place] = code
    }
    for dimension in [Dimension.mediaType, .continent] {
      result[dimension.place] = dimension.derivedCode(ofSource: playback[dimension.source])
    }
    return result
  }

  /// The code of a media id; nil if it was not looked up.
  func mediaCode(of playback: Playback) -> UInt32? { codes[0][playback.mediaID] }

  /// Whether all values of some playbacks were looked up.
  func holds(_ playbacks: some Sequence<Playback>) -> Bool {
    playbacks.allSatisfy { playback in
      Dimension.stored.enumerated().allSatisfy { place, dimension in
        codes[place][playback[dimension]] != nil
      }
    }
  }

  /// Looks up the values of playbacks in a snapshot or a transaction.
  mutating func find(_ playbacks: some Sequence<Playback>, in db: Database) throws {
    let newest = try Head.dictionaryEpoch(db)
    if epoch != newest {
      self = CodeIndex()
      epoch = newest
    }
    let tables = CodeTables(db)
    for (place, missing) in missing(of: playbacks).enumerated() {
      for value in missing {
        let codes = try tables.indexedCodes(of: value, Dimension.stored[place])
        if let code = codes.first { add(code, of: value, place) }
      }
    }
  }

  /// Gives codes to the values of playbacks that have none, here and in the file, in a transaction.
  mutating func add(_ playbacks: some Sequence<Playback>, in db: Database) throws {
    try find(playbacks, in: db)
    for (place, missing) in missing(of: playbacks).enumerated() where !missing.isEmpty {
      let first = try DictionaryTable.append(missing, to: Dimension.stored[place], in: db)
      for (offset, value) in missing.enumerated() { add(UInt32(first + offset), of: value, place) }
    }
  }

  /// Forgets everything where it has become too much.
  mutating func forgetIfFull() {
    if byteCount > Self.byteLimit { self = CodeIndex() }
  }

  /// Adds the codes of another index of the same epoch.
  mutating func merge(_ other: CodeIndex) {
    for (place, codes) in other.codes.enumerated() {
      for (value, code) in codes where self.codes[place][value] == nil {
        add(code, of: value, place)
      }
    }
  }

  /// The values that were not looked up, each once, by place in ``PlaybackFacts/Dimension/stored``.
  private func missing(of playbacks: some Sequence<Playback>) -> [[String]] {
    var missing = [[String]](repeating: [], count: Dimension.stored.count)
    var seen = [Set<String>](repeating: [], count: Dimension.stored.count)
    for playback in playbacks {
      for (place, dimension) in Dimension.stored.enumerated() {
        let value = playback[dimension]
        guard codes[place][value] == nil, seen[place].insert(value).inserted else { continue }
        missing[place].append(value)
      }
    }
    return missing
  }

  private mutating func add(_ code: UInt32, of value: String, _ place: Int) {
    codes[place][value] = code
    byteCount += value.utf8.count + 48
  }
}
