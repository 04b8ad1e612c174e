import FoundationEssentials
import PlaybackFacts
public import QueryCore

extension DataState {
  /// Where a server tells the state of its data.
  public static let path = "/data/state"

  /// This state as the body of an HTTP answer: `{"version":"17","newestReceipt":1716894907000}`.
  ///
  /// The version is a text, because not every reader of JSON keeps all digits of a 64-bit number;
  /// the receipt is in milliseconds since 1970, or null if there never was a ping.
  public func json() -> [UInt8] {
    var json = JSONText()
    json.object { json in
      json.key("version")
      json.string(String(version))
      json.key("newestReceipt")
      if let newestReceipt { json.integer(newestReceipt.milliseconds) } else { json.null() }
    }
    return json.bytes
  }

  /// Reads the body that ``json()`` writes.
  public init(json: [UInt8]) throws(AnswerError) {
    let body = try decode(StateBody.self, json)
    guard let version = UInt64(body.version) else {
      throw .malformed(reason: "the version '\(body.version)' is no number")
    }
    self.init(
      version: version,
      newestReceipt: body.newestReceipt.map { Timestamp(milliseconds: $0) }
    )
  }
}

private struct StateBody: Decodable {
  let version: String
  let newestReceipt: Int64?
}
