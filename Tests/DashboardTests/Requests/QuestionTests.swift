import PlaybackFacts
import QueryCore
import Testing

@testable import Dashboard

/// Questions of no kind of panel: what a new kind of screen asks.
@Suite("Questions of a screen's own")
struct QuestionTests {
  private func request(_ questions: [Question], _ range: TimeRange = .week) throws -> ScreenRequest
  {
    var screen = try Screen()
    screen.send(.command(.chooseRange(range)))
    var subject = screen.state.subject
    subject.questions = Questions(others: questions)
    return ScreenRequest(subject, at: Screen.now, retention: Retention())
  }

  @Test func `each is asked over the time it names, with the filters of the screen`() throws {
    let clause = Filter.Clause(.deviceType, ["tv"])
    let questions: [Question] = [
      Question(measure: .plays, shape: .timeseries(.hour)),
      Question(measure: .plays, shape: .buckets(.country), span: .compared, rows: 30),
      Question(measure: .peakViewers, shape: .number, span: .moment, clause: clause),
    ]
    let request = try request(questions)

    let queries = request.queries

    #expect(queries.map(\.shape) == questions.map(\.shape))
    #expect(
      queries.map(\.timeframe) == [request.window.timeframe, request.comparable, request.moment]
    )
    #expect(queries[1].page.size == 30 && queries[2].filter == Filter([clause]))
  }

  @Test func `minutes of more than an hour are several queries, and all of them its result`() throws
  {
    let question = Question(measure: .plays, shape: .timeseries(.minute))
    let request = try request([question], .sixHours)

    #expect((6...7).contains(request.queries.count))
    let answer = SampleAudience(now: Screen.now).answer(to: request.queries)
    let snapshot = Snapshot(request, answer, asOf: Screen.now)

    #expect(snapshot.results(of: question) == answer.results)
    #expect(snapshot.results(of: Question(measure: .plays, shape: .number)).isEmpty)
  }

  @Test func `nothing is asked of a compared time that there is not`() throws {
    let question = Question(measure: .plays, shape: .number, span: .compared)
    var request = try request([question])
    var subject = request.subject
    subject.selection.comparison = nil
    request = ScreenRequest(subject, at: Screen.now, retention: Retention())

    #expect(request.queries.isEmpty)
  }
}
