import CellCanvas
import PlaybackFacts
import QueryCore
import Testing

@testable import Dashboard

/// Screens with all that they can have on them, at sizes and in states that nobody wants.
@Suite("Every size")
struct EverySizeTests {
  /// What leads to a screen that looks different.
  enum Way: String, CaseIterable {
    case item, titles, breakdown, crossed, ratio, firstFrames, interval

    func go(_ screen: inout Screen) {
      switch self {
      case .item: screen.press(.character("e"), .enter, .tab, .tab, .character("."))
      case .titles: screen.press(.character("I"), .down)
      case .breakdown: screen.press(.character("b"), .down)
      case .crossed:
        screen.press(.character("b"), .character("x"))
        screen.type("device")
        screen.press(.enter)
      case .ratio:
        screen.press(.character("b"), .character("m"))
        screen.type("play rate")
        screen.press(.enter)
      case .firstFrames:
        screen.press(.character("t"), .character("m"))
        screen.type("first frame")
        screen.press(.enter)
      case .interval: screen.press(.character(","), .character(","), .character("u"))
      }
    }
  }

  private func screens(_ way: Way) throws -> [Screen] {
    var asked = try Screen(answers: false)
    way.go(&asked)
    var empty = try Screen(audience: SampleAudience(now: Screen.now, scale: 0))
    way.go(&empty)
    var huge = try Screen(symbols: .ascii, audience: SampleAudience(now: Screen.now, scale: 1e12))
    way.go(&huge)
    var young = SampleAudience(now: Screen.now)
    young.collected = .during(Timeframe(from: Screen.now - 1000, to: Screen.now))
    var first = try Screen(symbols: .braille, audience: young)
    way.go(&first)
    var failing = try Screen()
    way.go(&failing)
    failing.fail()
    return [asked, empty, huge, first, failing]
  }

  @Test(arguments: Way.allCases)
  func `there is something at every size, in every state`(way: Way) throws {
    let sizes = [(1, 1), (2, 1), (1, 2), (3, 3), (12, 4), (20, 5), (33, 9), (61, 17), (40, 50)]
    let large = [(250, 80), (120, 40), (200, 60), (80, 24), (250, 3)]
    for (index, screen) in try screens(way).enumerated() {
      for (width, height) in sizes + [large[index]] {
        let canvas = screen.canvas(width, height)
        let isBlank = canvas.lines.allSatisfy { $0.allSatisfy { $0 == " " } }
        #expect(canvas.lines.count == height && !isBlank, "\(index): \(width)×\(height)")
      }
    }
  }

  @Test(arguments: Way.allCases)
  func `numbers are not cut at usual sizes`(way: Way) throws {
    var screen = try Screen()
    way.go(&screen)
    for width in [80, 100, 120, 160, 200] {
      for line in screen.canvas(width, 40).lines {
        // Names may be; behind them there are letters.
        let cut = line.ranges(of: "…").filter { range in
          line[..<range.lowerBound].last.map { $0.isNumber } ?? true
        }
        #expect(cut.isEmpty || line.contains("vi") || line.contains("li"), "\(width): \(line)")
      }
    }
  }
}
