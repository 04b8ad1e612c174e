import PlaybackFacts

extension PlayerPing {
  /// The ping as a player would send it: JSON in UTF-8.
  ///
  /// What a decoded ping had refused is gone; all else comes back when it is decoded again.
  public var json: [UInt8] { Array(jsonText.utf8) }

  var jsonText: String {
    var members: [String] = []
    if let sentAt { members.append("\"sat\":\(sentAt.milliseconds)") }
    members.append("\"sid\":\(quoted(sessionID))")
    members.append("\"pid\":\(quoted(playbackID))")
    members.append("\"mid\":\(quoted(mediaID))")
    members.append("\"ref\":\(quoted(referrer))")
    members.append("\"ver\":\(quoted(version))")
    let events = events.map(\.jsonText).joined(separator: ",")
    members.append("\"eve\":[\(events)]")
    return "{\(members.joined(separator: ","))}"
  }
}

extension PlayerEvent {
  fileprivate var jsonText: String {
    var members = ["\"eat\":\(emittedAt.milliseconds)", "\"typ\":\(kind.rawValue)"]
    members.append("\"vti\":\(position.map { "\($0)" } ?? "null")")
    if let isPaused { members.append("\"pau\":\(isPaused)") }
    if let errorCode { members.append("\"eco\":\(errorCode)") }
    return "{\(members.joined(separator: ","))}"
  }
}

/// A text as a JSON string.
func quoted(_ text: String) -> String {
  var quoted = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"", "\\":
      quoted.unicodeScalars.append("\\")
      quoted.unicodeScalars.append(scalar)
    case "\u{0}"..<"\u{20}":
      let digits = String(scalar.value, radix: 16)
      quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    default: quoted.unicodeScalars.append(scalar)
    }
  }
  return quoted + "\""
}
