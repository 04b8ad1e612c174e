import AnalyticsAPI
import QueryCore
import Testing

@Suite("Problems")
struct ProblemTests {
  @Test func `the members come in a fixed order, and what is not known is left out`() {
    let problem = Problem(.invalidAttribute, detail: "No.", name: "metric")

    #expect(
      String(decoding: problem.json(), as: UTF8.self)
        == #"{"type":"/problems/invalid-attribute","title":"An attribute is invalid.","#
        + #""status":400,"detail":"No.","name":"metric"}"#
    )
    #expect(
      String(decoding: Problem(.unrecognizedURL).json(typePrefix: "https://x/"), as: UTF8.self)
        == #"{"type":"https://x/unrecognized-request-url","title":"Unrecognized request URL.","#
        + #""status":404}"#
    )
  }

  @Test(arguments: ProblemKind.allCases)
  func `every kind reads back behind any prefix`(kind: ProblemKind) throws {
    let body = Problem(kind, detail: "why", name: "x").json(typePrefix: "https://example.org/a/b/")

    let problem = try #require(ReceivedProblem(json: body))

    #expect(problem.kind == kind)
    #expect(problem.title == kind.title)
    #expect(problem.detail == "why")
    #expect(problem.name == "x")
  }

  @Test func `a body of something else is no problem, and an unknown type no kind`() {
    #expect(ReceivedProblem(json: Array("<html>".utf8)) == nil)
    #expect(ReceivedProblem(json: Array(#"{"type":"x/y"}"#.utf8))?.kind == nil)
  }

  @Test func `refusals of questions keep their name and their words`() {
    let attribute = Problem(QueryError.invalidAttribute(name: "metric", detail: "d"))
    let parameter = Problem(QueryError.invalidParameter(name: "from", detail: "d"))

    #expect(attribute == Problem(.invalidAttribute, detail: "d", name: "metric"))
    #expect(parameter == Problem(.invalidParameter, detail: "d", name: "from"))
    #expect(Problem(.unavailable(reason: "r")) == Problem(.unavailable, detail: "r"))
    #expect(Problem(.notProvided) == Problem(.unrecognizedURL))
    #expect(Problem(.limited(retryAfterSeconds: 3)).kind == .tooManyRequests)
  }
}
