import PlaybackFacts
import Testing

/// The instant of an ATOM date-time that a test wrote.
func at(_ text: String) -> Timestamp {
  guard let time = Timestamp(atom: text) else {
    Issue.record("not a date-time: \(text)")
    return Timestamp(seconds: 0)
  }
  return time
}

/// The timeframe between two ATOM date-times.
func timeframe(_ from: String, _ to: String) -> Timeframe {
  Timeframe(from: at(from), to: at(to))
}
