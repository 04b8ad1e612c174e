import CellCanvas
import Testing

@Suite("Layout")
struct LayoutTests {
  private func widths(_ total: Int, spacing: Int = 0, _ parts: [Layout.Part]) -> [Int] {
    Layout(.columns, spacing: spacing, parts)
      .split(Rect(x: 0, y: 0, width: total, height: 1)).map(\.width)
  }

  @Test func `what is left goes to flexible parts by weight, without a rest`() {
    let parts: [Layout.Part] = [.fixed(3), .flexible(min: 2), .flexible(min: 2, weight: 2)]

    #expect(widths(10, parts) == [3, 3, 4])
    #expect(widths(17, parts) == [3, 5, 9])
  }

  @Test func `what is more than a part takes is for the others`() {
    let parts: [Layout.Part] = [
      .flexible(min: 2, weight: 20, upTo: 6), .fixed(3), .flexible(min: 1),
      .flexible(min: 1, upTo: 2),
    ]

    #expect(widths(7, parts) == [2, 3, 1, 1])
    #expect(widths(10, parts) == [4, 3, 1, 2])
    #expect(widths(12, parts) == [6, 3, 1, 2])
    #expect(widths(20, parts) == [6, 3, 9, 2])
    #expect(widths(20, [.flexible(upTo: 4), .flexible(upTo: 4)]) == [4, 4])
  }

  @Test func `optional parts vanish in order of their rank, the later of equals first`() {
    let parts: [Layout.Part] = [
      .fixed(4), .fixed(4).optional(rank: 1), .fixed(4).optional(rank: 2),
      .fixed(4).optional(rank: 1),
    ]

    #expect(widths(16, parts) == [4, 4, 4, 4])
    #expect(widths(15, parts) == [4, 4, 0, 4])
    #expect(widths(11, parts) == [4, 4, 0, 0])
    #expect(widths(7, parts) == [4, 0, 0, 0])
    #expect(widths(2, parts) == [2, 0, 0, 0])
  }

  @Test func `spacing lies between parts that are there`() {
    let rects = Layout(.columns, spacing: 2, [.fixed(3), .fixed(9).optional(), .flexible()])
      .split(Rect(x: 10, y: 5, width: 10, height: 4))

    #expect(rects[0] == Rect(x: 10, y: 5, width: 3, height: 4))
    #expect(rects[1].isEmpty)
    #expect(rects[2] == Rect(x: 15, y: 5, width: 5, height: 4))
  }

  @Test func `rows follow each other downwards`() {
    let rects = Layout(.rows, [.fixed(1), .flexible(), .fixed(2)])
      .split(Rect(x: 0, y: 0, width: 5, height: 10))

    #expect(rects.map(\.y) == [0, 1, 8])
    #expect(rects.map(\.height) == [1, 7, 2])
  }

  @Test("parts never leave the rectangle or overlap", arguments: 0..<50)
  func bounds(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let parts = (0..<Int.random(in: 0..<7, using: &random)).map { _ -> Layout.Part in
      let length = Int.random(in: 0..<12, using: &random)
      let part: Layout.Part =
        Bool.random(using: &random)
        ? .fixed(length)
        : .flexible(min: length, weight: length, upTo: Bool.random(using: &random) ? 15 : .max)
      return Bool.random(using: &random) ? part.optional(rank: length) : part
    }

    for total in 0..<60 {
      let rects = Layout(.columns, spacing: Int(seed % 3), parts)
        .split(Rect(x: 4, y: 0, width: total, height: 1))
      #expect(rects.count == parts.count)
      var end = 4
      for rect in rects where rect.width > 0 {
        #expect(rect.x >= end)
        end = rect.maxX
      }
      #expect(end <= 4 + total)
    }
  }
}
