import Algorithms

/// Some codes of a dimension, or all but some.
struct CodeSet: Sendable {
  /// Ascending, each once.
  private let listed: [UInt32]
  /// Whether the codes that are listed are those that don't belong to it.
  private let isInverted: Bool
  /// For each code from `lowest` on, whether it is listed; empty where that would be long.
  private let isListed: [Bool]
  private let lowest: UInt32

  /// Takes codes in ascending order; they may repeat.
  init(_ codes: [UInt32], isInverted: Bool = false) {
    var listed: [UInt32] = []
    listed.reserveCapacity(codes.count)
    for code in codes where listed.last != code { listed.append(code) }
    let lowest = listed.first ?? 0
    let span = listed.last.map { Int($0 - lowest) + 1 } ?? 0
    var isListed: [Bool] = []
    if span <= 16 * listed.count + 4096 {
      isListed = [Bool](repeating: false, count: span)
      for code in listed { isListed[Int(code - lowest)] = true }
    }
    self.listed = listed
    self.isInverted = isInverted
    self.isListed = isListed
    self.lowest = lowest
  }

  private init(_ set: CodeSet, isInverted: Bool) {
    (listed, isListed, lowest) = (set.listed, set.isListed, set.lowest)
    self.isInverted = isInverted
  }

  /// The codes that don't belong to this set.
  var inverted: CodeSet { CodeSet(self, isInverted: !isInverted) }

  /// Whether a code belongs to it.
  func contains(_ code: UInt32) -> Bool {
    if isListed.isEmpty, !listed.isEmpty {
      let place = listed.partitioningIndex { $0 >= code }
      return (place < listed.count && listed[place] == code) != isInverted
    }
    let offset = Int(code) - Int(lowest)
    guard offset >= 0, offset < isListed.count else { return isInverted }
    return isListed[offset] != isInverted
  }

  enum Share { case none, some, all }

  /// How many of the codes of a range belong to it.
  func share(of range: ClosedRange<UInt32>) -> Share {
    let start = listed.partitioningIndex { $0 >= range.lowerBound }
    let end = listed.partitioningIndex { $0 > range.upperBound }
    if start == end { return isInverted ? .all : .none }
    if end - start == range.count { return isInverted ? .none : .all }
    return .some
  }

  /// Leaves of some places those whose codes belong to it, in their order; how many are left.
  func keep(
    _ places: UnsafeMutablePointer<UInt8>,
    codes: UnsafePointer<Int64>,
    count: Int
  ) -> Int {
    var kept = 0
    if isListed.isEmpty, !listed.isEmpty {
      for index in 0..<count where contains(UInt32(codes[index])) {
        places[kept] = places[index]
        kept += 1
      }
      return kept
    }
    guard !listed.isEmpty else { return isInverted ? count : 0 }
    let (lowest, inverted) = (Int64(lowest), isInverted ? 1 : 0)
    isListed.withUnsafeBufferPointer { isListed in
      let span = UInt64(isListed.count)
      for index in 0..<count {
        let offset = UInt64(bitPattern: codes[index] &- lowest)
        let isInside = offset < span
        // Without a branch: which codes belong to it is as good as random.
        let listed = isListed[isInside ? Int(truncatingIfNeeded: offset) : 0] ? 1 : 0
        places[kept] = places[index]
        kept &+= (isInside ? listed : 0) ^ inverted
      }
    }
    return kept
  }

  /// Whether each of some codes belongs to it.
  func containsEach(of codes: [Int64]) -> [Bool] {
    if isListed.isEmpty, !listed.isEmpty { return codes.map { contains(UInt32($0)) } }
    let (lowest, isInverted) = (Int64(lowest), isInverted)
    return isListed.withUnsafeBufferPointer { isListed in
      codes.map { code in
        let offset = code &- lowest
        let isInside = UInt64(bitPattern: offset) < UInt64(isListed.count)
        return (isInside && isListed[Int(offset)]) != isInverted
      }
    }
  }

  /// The codes that belong to both.
  func intersection(_ other: CodeSet) -> CodeSet {
    switch (isInverted, other.isInverted) {
    case (false, _): CodeSet(listed.filter { other.contains($0) })
    case (true, false): other.intersection(self)
    case (true, true): CodeSet((listed + other.listed).sorted(), isInverted: true)
    }
  }

  /// The codes that belong to either.
  func union(_ other: CodeSet) -> CodeSet {
    inverted.intersection(other.inverted).inverted
  }

  /// The codes, ascending, where they are listed and no more than so many.
  func codes(limit: Int) -> [UInt32]? {
    isInverted || listed.count > limit ? nil : listed
  }

  /// What it takes in memory, roughly.
  var byteCount: Int { 4 * listed.count + isListed.count + 64 }
}
