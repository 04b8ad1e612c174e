import PlaybackFacts

extension PlayerPing {
  /// Reads the body of a ping, in UTF-8.
  ///
  /// Bad events are left out and counted in ``refusedEvents``.
  /// - Throws: ``PingRefusal`` where nothing of the ping may count.
  public init(decoding body: [UInt8]) throws(PingRefusal) {
    guard body.count <= Limit.bodyBytes else { throw .tooLarge(bytes: body.count) }
    var decoder = PingDecoder()
    do {
      var reader = JSONReader(body)
      guard reader.isAtObject() else {
        try reader.skip()
        try reader.end()
        throw PingRefusal.notAnObject
      }
      try decoder.read(from: &reader)
      try reader.end()
    } catch let error as JSONError {
      throw .notJSON(error)
    } catch {
      throw .notAnObject
    }
    self = try decoder.ping()
  }
}

/// Collects the fields of a ping while its JSON is read, and judges them when all of it was.
///
/// A key that comes twice counts with its last value, so nothing can be judged earlier.
struct PingDecoder {
  private var sentAt = JSONValue.null
  private var sessionID = JSONValue.null
  private var playbackID = JSONValue.null
  private var mediaID = JSONValue.null
  private var referrer = JSONValue.null
  private var version = JSONValue.null
  private var list = EventList.missing

  private enum EventList {
    case missing, wrongType
    case events([PlayerEvent], refused: [EventRefusal: Int])
  }

  /// Reads the object that comes next.
  mutating func read(from reader: inout JSONReader) throws(JSONError) {
    try reader.openObject()
    while let key = try reader.nextKey() {
      switch key {
      case "sat": sentAt = try reader.value()
      case "sid": sessionID = try reader.value()
      case "pid": playbackID = try reader.value()
      case "mid": mediaID = try reader.value()
      case "ref": referrer = try reader.value()
      case "ver": version = try reader.value()
      case "eve": list = try Self.events(from: &reader)
      default: try reader.skip()
      }
    }
  }

  /// The ping, if it has all that it needs.
  func ping() throws(PingRefusal) -> PlayerPing {
    let sessionID = try id(sessionID, field: "sid")
    let playbackID = try id(playbackID, field: "pid")
    let mediaID = try id(mediaID, field: "mid")
    switch list {
    case .missing: throw .missing(field: "eve")
    case .wrongType: throw .wrongType(field: "eve", expected: "an array")
    case .events(let events, let refused):
      return PlayerPing(
        sentAt: sendingTime,
        sessionID: sessionID,
        playbackID: playbackID,
        mediaID: mediaID,
        referrer: text(referrer).truncated(toCharacters: PlayerPing.Limit.referrerCharacters),
        version: text(version).truncated(toCharacters: PlayerPing.Limit.idBytes),
        events: events,
        refusedEvents: refused
      )
    }
  }

  private func id(_ value: JSONValue, field: String) throws(PingRefusal) -> String {
    switch value {
    case .null: throw .missing(field: field)
    case .bool, .number, .container: throw .wrongType(field: field, expected: "a string")
    case .string(let id):
      let bytes = id.utf8.count
      guard bytes > 0 else { throw .empty(field: field) }
      guard bytes <= PlayerPing.Limit.idBytes else { throw .tooLong(field: field, bytes: bytes) }
      return id
    }
  }

  private func text(_ value: JSONValue) -> String {
    if case .string(let text) = value { text } else { "" }
  }

  private var sendingTime: Timestamp? {
    guard case .number(let sentAt) = sentAt, sentAt > 0, sentAt <= PlayerPing.Limit.number else {
      return nil
    }
    return Timestamp(milliseconds: Int64(sentAt))
  }

  private static func events(from reader: inout JSONReader) throws(JSONError) -> EventList {
    guard reader.isAtArray() else {
      return try reader.value() == .null ? .missing : .wrongType
    }
    var events: [PlayerEvent] = []
    var refused: [EventRefusal: Int] = [:]
    var count = 0
    try reader.openArray()
    while try reader.nextElement() {
      count += 1
      guard count <= PlayerPing.Limit.events else {
        try reader.skip()
        refused[.tooMany, default: 0] += 1
        continue
      }
      var decoder = EventDecoder()
      try decoder.read(from: &reader)
      switch decoder.event() {
      case .success(let event): events.append(event)
      case .failure(let refusal): refused[refusal, default: 0] += 1
      }
    }
    return .events(events, refused: refused)
  }
}

extension String {
  /// The first `count` Unicode scalars, which is what a character is for a web page.
  fileprivate func truncated(toCharacters count: Int) -> String {
    utf8.count <= count ? self : String(unicodeScalars.prefix(count))
  }
}
