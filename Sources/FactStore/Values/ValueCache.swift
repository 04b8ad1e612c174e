import Algorithms
import TextAndBytes
import GRDB
import PlaybackFacts
import Synchronization

/// Rows of the dictionary in memory, and which media items are live streams; bounded in bytes.
///
/// What a code stands for never changes, so what is here is never wrong; a value that was removed meanwhile
/// may still be here.
final class ValueCache: Sendable {
  /// More than this is all forgotten: a long answer passes over it once, in the order of the codes.
  static let byteLimit = 16 << 20

  fileprivate struct Contents {
    /// By the dimension's raw value, in the order of their codes.
    var chunks = [[DictionaryChunk]](
      repeating: [],
      count: Int(Dimension.stored.map(\.rawValue).max() ?? 0) + 1
    )
    var byteCount = 0
    var liveStreams: [UInt32] = []
    /// The media ids before this code were looked at for `liveStreams`.
    var lookedAt = 0
  }

  private let contents = Mutex(Contents())

  /// What its rows take in memory, roughly.
  var byteCount: Int { contents.withLock { $0.byteCount + 4 * $0.liveStreams.count } }

  /// The text of a code; nil where a snapshot has none.
  func text(of code: Int, _ dimension: Dimension, in db: Database) throws -> String? {
    guard let code = UInt32(exactly: code) else { return nil }
    return try texts(of: [code], dimension, in: db)[0]
  }

  /// The texts of codes, which are read fastest in ascending order; nil where a snapshot has none.
  func texts(of codes: [UInt32], _ dimension: Dimension, in db: Database) throws -> [String?] {
    try contents.withLock { contents in
      var chunk: DictionaryChunk?
      return try codes.map { code -> String? in
        let code = Int(code)
        if let known = chunk?.text(of: code) { return known }
        chunk = contents.chunk(of: code, dimension)
        if let known = chunk?.text(of: code) { return known }
        // Another snapshot may have had fewer values in this row, or fewer left.
        chunk = try DictionaryTable.chunk(of: code, dimension, in: db)
        if let chunk { contents.insert(chunk, dimension) }
        return chunk?.text(of: code)
      }
    }
  }

  /// The texts of some codes that come first by their bytes, as many as are wanted, in no order.
  ///
  /// The codes ascend, and each has a text.
  func firstTexts(
    _ count: Int,
    of codes: [UInt32],
    _ dimension: Dimension,
    in db: Database
  ) throws -> [(code: UInt32, value: String)] {
    guard count > 0 else { return [] }
    return try contents.withLock { contents in
      var first: [(code: UInt32, bytes: [UInt8])] = []
      /// So many come before it already.
      var bound: [UInt8]?
      func cut() {
        first.sort { $0.bytes.lexicographicallyPrecedes($1.bytes) }
        first.removeSubrange(min(count, first.count)...)
        if first.count == count { bound = first.last?.bytes }
      }
      var chunk: DictionaryChunk?
      for code in codes {
        if chunk?.codes.contains(Int(code)) != true {
          chunk = contents.chunk(of: Int(code), dimension)
        }
        if chunk?.utf8(of: Int(code)) == nil {
          chunk = try DictionaryTable.chunk(of: Int(code), dimension, in: db)
          if let chunk { contents.insert(chunk, dimension) }
        }
        if let bound, chunk?.precedes(bound, Int(code)) == false { continue }
        guard let bytes = chunk?.utf8(of: Int(code)) else {
          throw MalformedBytes("a code has no value")
        }
        first.append((code, Array(bytes)))
        if first.count >= 2 * count { cut() }
      }
      cut()
      return first.map { ($0.code, String(decoding: $0.bytes, as: UTF8.self)) }
    }
  }

  /// The codes of all live streams, ascending: what a filter on the media type is where summaries don't
  /// answer it.
  func liveStreams(in db: Database) throws -> [UInt32] {
    try contents.withLock { contents in
      let next = try DictionaryTable.nextCode(of: .mediaID, in: db)
      guard contents.lookedAt < next else { return contents.liveStreams }
      // The row that was the last may have grown since.
      let lookedAt = contents.lookedAt
      let start = try DictionaryTable.chunk(of: max(0, lookedAt - 1), .mediaID, in: db)?.firstCode
      try DictionaryTable.forEachChunk(of: .mediaID, from: start ?? lookedAt, in: db) { chunk in
        for code in chunk.codes(ofTextsBeginningWith: "li") where code >= lookedAt {
          contents.liveStreams.append(UInt32(code))
        }
        return true
      }
      contents.lookedAt = next
      return contents.liveStreams
    }
  }
}

extension ValueCache.Contents {
  fileprivate func chunk(of code: Int, _ dimension: Dimension) -> DictionaryChunk? {
    let chunks = chunks[Int(dimension.rawValue)]
    let place = chunks.partitioningIndex { $0.firstCode > code } - 1
    return place >= 0 && chunks[place].codes.contains(code) ? chunks[place] : nil
  }

  fileprivate mutating func insert(_ chunk: DictionaryChunk, _ dimension: Dimension) {
    if byteCount + chunk.byteCount > ValueCache.byteLimit {
      for index in chunks.indices { chunks[index] = [] }
      byteCount = 0
    }
    let number = Int(dimension.rawValue)
    let place = chunks[number].partitioningIndex { $0.firstCode >= chunk.firstCode }
    if place < chunks[number].count, chunks[number][place].firstCode == chunk.firstCode {
      byteCount -= chunks[number][place].byteCount
      chunks[number][place] = chunk
    } else {
      chunks[number].insert(chunk, at: place)
    }
    byteCount += chunk.byteCount
  }
}
