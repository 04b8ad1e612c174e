import TextAndBytes
import GRDB
import PlaybackFacts
import QueryCore

/// The facts of one hour of a segment, with the codes of their playbacks.
struct HourFacts {
  let detail: HourDetail
  /// Of each group of the hour.
  let codes: [PlaybackCodes]

  /// Roughly what it takes in memory.
  var byteCount: Int { detail.byteCount + codes.count * MemoryLayout<PlaybackCodes>.stride }

  init(_ file: SegmentFile, _ header: SegmentHeader, hour: Int) throws {
    detail = try file.detail(ofHour: hour, of: header)
    codes = try file.codes(header.groups(ofHour: hour), of: header)
  }

  /// Adds up the facts that a spread takes, of an hour that began at `start`.
  func add(
    from start: Timestamp,
    _ spread: Spread,
    _ mask: FilterMask,
    to rows: inout RowBuilder
  ) {
    let matches = codes.map { mask.matches($0) }
    if let dimension = rows.dimension {
      var sums = [Sums](repeating: .zero, count: codes.count)
      for (event, group) in zip(detail.events, detail.groups) where matches[Int(group)] {
        if spread.timeframe.contains(start + Int64(event.offset)) { sums[Int(group)].add(event) }
      }
      for (group, sums) in sums.enumerated() where sums != .zero {
        rows.add(sums, source: codes[group][dimension.source.place])
      }
    } else {
      for (event, group) in zip(detail.events, detail.groups) where matches[Int(group)] {
        if let row = spread.row(of: start + Int64(event.offset)) { rows.add(event, row: row) }
      }
    }
  }
}
