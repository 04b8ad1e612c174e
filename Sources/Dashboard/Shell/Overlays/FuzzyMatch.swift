/// How well a text that was typed in haste matches a name.
enum FuzzyMatch {
  /// A score, the higher the better; nil where the letters are not in the name in that order.
  ///
  /// Letters at the start of words and letters beside each other count more; case does not.
  static func score(of text: String, in name: String) -> Int? {
    let wanted = text.lowercased().filter { $0 != " " }
    guard !wanted.isEmpty else { return 0 }
    let letters = Array(name.lowercased())
    return score(of: wanted, in: letters, seekingStarts: true)
      ?? score(of: wanted, in: letters, seekingStarts: false)
  }

  private static func score(
    of wanted: String,
    in letters: [Character],
    seekingStarts: Bool
  ) -> Int? {
    var score = 0
    var place = 0
    var last = -2
    for letter in wanted {
      // A word's beginning is meant rather than a letter inside the one before.
      let rest = letters.indices.dropFirst(place)
      let beside = rest.first.flatMap { $0 == last + 1 && letters[$0] == letter ? $0 : nil }
      let start =
        seekingStarts ? rest.first { letters[$0] == letter && isStart($0, of: letters) } : nil
      guard let found = beside ?? start ?? rest.first(where: { letters[$0] == letter }) else {
        return nil
      }
      score += found == last + 1 ? 3 : 0
      score += isStart(found, of: letters) ? 4 : 0
      score += found == 0 ? 2 : 0
      last = found
      place = found + 1
    }
    // Among equals, the shorter name is nearer to what was typed.
    return score * 64 - min(letters.count, 63)
  }

  private static func isStart(_ place: Int, of letters: [Character]) -> Bool {
    place == 0 || !(letters[place - 1].isLetter || letters[place - 1].isNumber)
  }
}
