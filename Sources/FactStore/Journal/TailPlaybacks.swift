import PlaybackFacts
import QueryCore

/// The playbacks of the journal, numbered in the order of their arrival, in some seventy bytes each.
struct TailPlaybacks {
  private var ids: [PlaybackID] = []
  private var viewers: [ViewerID] = []
  /// For each dimension that is kept, the code of each playback's value.
  private var codes = [[UInt32]](repeating: [], count: Dimension.stored.count)
  /// The values of each dimension that is kept, in the order of their arrival.
  private var values = [[String]](repeating: [], count: Dimension.stored.count)
  private var codesOfValues = [[String: UInt32]](repeating: [:], count: Dimension.stored.count)
  /// Of each dimension that follows from one that is kept: its values, and their codes by code of the
  /// source's.
  private var derived: [Dimension: Derived] = [:]
  /// The last playback of each id.
  private var lastNumbers: [PlaybackID: UInt32] = [:]
  /// The playback before, of those that have the id of another one and differ in something else.
  private var earlierNumbers: [UInt32: UInt32] = [:]

  var count: Int { ids.count }

  /// Whether any have the same id and differ in something else.
  var hasSharedIDs: Bool { !earlierNumbers.isEmpty }

  /// The number of a playback, which is a new one where it was not known.
  mutating func number(of playback: Playback) -> Int {
    let last = lastNumbers[playback.id]
    var next = last
    while let number = next {
      if isSame(playback, Int(number)) { return Int(number) }
      next = earlierNumbers[number]
    }
    let number = UInt32(ids.count)
    lastNumbers[playback.id] = number
    earlierNumbers[number] = last
    ids.appendTightly(playback.id)
    viewers.appendTightly(playback.viewer)
    for (place, dimension) in Dimension.stored.enumerated() {
      codes[place].appendTightly(code(of: playback[dimension], place))
    }
    return Int(number)
  }

  func id(of number: Int) -> PlaybackID { ids[number] }

  func viewer(of number: Int) -> ViewerID { viewers[number] }

  /// The values of a dimension, by their codes.
  func values(of dimension: Dimension) -> [String] {
    dimension.source == dimension
      ? values[Self.place(of: dimension)] : derived[dimension]?.values ?? []
  }

  /// The number of a value of a dimension that is kept; nil where no playback has it.
  func number(of value: String, _ dimension: Dimension) -> Int? {
    codesOfValues[Self.place(of: dimension)][value].map { Int($0) }
  }

  /// Tells the code of a playback's value of a dimension.
  func coding(of dimension: Dimension) -> Coding {
    Coding(
      codes: codes[Self.place(of: dimension.source)],
      derived: dimension.source == dimension ? nil : derived[dimension]?.codes ?? []
    )
  }

  /// The codes of all playbacks in one dimension.
  struct Coding {
    fileprivate let codes: [UInt32]
    fileprivate let derived: [UInt32]?

    subscript(playback: Int) -> Int {
      let code = Int(codes[playback])
      return derived.map { Int($0[code]) } ?? code
    }
  }

  private struct Derived {
    var values: [String] = []
    var codes: [UInt32] = []

    mutating func append(_ value: String) {
      let known = values.firstIndex(of: value)
      codes.append(UInt32(known ?? values.count))
      if known == nil { values.append(value) }
    }
  }

  /// A playback of the journal as everybody knows it.
  subscript(number: Int) -> Playback {
    Playback(
      id: ids[number],
      viewer: viewers[number],
      mediaID: value(.mediaID, number),
      country: value(.country, number),
      deviceType: value(.deviceType, number),
      operatingSystem: value(.operatingSystem, number),
      browser: value(.browser, number),
      referrer: value(.referrer, number),
      isBot: value(.bots, number) == Dimension.bot
    )
  }

  private func value(_ dimension: Dimension, _ number: Int) -> String {
    let place = Self.place(of: dimension)
    return values[place][Int(codes[place][number])]
  }

  private func isSame(_ playback: Playback, _ number: Int) -> Bool {
    viewers[number] == playback.viewer
      && Dimension.stored.enumerated().allSatisfy { place, dimension in
        values[place][Int(codes[place][number])] == playback[dimension]
      }
  }

  private mutating func code(of value: String, _ place: Int) -> UInt32 {
    let next = UInt32(values[place].count)
    let code = codesOfValues[place][value, default: next]
    if code == next {
      codesOfValues[place][value] = next
      values[place].append(value)
      for dimension in Dimension.coded
      where dimension.source == Dimension.stored[place] && dimension.source != dimension {
        derived[dimension, default: Derived()].append(dimension.value(ofSource: value))
      }
    }
    return code
  }

  private static func place(of dimension: Dimension) -> Int {
    Dimension.stored.firstIndex(of: dimension) ?? 0
  }
}

extension Array {
  /// Appends; where there is no room, makes it for an eighth more: by itself an array doubles.
  mutating func appendTightly(_ element: Element) {
    if count == capacity { reserveCapacity(count + Swift.max(64, count / 8)) }
    append(element)
  }
}
