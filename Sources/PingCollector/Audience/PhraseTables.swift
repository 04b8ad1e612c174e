/// Finds in one pass over a text which lines of some tables speak of it.
///
/// A line is a list of phrases; it speaks of a text in which any of them occurs. Text and phrases
/// are compared as words: ASCII letters in lower case and digits, with one space for any run of
/// other bytes, and one before and after the whole. A phrase that begins or ends with a space
/// therefore begins or ends at the edge of a word: `" tv "` is a word, `" tab"` begins one.
///
/// All phrases of all tables form one automaton (Aho and Corasick, "Efficient string matching",
/// 1975), so the time doesn't depend on how many there are, nor on what the text is like.
struct PhraseTables: Sendable {
  /// The first line of each table that speaks of a text; ``none`` where no line does.
  typealias FirstLines = SIMD4<UInt8>

  /// No line.
  static let none = UInt8.max

  private static let symbolCount = 37
  private static let space = 36

  /// Per byte: 0–25 a letter, 26–35 a digit, 36 anything else.
  private static let symbols: [UInt8] = (0...UInt8.max).map { byte in
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - UInt8(ascii: "a")
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - UInt8(ascii: "A")
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0") + 26
    default: UInt8(space)
    }
  }

  /// The state after each state and symbol, `symbolCount` of them per state; 0 is the start.
  private var next: [UInt16] = []
  /// What has been found on arriving in a state.
  private var found: [FirstLines] = []

  /// Builds the automaton of at most four tables of fewer than 255 lines each.
  init(_ tables: [[[String]]]) {
    precondition(tables.count <= FirstLines.scalarCount)
    addState()
    for (table, lines) in tables.enumerated() {
      precondition(lines.count < Self.none)
      for (line, phrases) in lines.enumerated() {
        for phrase in phrases { add(phrase, table: table, line: UInt8(line)) }
      }
    }
    closeOverSuffixes()
  }

  /// The first line of each table that speaks of `text`.
  func firstLines(in text: UnsafeBufferPointer<UInt8>) -> FirstLines {
    let symbols = Self.symbols
    var lines = FirstLines(repeating: Self.none)
    var state = Int(next[Self.space])
    var isInWord = false
    for byte in text {
      let symbol = Int(symbols[Int(byte)])
      if symbol == Self.space && !isInWord { continue }
      isInWord = symbol != Self.space
      state = Int(next[state * Self.symbolCount + symbol])
      lines = pointwiseMin(lines, found[state])
    }
    return isInWord
      ? pointwiseMin(lines, found[Int(next[state * Self.symbolCount + Self.space])]) : lines
  }

  private mutating func addState() {
    next.append(contentsOf: repeatElement(0, count: Self.symbolCount))
    found.append(FirstLines(repeating: Self.none))
  }

  private mutating func add(_ phrase: String, table: Int, line: UInt8) {
    var state = 0
    for byte in phrase.utf8 {
      let edge = state * Self.symbolCount + Int(Self.symbols[Int(byte)])
      if next[edge] == 0 {
        next[edge] = UInt16(found.count)
        addState()
      }
      state = Int(next[edge])
    }
    found[state][table] = min(found[state][table], line)
  }

  /// Turns the tree of phrases into an automaton that never goes back.
  ///
  /// Each state then also knows what its suffixes have found, and where they would go on. States
  /// are visited breadth first, since suffixes are shorter.
  private mutating func closeOverSuffixes() {
    var suffix = [Int](repeating: 0, count: found.count)
    var queue = [0]
    var head = 0
    while head < queue.count {
      let state = queue[head]
      head += 1
      found[state] = pointwiseMin(found[state], found[suffix[state]])
      for symbol in 0..<Self.symbolCount {
        let edge = state * Self.symbolCount + symbol
        let ofSuffix = state == 0 ? 0 : Int(next[suffix[state] * Self.symbolCount + symbol])
        if next[edge] == 0 {
          next[edge] = UInt16(ofSuffix)
        } else {
          suffix[Int(next[edge])] = ofSuffix
          queue.append(Int(next[edge]))
        }
      }
    }
  }
}
