import AnalyticsAPI
import HTTPTypes
import Hummingbird
import HummingbirdCore
import PingCollector
import PlaybackFacts
import QueryCore

/// `POST /data/batch`: several questions at one instant, answered over the same data.
struct BatchRoutes {
  let gate: AccessGate
  let mapping: ErrorMapping
  let deadline: Duration
  let basePath: BasePath
  let now: @Sendable () -> Timestamp

  private enum Question {
    case asked(Query)
    case refused(Problem)
  }

  func add(to router: Router<ServerContext>) {
    router.post(RouterPath(QueryBatch.path), use: answer)
  }

  private func answer(_ request: Request, _ context: ServerContext) async throws -> Response {
    let environment = try await gate.environment(for: request, context)
    if let parameter = try QueryString(request.uri.query ?? "").parameters.first {
      throw QueryError.invalidParameter(name: parameter.name, detail: Detail.notExpected)
    }
    let body = try await request.body.collect(upTo: PlayerPing.Limit.bodyBytes)
    guard let batch = QueryBatch(json: Array(body.readableBytesView)) else {
      throw QueryError.invalidAttribute(
        name: "queries",
        detail: "This value must be a list of 1 to \(QueryBatch.largestCount) paths such as "
          + "/data/metrics/play/count?from=2024-02-05T00:00:00Z."
      )
    }
    if batch.weight > 1 { try gate.count(context, in: environment, weight: batch.weight) }
    let (parser, now) = (environment.parser(), now())
    let questions = batch.paths.map { question($0, parser, at: now) }
    let answer = try await environment.answer(
      questions.compactMap { if case .asked(let query) = $0 { query } else { nil } },
      for: context.client(of: environment.environment),
      within: deadline
    )
    let rows = answer.results.reduce(0) { $0 + $1.rowCount }
    return await environment.made(ofRows: rows) { response(to: questions, answer) }
  }

  private func response(to questions: [Question], _ answer: QueryAnswer) -> Response {
    var results = answer.results.makeIterator()
    let answers = questions.map { question -> (status: Int, body: [UInt8]) in
      switch question {
      case .asked: return (200, results.next()?.json(basePath: basePath.text) ?? [])
      case .refused(let problem):
        return (problem.kind.status, problem.json(typePrefix: mapping.typePrefix))
      }
    }
    return .json(BatchAnswer.json(answer.state, answers))
  }

  private func question(
    _ path: String,
    _ parser: QueryParser,
    at now: Timestamp
  ) -> Question {
    // Links of answers have the base path; whoever asks them together may leave them as they are.
    let path = basePath.removed(from: path)
    do {
      guard path.hasPrefix("/data/"), let asked = try QueryRequest(URI(path)) else {
        return .refused(Problem(.unrecognizedURL))
      }
      return .asked(try parser.parse(asked, now: now))
    } catch {
      return .refused(mapping.problem(for: error))
    }
  }
}
