import HTTPTypes
import Hummingbird
import PlaybackFacts
import QueryCore
import TextAndBytes

/// The entity tag of an answer, which says what its bytes are, and whether they can be others by now.
///
/// ```
/// "kOQq3mTzq7kYk2Vj0VqKpA.17.8a1f…"
///   hash of the bytes      │  └ check: of all this and the question, by a key of this process
///                          └ version of the data
/// ```
/// Where the check holds, a question is known to be unchanged without being answered again: see
/// `QueryAnswering.canDiffer`. Another process, or the same after a restart, answers it and compares the hash,
/// so that a question about a period that is over is known for ever.
struct EntityTag: Hashable {
  /// What else than the data decides on an answer.
  struct Question: Hashable {
    let environment: StoreEnvironment
    let path: String
    let query: Query
  }

  /// What identifies the bytes.
  let hash: String
  private let version: UInt64?
  private let check: Int

  /// The tag of a body that has no more to it.
  init(of body: [UInt8]) {
    self.init(hash: Self.hash(of: body), version: nil, check: 0)
  }

  /// The tag of the answer to a question.
  /// - Parameters:
  ///   - body: the answer.
  ///   - version: the version of the data that it shows.
  ///   - question: what else decides on it.
  init(of body: [UInt8], at version: UInt64, to question: Question) {
    let hash = Self.hash(of: body)
    self.init(
      hash: hash,
      version: version,
      check: Self.check(hash, version, question)
    )
  }

  private init(hash: String, version: UInt64?, check: Int) {
    self.hash = hash
    self.version = version
    self.check = check
  }

  /// Reads a tag with its quotes, weak or strong; nil where it is none of ours.
  private init?(_ text: some StringProtocol) {
    let text = text.hasPrefix("W/") ? text.dropFirst(2) : text[...]
    guard text.hasPrefix("\""), text.hasSuffix("\""), text.utf8.count > 2 else { return nil }
    let parts = text.dropFirst().dropLast().split(separator: ".")
    switch parts.count {
    case 1: self.init(hash: String(parts[0]), version: nil, check: 0)
    case 3:
      guard let version = UInt64(parts[1]), let check = UInt(parts[2], radix: 16) else {
        return nil
      }
      self.init(hash: String(parts[0]), version: version, check: Int(bitPattern: check))
    default: return nil
    }
  }

  /// The tags that a field such as `If-None-Match` names, as far as they are ours.
  static func all(in field: String) -> [EntityTag] {
    field.split(separator: ",").compactMap { EntityTag($0.filter { $0 != " " && $0 != "\t" }) }
  }

  /// The tag with its quotes.
  var field: String {
    guard let version else { return "\"\(hash)\"" }
    return "\"\(hash).\(version).\(String(UInt(bitPattern: check), radix: 16))\""
  }

  /// The version of the data of the answer to a question, where this process has made the tag for just that.
  func version(ofAnswerTo question: Question) -> UInt64? {
    guard let version, Self.check(hash, version, question) == check else { return nil }
    return version
  }

  private static func hash(of body: [UInt8]) -> String {
    var hasher = SHA256Hasher()
    body.withUnsafeBytes { hasher.update($0) }
    return Base64.urlText(of: hasher.digest().bytes.prefix(16))
  }

  private static func check(_ hash: String, _ version: UInt64, _ question: Question) -> Int {
    // Seeded at random with each start: nobody else can make one, and it means nothing elsewhere.
    var hasher = Hasher()
    hasher.combine(hash)
    hasher.combine(version)
    hasher.combine(question)
    return hasher.finalize()
  }
}

extension ServedEnvironment {
  /// The answer to a question, or a 304 where whoever asks has it already; gives up after `deadline`.
  func answer(
    to query: Query,
    for context: ServerContext,
    within deadline: Duration,
    _ request: Request,
    _ body: @escaping @Sendable (QueryResult) -> [UInt8]
  ) async throws -> Response {
    let question = EntityTag.Question(
      environment: environment,
      path: request.uri.path,
      query: query
    )
    let data = data
    for tag in EntityTag.all(in: request.headers.value(.ifNoneMatch) ?? "") {
      guard let version = tag.version(ofAnswerTo: question) else { continue }
      let canDiffer = try await inTime(deadline) { () async throws(QueryError) -> Bool in
        try await data.canDiffer(query, since: version)
      }
      if !canDiffer { return .notModified(tag.field) }
    }
    let client = context.client(of: environment)
    let answer = try await answer([query], for: client, within: deadline)
    let (result, version) = (answer.results[0], answer.state.version)
    let (bytes, tag) = await made(ofRows: result.rowCount) {
      let bytes = body(result)
      return (bytes, EntityTag(of: bytes, at: version, to: question))
    }
    return .json(bytes, tag, unlessKnownTo: request)
  }
}

extension Response {
  /// A JSON body with its entity tag, or a 304 where whoever asks has these bytes.
  static func json(
    _ body: [UInt8],
    _ tag: EntityTag,
    unlessKnownTo request: Request
  ) -> Response {
    if let known = request.headers.value(.ifNoneMatch),
      known == "*" || EntityTag.all(in: known).contains(where: { $0.hash == tag.hash })
    {
      return .notModified(tag.field)
    }
    var response = Response.json(body)
    response.headers.append(HTTPField(name: .eTag, value: tag.field))
    return response
  }

  /// That whoever asks has the answer already.
  static func notModified(_ tag: String) -> Response {
    Response(status: .notModified, headers: [.eTag: tag])
  }
}
