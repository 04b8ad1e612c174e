import Glibc

extension pollfd {
  init(file: Int32, events: Int32) {
    self.init(fd: file, events: Int16(events), revents: 0)
  }

  /// Whether any of the events was reported.
  func has(_ events: Int32) -> Bool { Int32(revents) & events != 0 }
}

extension Duration {
  /// Whole milliseconds for a wait, so that it does not end too early; 0 if negative.
  var roundedUpMilliseconds: Int32 {
    let (seconds, attoseconds) = components
    guard seconds >= 0, attoseconds >= 0 else { return 0 }
    let milliseconds = (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    return Int32(min(seconds, 86_400) * 1000 + milliseconds)
  }
}
