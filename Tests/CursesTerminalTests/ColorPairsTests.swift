import Testing

@testable import CursesTerminal

@Suite("Colour pairs")
struct ColorPairsTests {
  @Test func `a pair is defined once and keeps its number`() {
    var pairs = ColorPairs(limit: 64)
    var defined: [Int32] = []

    let first = pairs.number(foreground: 1, background: nil) { defined.append($0) }
    let second = pairs.number(foreground: 1, background: 4) { defined.append($0) }
    let again = pairs.number(foreground: 1, background: nil) { defined.append($0) }

    #expect([first, second, again] == [1, 2, 1])
    #expect(defined == [1, 2])
  }

  @Test func `the terminal's own colours are number 0`() {
    var pairs = ColorPairs(limit: 64)

    #expect(pairs.number(foreground: nil, background: nil) { _ in } == 0)
  }

  @Test("when numbers run out, the terminal's own colours are used", arguments: [0, 1, 3])
  func limit(limit: Int) {
    var pairs = ColorPairs(limit: limit)

    let numbers = (0..<5).map { pairs.number(foreground: $0, background: nil) { _ in } }

    #expect(numbers == (1...5).map { $0 < limit ? Int32($0) : 0 })
  }
}
