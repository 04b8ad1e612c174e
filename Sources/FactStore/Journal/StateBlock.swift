import TextAndBytes
import PlaybackFacts

/// The playback states of one committed batch.
///
/// ```
/// block   [states: varint] states × ([playback: 8][last ping: signed][length: varint][bytes])
/// ```
enum StateBlock {
  static func encode(_ states: [PlaybackState]) -> [UInt8] {
    var writer = ByteWriter()
    writer.count(states.count)
    for state in states {
      writer.fixed(state.playback.rawValue)
      writer.signed(state.lastPingAt.milliseconds)
      writer.block(state.bytes)
    }
    return writer.bytes
  }

  static func decode(_ bytes: [UInt8]) throws(MalformedBytes) -> [PlaybackState] {
    var states: [PlaybackState] = []
    try forEachState(in: bytes) { playback, lastPingAt, range in
      states.append(
        PlaybackState(playback: playback, lastPingAt: lastPingAt, bytes: Array(bytes[range]))
      )
    }
    return states
  }

  /// Passes on whose states are in a block, and where in it they lie.
  static func forEachState(
    in bytes: [UInt8],
    _ body: (PlaybackID, Timestamp, Range<Int>) -> Void
  ) throws(MalformedBytes) {
    var reader = ByteReader(bytes)
    for _ in 0..<(try reader.count(bytesEach: 10)) {
      let playback = PlaybackID(rawValue: try reader.fixed())
      let lastPingAt = Timestamp(milliseconds: try reader.signed())
      guard StoredLimits.milliseconds.contains(lastPingAt.milliseconds) else {
        throw MalformedBytes("a state has no time")
      }
      let length = try reader.count(bytesEach: 1)
      body(playback, lastPingAt, try reader.skip(length))
    }
  }
}
