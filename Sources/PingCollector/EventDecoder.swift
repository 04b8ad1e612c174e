import PlaybackFacts

/// Collects the fields of an event while its JSON is read, and judges them when all of it was.
struct EventDecoder {
  private var isObject = true
  private var emittedAt = JSONValue.null
  private var type = JSONValue.null
  private var position = JSONValue.null
  private var width = JSONValue.null
  private var height = JSONValue.null
  private var isPaused = JSONValue.null
  private var errorCode = JSONValue.null

  /// Reads the value that comes next.
  mutating func read(from reader: inout JSONReader) throws(JSONError) {
    isObject = reader.isAtObject()
    guard isObject else { return try reader.skip() }
    try reader.openObject()
    while let key = try reader.nextKey() {
      switch key {
      case "eat": emittedAt = try reader.value()
      case "typ": type = try reader.value()
      case "vti": position = try reader.value()
      case "vwi": width = try reader.value()
      case "vhe": height = try reader.value()
      case "pau": isPaused = try reader.value()
      case "eco": errorCode = try reader.value()
      default: try reader.skip()
      }
    }
  }

  /// The event, or what is wrong with it.
  func event() -> Result<PlayerEvent, EventRefusal> {
    do throws(EventRefusal) { return .success(try judged()) } catch { return .failure(error) }
  }

  private func judged() throws(EventRefusal) -> PlayerEvent {
    guard isObject else { throw .wrongType }
    guard let emittedAt = try number(emittedAt) else { throw .noTime }
    guard let type = try number(type), let code = UInt8(exactly: type),
      let kind = PlayerEvent.Kind(rawValue: code)
    else { throw .unknownType }
    // The size says nothing that is counted, but it tells broken events from sound ones.
    _ = try number(width)
    _ = try number(height)
    return PlayerEvent(
      kind,
      at: Timestamp(milliseconds: Int64(emittedAt)),
      position: try number(position),
      isPaused: try claim(isPaused),
      errorCode: try number(errorCode).map { Int64($0) }
    )
  }

  private func number(_ value: JSONValue) throws(EventRefusal) -> Double? {
    switch value {
    case .null: return nil
    case .number(let number):
      guard abs(number) <= PlayerPing.Limit.number else { throw .numberOutOfRange }
      return number
    case .bool, .string, .container: throw .wrongType
    }
  }

  /// A boolean; anything else claims nothing, but a number is judged as everywhere.
  private func claim(_ value: JSONValue) throws(EventRefusal) -> Bool? {
    switch value {
    case .bool(let claim): return claim
    case .number:
      _ = try number(value)
      return nil
    case .null, .string, .container: return nil
    }
  }
}
