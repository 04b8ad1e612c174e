public import AnalyticsSource
import TextAndBytes
import PlaybackFacts

extension SourceHealth {
  /// Where a server tells how it fares.
  public static let path = "/health"

  /// The body of an HTTP answer: `ledger` and `store`, each null where there is none.
  ///
  /// ```
  /// {"ledger":{"since":1716894000000,"acceptedPings":1204,"refusedPings":[{"name":"not-json","count":3}],
  ///            "acceptedEvents":…,"duplicateEvents":…,"lateEvents":…,"refusedEvents":[…],
  ///            "otherPlaybacks":[{"name":"media-id","count":12}],"facts":…,
  ///            "refusedReads":[{"name":"too-many-requests","count":2}]},
  ///  "store":{"bytes":31402112,"logBytes":4120032,"facts":9112004,"bytesPerFact":3.42,"dailyBytes":…,
  ///           "dailyFacts":…,"forecastBytes":…,"span":{"from":1716894000000,"to":1716980400000},
  ///           "clockDoubt":{"offset":63072000000,"steadyFor":7200000},"freeDiskBytes":81230123008}}
  /// ```
  /// Times are in milliseconds since 1970, lengths in milliseconds; `since`, `logBytes`, `span`,
  /// `clockDoubt` and `freeDiskBytes` may be null.
  public func json() -> [UInt8] {
    var json = JSONWriter()
    json.object { json in
      json.key("ledger")
      if let ledger { json.object { $0.members(of: ledger) } } else { json.null() }
      json.key("store")
      if let store { json.object { $0.members(of: store) } } else { json.null() }
    }
    return json.bytes
  }

  /// Reads the body that ``json()`` writes.
  public init(json: [UInt8]) throws(AnswerError) {
    let body = try decode(HealthBody.self, json)
    self.init(ledger: body.ledger?.ledger, store: try body.store?.store())
  }
}

extension JSONWriter {
  fileprivate mutating func members(of ledger: SourceHealth.Ledger) {
    key("since")
    if let since = ledger.since { integer(since.milliseconds) } else { null() }
    key("acceptedPings")
    integer(ledger.acceptedPings)
    key("refusedPings")
    counts(ledger.refusedPings)
    key("acceptedEvents")
    integer(ledger.acceptedEvents)
    key("duplicateEvents")
    integer(ledger.duplicateEvents)
    key("lateEvents")
    integer(ledger.lateEvents)
    key("refusedEvents")
    counts(ledger.refusedEvents)
    key("otherPlaybacks")
    counts(ledger.otherPlaybacks)
    key("facts")
    integer(ledger.facts)
    key("refusedReads")
    counts(ledger.refusedReads)
  }

  fileprivate mutating func members(of store: SourceHealth.Store) {
    key("bytes")
    integer(store.bytes)
    key("logBytes")
    if let bytes = store.logBytes { integer(bytes) } else { null() }
    key("facts")
    integer(store.facts)
    key("bytesPerFact")
    decimal(store.bytesPerFact)
    key("dailyBytes")
    integer(store.dailyBytes)
    key("dailyFacts")
    integer(store.dailyFacts)
    key("forecastBytes")
    integer(store.forecastBytes)
    key("span")
    if let span = store.span {
      object { json in
        json.key("from")
        json.integer(span.from.milliseconds)
        json.key("to")
        json.integer(span.to.milliseconds)
      }
    } else {
      null()
    }
    key("clockDoubt")
    if let doubt = store.clockDoubt {
      object { json in
        json.key("offset")
        json.integer(doubt.offset)
        json.key("steadyFor")
        json.integer(doubt.steadyFor)
      }
    } else {
      null()
    }
    key("freeDiskBytes")
    if let bytes = store.freeDiskBytes { integer(bytes) } else { null() }
  }

  private mutating func counts(_ counts: [SourceHealth.Count]) {
    array(counts) { json, item in
      json.key("name")
      json.string(item.name)
      json.key("count")
      json.integer(item.count)
    }
  }
}

private struct HealthBody: Decodable {
  let ledger: LedgerBody?
  let store: StoreBody?
}

private struct LedgerBody: Decodable {
  let since: Int64?
  let acceptedPings: Int
  let refusedPings: [Count]
  let acceptedEvents: Int
  let duplicateEvents: Int
  let lateEvents: Int
  let refusedEvents: [Count]
  /// Nil from servers that don't count them.
  let otherPlaybacks: [Count]?
  let facts: Int
  /// Nil from servers that don't count them.
  let refusedReads: [Count]?

  struct Count: Decodable {
    let name: String
    let count: Int
  }

  var ledger: SourceHealth.Ledger {
    var ledger = SourceHealth.Ledger()
    ledger.since = since.map { Timestamp(milliseconds: $0) }
    ledger.acceptedPings = acceptedPings
    ledger.refusedPings = refusedPings.map { .init(name: $0.name, count: $0.count) }
    ledger.acceptedEvents = acceptedEvents
    ledger.duplicateEvents = duplicateEvents
    ledger.lateEvents = lateEvents
    ledger.refusedEvents = refusedEvents.map { .init(name: $0.name, count: $0.count) }
    ledger.otherPlaybacks = (otherPlaybacks ?? []).map { .init(name: $0.name, count: $0.count) }
    ledger.facts = facts
    ledger.refusedReads = (refusedReads ?? []).map { .init(name: $0.name, count: $0.count) }
    return ledger
  }
}

private struct StoreBody: Decodable {
  let bytes: Int
  let logBytes: Int?
  let facts: Int
  let bytesPerFact: Double
  let dailyBytes: Int
  let dailyFacts: Int
  let forecastBytes: Int
  let span: Span?
  let clockDoubt: ClockDoubt?
  let freeDiskBytes: Int?

  struct Span: Decodable {
    let from: Int64
    let to: Int64
  }

  struct ClockDoubt: Decodable {
    let offset: Int64
    let steadyFor: Int64
  }

  func store() throws(AnswerError) -> SourceHealth.Store {
    if let span, span.from > span.to {
      throw .malformed(reason: "'store.span' ends before it begins")
    }
    return SourceHealth.Store(
      bytes: bytes,
      logBytes: logBytes,
      facts: facts,
      bytesPerFact: bytesPerFact,
      dailyBytes: dailyBytes,
      dailyFacts: dailyFacts,
      forecastBytes: forecastBytes,
      span: span.map {
        Timeframe(from: Timestamp(milliseconds: $0.from), to: Timestamp(milliseconds: $0.to))
      },
      clockDoubt: clockDoubt.map { .init(offset: $0.offset, steadyFor: $0.steadyFor) },
      freeDiskBytes: freeDiskBytes
    )
  }
}
