public import QueryCore
import TextAndBytes

/// Several questions that are asked in one request, and answered over the same data.
///
/// ```
/// {"queries":["/data/metrics/play/count?from=…","/data/buckets/play/country"]}
/// ```
public struct QueryBatch: Hashable, Sendable {
  /// Where they are asked.
  public static let path = "/data/batch"
  /// The most questions of one request.
  public static let largestCount = 100
  /// How many questions count as one request where requests are limited.
  public static let questionsPerRead = 10

  /// The paths that ask each question, with their parameters.
  public var paths: [String]

  /// Makes a batch.
  public init(paths: [String]) {
    self.paths = paths
  }

  /// Reads the body of a request; nil where it is none, or has no question or too many.
  public init?(json: [UInt8]) {
    struct Body: Decodable { let queries: [String] }
    guard let body = try? decode(Body.self, json),
      (1...Self.largestCount).contains(body.queries.count)
    else { return nil }
    paths = body.queries
  }

  /// The body of a request.
  public func json() -> [UInt8] {
    var json = JSONWriter()
    json.object { json in
      json.key("queries")
      json.strings(paths)
    }
    return json.bytes
  }

  /// As how many requests it counts where requests are limited: one for every ten questions that are begun.
  public var weight: Int { (paths.count + Self.questionsPerRead - 1) / Self.questionsPerRead }
}

/// What is answered to a ``QueryBatch``.
///
/// ```
/// {"state":{"version":"17",…},
///  "answers":[{"status":200,"body":{"context":{…},"data":7}},
///             {"status":400,"body":{"type":"/problems/invalid-attribute",…}}]}
/// ```
public struct BatchAnswer: Sendable {
  /// What is answered to one question: what would be answered if it were asked alone.
  public enum Item: Hashable, Sendable {
    case result(QueryResult)
    /// An HTTP status that is not 200, and why.
    case problem(status: Int, ReceivedProblem?)
  }

  /// The data that all answers show.
  public let state: DataState
  /// One for each question, in their order.
  public let items: [Item]

  /// Writes an answer.
  /// - Parameters:
  ///   - state: the data that all answers show.
  ///   - answers: the status of each, and its body as JSON.
  /// - Returns: the body of an HTTP answer.
  public static func json(
    _ state: DataState,
    _ answers: [(status: Int, body: [UInt8])]
  ) -> [UInt8] {
    var json = JSONWriter()
    json.object { json in
      json.key("state")
      json.value(state.json())
      json.key("answers")
      json.array(answers) { json, answer in
        json.key("status")
        json.integer(answer.status)
        json.key("body")
        json.value(answer.body)
      }
    }
    return json.bytes
  }

  /// Reads the answer to some questions.
  public init(_ queries: [Query], json: [UInt8]) throws(AnswerError) {
    self = try decode(json) { try BatchAnswer(queries, from: $0) }
  }

  private enum Key: String, CodingKey {
    case state, answers, status, body
  }

  private init(_ queries: [Query], from decoder: any Decoder) throws {
    let body = try decoder.container(keyedBy: Key.self)
    state = try DataState(from: body.superDecoder(forKey: .state))
    var answers = try body.nestedUnkeyedContainer(forKey: .answers)
    var items: [Item] = []
    for query in queries {
      guard !answers.isAtEnd else { break }
      let answer = try answers.nestedContainer(keyedBy: Key.self)
      let status = try answer.decode(Int.self, forKey: .status)
      if status == 200 {
        items.append(.result(try QueryResult(query, from: answer.superDecoder(forKey: .body))))
      } else {
        items.append(
          .problem(status: status, try? answer.decode(ReceivedProblem.self, forKey: .body))
        )
      }
    }
    guard items.count == queries.count, answers.isAtEnd else {
      throw AnswerError.malformed(reason: "there is not one answer for each question")
    }
    self.items = items
  }
}
