import PlaybackFacts
import TextAndBytes

extension PlayerPing {
  /// The ping as a player would send it: JSON in UTF-8.
  ///
  /// What a decoded ping had refused is gone; all else comes back when it is decoded again.
  public var json: [UInt8] {
    var json = JSONWriter()
    write(to: &json)
    return json.bytes
  }

  func write(to json: inout JSONWriter) {
    json.object { json in
      if let sentAt {
        json.key("sat")
        json.integer(sentAt.milliseconds)
      }
      for (name, text) in [
        ("sid", sessionID), ("pid", playbackID), ("mid", mediaID), ("ref", referrer),
        ("ver", version),
      ] {
        json.key(name)
        json.string(text)
      }
      json.key("eve")
      json.array(events) { json, event in json.members(of: event) }
    }
  }
}

extension JSONWriter {
  fileprivate mutating func members(of event: PlayerEvent) {
    key("eat")
    integer(event.emittedAt.milliseconds)
    key("typ")
    integer(event.kind.rawValue)
    key("vti")
    if let position = event.position { decimal(position) } else { null() }
    if let isPaused = event.isPaused {
      key("pau")
      bool(isPaused)
    }
    if let errorCode = event.errorCode {
      key("eco")
      integer(errorCode)
    }
  }
}
