import TestSupport
import TextAndBytes
import Testing

@testable import FactStore

@Suite("Scans of blocks")
struct BlockScanTests {
  /// A column as groups have it: sorted stretches, equal ones, and ones without any order.
  private func column(_ count: Int, below limit: Int64, _ generator: inout SeededGenerator)
    -> [Int64]
  {
    var values: [Int64] = []
    while values.count < count {
      let length = min(Int.random(in: 1...500, using: &generator), count - values.count)
      let low = Int64.random(in: 0..<limit, using: &generator)
      switch Int.random(in: 0..<3, using: &generator) {
      case 0: values += [Int64](repeating: low, count: length)
      case 1: values += (0..<Int64(length)).map { min(low + $0 / 7, limit - 1) }
      default:
        values += (0..<length).map { _ in .random(in: 0..<limit, using: &generator) }
      }
    }
    return values
  }

  private func codes(below limit: Int64, _ generator: inout SeededGenerator) -> CodeSet {
    let codes = (0..<Int.random(in: 0...8, using: &generator)).map { _ in
      UInt32(Int64.random(in: 0..<limit, using: &generator))
    }
    let set = CodeSet(codes.sorted())
    return generator.chance(0.3) ? set.inverted : set
  }

  @Test(arguments: UInt64(1)...60)
  func `add up what a plain loop adds up`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let hourGroups = (0..<24).map { _ in
      generator.chance(0.4) ? Int.random(in: 0...900, using: &generator) : 0
    }
    let header = SegmentHeader(id: 1, day: 0, hourGroups: hourGroups, factCount: 0, byteCount: 0)
    let count = header.groupCount
    let hours = UInt32.random(in: 0..<1 << 24, using: &generator) | (seed % 2 == 0 ? 0xff_ffff : 0)
    let limits: [Int64] = [2, 40, 3000, 4_000_000_000]
    let filters = (0..<Int.random(in: 0...2, using: &generator)).map { _ in
      let limit = limits[Int.random(in: 0..<4, using: &generator)]
      return (column(count, below: limit, &generator), codes(below: limit, &generator))
    }
    let rows = column(count, below: 300, &generator)
    let sums = (0..<3).map { number in
      let values = column(count, below: number == 0 ? 2 : IntegerColumn.sumLimit, &generator)
      return number == 1 ? values.map { -$0 } : values
    }
    func encoded(_ values: [Int64]) -> [UInt8]? {
      values.contains { $0 != 0 } ? IntegerColumn.encode(values) : nil
    }

    var expected = sums.map { _ in [Int64](repeating: 0, count: 300) }
    var byHour = sums.map { _ in [Int64](repeating: 0, count: 24) }
    for hour in header.hours where hours & 1 << UInt32(hour) != 0 {
      for group in header.groups(ofHour: hour)
      where filters.allSatisfy({ $0.1.contains(UInt32($0.0[group])) }) {
        for (index, sum) in sums.enumerated() {
          expected[index][Int(rows[group])] += sum[group]
          byHour[index][hour] += sum[group]
        }
      }
    }

    let scan = BlockScan(
      header,
      hours: hours,
      filters: filters.map { (encoded($0.0), $0.1) }
    )
    let columns = sums.map(encoded)
    let bound = try BlockScan.bound(encoded(rows), count: count)
    #expect(bound >= rows.max() ?? 0 && bound < 1024)
    for rows in [BlockScan.Rows.codes(encoded(rows)), .places(rows)] {
      var scan = scan
      let found = try scan.add(columns, by: rows, rowCount: 1024)
      #expect(found.map { Array($0[..<300]) } == expected)
      #expect(found.allSatisfy { $0[300...].allSatisfy { $0 == 0 } })
    }
    var byHours = scan
    #expect(try byHours.add(columns, by: .hours, rowCount: 24) == byHour)
  }

  /// What a column of sums adds up to, by block cursors.
  private func total(of values: [Int64]) throws -> Int64 {
    var hourGroups = [Int](repeating: 0, count: 24)
    hourGroups[0] = values.count
    let header = SegmentHeader(id: 1, day: 0, hourGroups: hourGroups, factCount: 0, byteCount: 0)
    var scan = BlockScan(header, hours: 1, filters: [])
    return try scan.add([IntegerColumn.encode(values)], by: .hours, rowCount: 24)[0][0]
  }

  @Test(
    arguments: [
      [0], [(1 << 32) - 1], [-(1 << 32) + 1], [(1 << 31) - 1, 0, -(1 << 31)],
      [(1 << 32) - 1, -(1 << 32) + 1], Array(repeating: 1 << 31, count: 600),
      [Int64](repeating: 5, count: 100) + [(1 << 32) - 1] + [Int64](repeating: 5, count: 100),
    ] as [[Int64]]
  )
  func `sums below two to the 32nd are read`(values: [Int64]) throws {
    #expect(try total(of: values) == values.reduce(0, +))
  }

  @Test(
    arguments: [
      [1 << 32], [-(1 << 32)], [.max], [.min], [.min, .max], [0, 1 << 62, 5],
      Array(repeating: 1 << 40, count: 600),
      [Int64](repeating: 5, count: 100) + [1 << 32] + [Int64](repeating: 5, count: 100),
      Array(0..<300) + [1 << 33],
    ] as [[Int64]]
  )
  func `larger ones are damage`(values: [Int64]) throws {
    #expect(throws: MalformedBytes.self) { try total(of: values) }
  }

  @Test(arguments: 0...64)
  func `values of any width are decoded, all or some of a block`(width: Int) throws {
    var generator = SeededGenerator(seed: UInt64(width))
    let mask = width == 64 ? UInt64.max : (1 << UInt64(width)) - 1
    for count in [1, 7, 256] {
      let values = (0..<count).map { _ in
        Int64(bitPattern: UInt64.random(in: 0...mask, using: &generator) &- mask / 2)
      }
      let bytes = IntegerColumn.encode(values)
      for chance in [1.0, 0.3] {
        let places = (0..<count).filter { _ in generator.chance(chance) }.map { UInt8($0) }
        var cursor = BlockCursor(bytes)
        var found = [Int64](repeating: 0, count: 256)
        let head = try cursor.head(count: count)
        try places.withUnsafeBufferPointer { places in
          try found.withUnsafeMutableBufferPointer { found in
            let first = try #require(found.baseAddress)
            try cursor.decode(head, at: places, into: first, within: .min ... .max)
          }
        }
        #expect(places.enumerated().allSatisfy { found[$0] == values[Int($1)] })
        #expect(cursor.isAtEnd)
        var skipping = BlockCursor(bytes)
        try skipping.skip(skipping.head(count: count))
        #expect(skipping.isAtEnd)
      }
    }
  }

  @Test(arguments: UInt64(1)...200)
  func `damaged columns never trap`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let values = column(700, below: 50, &generator)
    var bytes = IntegerColumn.encode(values)
    for _ in 0..<Int.random(in: 1...4, using: &generator) {
      bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(
        in: 0...255,
        using: &generator
      )
    }
    if generator.chance(0.3) {
      bytes.removeLast(Int.random(in: 1..<bytes.count, using: &generator))
    }
    var hourGroups = [Int](repeating: 0, count: 24)
    hourGroups[3] = 700
    let header = SegmentHeader(id: 1, day: 0, hourGroups: hourGroups, factCount: 0, byteCount: 0)
    var scan = BlockScan(header, hours: 8, filters: [(bytes, CodeSet([3, 9]))])
    _ = try? scan.add([bytes], by: .codes(bytes), rowCount: 64)
    _ = try? BlockScan.bound(bytes, count: 700)
  }
}
