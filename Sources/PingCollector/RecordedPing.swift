public import PlaybackFacts
import TextAndBytes

/// A ping with all that is known of how it came; also a line of a recording.
///
/// ```
/// {"received":1716894907000,"address":"192.0.2.1","userAgent":"Mozilla/5.0 …",
///  "hints":{"sec-ch-ua":"\"Chromium\";v=\"131\", …","sec-ch-ua-mobile":"?0",
///           "sec-ch-ua-platform":"\"Windows\""},
///  "body":{"sat":…}}
/// ```
public struct RecordedPing: Hashable, Sendable {
  /// When it was received, by the collector's clock.
  public var receivedAt: Timestamp
  /// The address it came from; used to find the country and hash the viewer, never kept.
  public var address: String
  /// What the player calls itself; used to find the device and hash the viewer, never kept.
  public var userAgent: String
  /// What the browser says of itself in client hints; used to find the device, never stored.
  public var hints: ClientHints
  /// The country that a trusted proxy says; nil where the address has to tell.
  public var country: String?
  /// What was sent.
  public var ping: PlayerPing

  /// Makes a ping that came.
  public init(
    _ ping: PlayerPing,
    receivedAt: Timestamp,
    address: String,
    userAgent: String,
    hints: ClientHints = .none,
    country: String? = nil
  ) {
    self.receivedAt = receivedAt
    self.address = address
    self.userAgent = userAgent
    self.hints = hints
    self.country = country
    self.ping = ping
  }

  /// About how many bytes it holds.
  var bytesInMemory: Int {
    var bytes = MemoryLayout<RecordedPing>.stride
    bytes += address.utf8.count + userAgent.utf8.count + (country?.utf8.count ?? 0)
    bytes += (hints.brands?.utf8.count ?? 0) + (hints.mobile?.utf8.count ?? 0)
    bytes += hints.platform?.utf8.count ?? 0
    bytes += ping.sessionID.utf8.count + ping.playbackID.utf8.count + ping.mediaID.utf8.count
    bytes += ping.referrer.utf8.count + ping.version.utf8.count
    return bytes + ping.events.count * MemoryLayout<PlayerEvent>.stride
  }
}

// MARK: - Lines

extension RecordedPing {
  /// Reads a line of a recording.
  ///
  /// `received` is in ms since 1970 or an ATOM date-time; `address`, `userAgent` and `hints` may be
  /// missing.
  /// - Throws: ``PingRefusal`` where nothing of the ping may count.
  public init(decoding line: [UInt8]) throws(PingRefusal) {
    var received = JSONValue.null
    var address = JSONValue.null
    var userAgent = JSONValue.null
    var hints = HintsDecoder()
    var body: PingDecoder?
    var hasBody = false
    var bodyBytes = 0
    do throws(JSONError) {
      var reader = JSONReader(line)
      try reader.openObject()
      while let key = try reader.nextKey() {
        switch key {
        case "received": received = try reader.value()
        case "address": address = try reader.value()
        case "userAgent": userAgent = try reader.value()
        case "hints": try hints.read(from: &reader)
        case "body" where reader.isAtObject():
          var decoder = PingDecoder()
          let start = reader.position
          try decoder.read(from: &reader)
          bodyBytes = reader.position - start
          body = decoder
        case "body":
          body = nil
          hasBody = try reader.value() != .null
        default: try reader.skip()
        }
      }
      try reader.end()
    } catch {
      throw .notJSON(error)
    }
    guard let body else {
      throw hasBody
        ? .wrongType(field: "body", expected: "an object") : .missing(field: "body")
    }
    guard bodyBytes <= PlayerPing.Limit.bodyBytes else { throw .tooLarge(bytes: bodyBytes) }
    self.init(
      try body.ping(),
      receivedAt: try Self.time(received),
      address: try Self.text(address, field: "address"),
      userAgent: try Self.text(userAgent, field: "userAgent"),
      hints: try hints.hints()
    )
  }

  /// The line of a recording that says all but the ``country``, without a line feed.
  public var line: [UInt8] {
    var json = JSONWriter()
    json.object { json in
      json.key("received")
      json.integer(receivedAt.milliseconds)
      json.key("address")
      json.string(address)
      json.key("userAgent")
      json.string(userAgent)
      hints.writeMember(to: &json)
      json.key("body")
      ping.write(to: &json)
    }
    return json.bytes
  }

  private static func time(_ value: JSONValue) throws(PingRefusal) -> Timestamp {
    switch value {
    case .null: throw .missing(field: "received")
    case .number(let time) where abs(time) <= PlayerPing.Limit.number:
      return Timestamp(milliseconds: Int64(time))
    case .string(let text):
      if let time = Timestamp(atom: text) { return time }
    case .bool, .number, .container: break
    }
    throw .wrongType(field: "received", expected: "a time in ms since 1970 or a date-time")
  }

  fileprivate static func text(_ value: JSONValue, field: String) throws(PingRefusal) -> String {
    switch value {
    case .null: return ""
    case .string(let text): return text
    case .bool, .number, .container: throw .wrongType(field: field, expected: "a string")
    }
  }
}

// MARK: - Client hints

/// Collects the client hints of a recorded ping while its JSON is read.
private struct HintsDecoder {
  private var headers: [String: JSONValue] = [:]
  private var isObject = true

  /// Reads the value that comes next; of one that comes twice, the last counts.
  mutating func read(from reader: inout JSONReader) throws(JSONError) {
    headers = [:]
    isObject = reader.isAtObject()
    guard isObject else {
      isObject = try reader.value() == .null
      return
    }
    try reader.openObject()
    while let key = try reader.nextKey() {
      if ClientHints.names.contains(key) {
        headers[key] = try reader.value()
      } else {
        try reader.skip()
      }
    }
  }

  func hints() throws(PingRefusal) -> ClientHints {
    guard isObject else { throw .wrongType(field: "hints", expected: "an object") }
    return ClientHints(
      brands: try text("sec-ch-ua"),
      mobile: try text("sec-ch-ua-mobile"),
      platform: try text("sec-ch-ua-platform")
    )
  }

  private func text(_ header: String) throws(PingRefusal) -> String? {
    guard let value = headers[header], value != .null else { return nil }
    return try RecordedPing.text(value, field: "hints." + header)
  }
}

extension ClientHints {
  /// Writes the member `hints` with the headers that were sent; nothing without any.
  fileprivate func writeMember(to json: inout JSONWriter) {
    guard !headers.isEmpty else { return }
    json.key("hints")
    json.object { json in
      for (name, value) in headers {
        json.key(name)
        json.string(value)
      }
    }
  }
}
