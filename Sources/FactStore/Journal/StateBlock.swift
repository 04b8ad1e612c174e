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
    var reader = ByteReader(bytes)
    var states: [PlaybackState] = []
    for _ in 0..<(try reader.count(bytesEach: 10)) {
      let playback = PlaybackID(rawValue: try reader.fixed())
      let lastPingAt = Timestamp(milliseconds: try reader.signed())
      let length = try reader.count(bytesEach: 1)
      states.append(
        PlaybackState(
          playback: playback,
          lastPingAt: lastPingAt,
          bytes: try reader.raw(length)
        )
      )
    }
    return states
  }
}
