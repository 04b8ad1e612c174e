import NIOHTTP1
import PlaybackFacts
import Testing

@testable import AnalyticsClient

@Suite("Request budget")
struct RequestBudgetTests {
  static let fields: [(HTTPHeaders, Int?, Int?, Int?)] = [
    ([:], nil, nil, nil),
    (["Retry-After": "12"], nil, nil, 12),
    (["retry-after": " 12 "], nil, nil, 12),
    (["Retry-After": "Wed, 29 May 2024 11:16:07 GMT"], nil, nil, 60),
    (["Retry-After": "Wed, 29 May 2024 11:00:00 GMT"], nil, nil, 0),
    (["Retry-After": "soon"], nil, nil, nil),
    (["Retry-After": "-3"], nil, nil, nil),
    (["Retry-After": "99999999"], nil, nil, 86_400),
    (["X-RateLimit-Limit": "60", "X-RateLimit-Remaining": "7"], 7, nil, nil),
    (["X-RateLimit-Remaining": "7", "X-RateLimit-Reset": "30"], 7, 30, 30),
    (["X-RateLimit-Remaining": "7", "X-RateLimit-Reset": "1716981337"], 7, 30, 30),
    (["X-RateLimit-Remaining": "7", "X-RateLimit-Retry-After": "30"], 7, 30, 30),
    (["X-RateLimit-Reset": "30", "Retry-After": "5"], nil, 30, 5),
    (["X-RateLimit-Remaining": "-1"], nil, nil, nil),
  ]

  @Test(arguments: fields)
  func `fields of an answer are read`(
    headers: HTTPHeaders,
    remaining: Int?,
    reset: Int?,
    retryAfter: Int?
  ) {
    let limit = RateLimit(headers, at: testTime)

    #expect(limit.remaining == remaining)
    #expect(limit.resetSeconds == reset)
    #expect(limit.retryAfterSeconds == retryAfter)
  }

  private func limit(remaining: Int?, reset: Int?, retryAfter: Int? = nil) -> RateLimit {
    var limit = RateLimit()
    (limit.remaining, limit.resetSeconds, limit.retryAfterSeconds) = (remaining, reset, retryAfter)
    return limit
  }

  @Test func `a refusal is kept to as long as it says`() {
    var budget = RequestBudget()
    budget.note(limit(remaining: nil, reset: nil, retryAfter: 12), isRefusal: true, at: testTime)

    #expect(budget.waitSeconds(at: testTime) == 12)
    #expect(budget.waitSeconds(at: testTime + 11_001) == 1)
    #expect(budget.waitSeconds(at: testTime + 12_000) == nil)
    #expect(budget.waitSeconds(at: testTime - 1) == nil)
    budget.forgetRefusal()
    #expect(budget.waitSeconds(at: testTime) == nil)
  }

  @Test func `a refusal without a time is kept to for some seconds`() {
    var budget = RequestBudget()
    budget.note(RateLimit(), isRefusal: true, at: testTime)

    #expect(budget.waitSeconds(at: testTime) == RequestBudget.usualWaitSeconds)
  }

  @Test func `where nothing is left, nothing is asked before the reset`() {
    var budget = RequestBudget()
    budget.note(limit(remaining: 0, reset: 30), isRefusal: false, at: testTime)

    #expect(budget.waitSeconds(at: testTime) == 30)
  }

  @Test func `a server without limits is never rested for`() {
    var budget = RequestBudget()
    #expect(budget.rest(afterRequests: 20, of: .answers, at: testTime) == 0)
    budget.note(limit(remaining: 1_000_000, reset: 0), isRefusal: false, at: testTime)

    #expect(budget.rest(afterRequests: 20, of: .answers, at: testTime) == 0)
    let turns = (0..<3).map { _ in budget.takeTurn("/data/state", at: testTime) }
    #expect(turns == [true, true, true])
  }

  @Test(
    arguments: [
      // Half of 100 requests in 60 s are 2.5 times 20: one each 24 s.
      (100, 60, 20, 24_000),
      (1000, 60, 20, 2400),
      (10, 60, 20, 60_000),
      (100, 0, 20, 0),
    ] as [(Int, Int, Int, Int64)]
  )
  func `answers are spread over the time until the reset`(
    remaining: Int,
    reset: Int,
    requests: Int,
    milliseconds: Int64
  ) {
    var budget = RequestBudget()
    budget.note(limit(remaining: remaining, reset: reset), isRefusal: false, at: testTime)

    #expect(budget.rest(afterRequests: requests, of: .answers, at: testTime) == milliseconds)
  }

  @Test func `polls of each kind take turns that a tenth allows`() {
    var budget = RequestBudget()
    budget.note(limit(remaining: 100, reset: 60), isRefusal: false, at: testTime)

    let turns = [
      budget.takeTurn("/live", at: testTime), budget.takeTurn("/live", at: testTime + 5000),
      budget.takeTurn("/health", at: testTime + 5000),
      budget.takeTurn("/live", at: testTime + 6000),
      // After the reset nothing is known of limits.
      budget.takeTurn("/live", at: testTime + 60_000),
      budget.takeTurn("/live", at: testTime + 60_000),
    ]

    #expect(turns == [true, false, true, true, true, true])
  }
}
