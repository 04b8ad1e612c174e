import TextAndBytes
import FoundationEssentials
import PlaybackFacts
public import QueryCore

extension DataState {
  /// Where a server tells the state of its data.
  public static let path = "/data/state"
  /// Where a server says when there is another state.
  public static let eventsPath = "/data/events"

  /// This state as the body of an HTTP answer.
  ///
  /// ```
  /// {"version":"17","newestReceipt":1716894907000,
  ///  "collected":{"from":1716800400000,"to":1716894960000,"gaps":[{"from":1716811200000,"to":1716814800000}]},
  ///  "environment":"production","retention":31536000000,"retainedSince":1685232000000}
  /// ```
  ///
  /// The version is a text, because not every reader of JSON keeps all digits of a 64-bit number;
  /// times are in milliseconds since 1970, or null if there never was a ping or a collector.
  public func json() -> [UInt8] {
    var json = JSONWriter()
    json.object { json in
      json.key("version")
      json.string(String(version))
      json.key("newestReceipt")
      if let newestReceipt { json.integer(newestReceipt.milliseconds) } else { json.null() }
      switch collected {
      case .untold: break
      case .never:
        json.key("collected")
        json.null()
      case .during(let timeframe, let gaps):
        json.key("collected")
        json.object { json in
          json.span(timeframe)
          json.key("gaps")
          json.array(gaps) { $0.span($1) }
        }
      }
      if let retention {
        json.key("environment")
        json.string(retention.environment.rawValue)
        json.key("retention")
        json.integer(retention.milliseconds)
        if let edge = retention.recordedEdge {
          json.key("retainedSince")
          json.integer(edge.milliseconds)
        }
      }
    }
    return json.bytes
  }

  /// Reads the body that ``json()`` writes.
  public init(json: [UInt8]) throws(AnswerError) {
    self = try decode(json) { try DataState(from: $0) }
  }

  /// Reads a state where a decoder stands.
  init(from decoder: any Decoder) throws {
    let body = try StateBody(from: decoder)
    guard let version = UInt64(body.version) else {
      throw AnswerError.malformed(reason: "the version '\(body.version)' is not a number")
    }
    self.init(
      version: version,
      newestReceipt: body.newestReceipt.map { Timestamp(milliseconds: $0) },
      collected: body.collected,
      retention: body.retention
    )
  }
}

extension JSONWriter {
  /// The ends of a timeframe, as two members of an object.
  fileprivate mutating func span(_ timeframe: Timeframe) {
    key("from")
    integer(timeframe.from.milliseconds)
    key("to")
    integer(timeframe.to.milliseconds)
  }
}

private struct StateBody: Decodable {
  private enum Key: String, CodingKey {
    case version, newestReceipt, collected, environment, retention, retainedSince
  }

  private struct Span: Decodable {
    let from: Int64
    let to: Int64
    /// Servers of the time before tell none.
    let gaps: [Span]?

    var timeframe: Timeframe? {
      from <= to
        ? Timeframe(from: Timestamp(milliseconds: from), to: Timestamp(milliseconds: to)) : nil
    }
  }

  let version: String
  let newestReceipt: Int64?
  let collected: DataState.Collected
  let retention: Retention?

  init(from decoder: any Decoder) throws {
    let body = try decoder.container(keyedBy: Key.self)
    version = try body.decode(String.self, forKey: .version)
    newestReceipt = try body.decodeIfPresent(Int64.self, forKey: .newestReceipt)
    let environment = try body.decodeIfPresent(String.self, forKey: .environment)
    let kept = try body.decodeIfPresent(Int64.self, forKey: .retention)
    let edge = try body.decodeIfPresent(Int64.self, forKey: .retainedSince)
    retention = environment.flatMap(StoreEnvironment.init).flatMap { environment in
      kept.flatMap { kept in
        guard kept > 0 else { return nil }
        let recordedEdge = edge.map { Timestamp(milliseconds: $0) }
        return Retention(environment, milliseconds: kept, recordedEdge: recordedEdge)
      }
    }
    // Servers of the time before say nothing, which is not null.
    guard body.contains(.collected) else {
      collected = .untold
      return
    }
    let span = try body.decodeIfPresent(Span.self, forKey: .collected)
    guard let span else {
      collected = .never
      return
    }
    let gaps = (span.gaps ?? []).map(\.timeframe)
    guard let timeframe = span.timeframe, !gaps.contains(nil) else {
      throw DecodingError.dataCorruptedError(
        forKey: .collected,
        in: body,
        debugDescription: "a timeframe ends before it begins"
      )
    }
    collected = .during(timeframe, gaps: gaps.compactMap { $0 })
  }
}
