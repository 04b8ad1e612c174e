import Foundation
import PlaybackFacts
import Testing

@Suite("Views and viewers, end to end")
struct AudienceMetricsTests {
  /// Two playbacks of one viewer and one of another: watched in the same slot, two of them views.
  private static func facts(at slot: Timestamp) -> String {
    let time = slot.milliseconds
    return World.columns + """

      \(time),watch,20000,vi1,FR,tv,linux,chrome,,anna,a1
      \(time),watch,20000,vi2,DE,tv,linux,chrome,,anna,a2
      \(time),watch,9000,vi1,FR,tv,linux,chrome,,ben,b1
      \(time + 20_000),watch,20000,vi1,FR,tv,linux,chrome,,anna,a1
      \(time + 5000),view,5,vi1,FR,tv,linux,chrome,,anna,a1
      \(time + 5000),view,5,vi2,DE,tv,linux,chrome,,anna,a2
      \(time + 10_000),view,10,vi1,FR,tv,linux,chrome,,anna,a1
      \(time + 5000),view,5,vi1,FR,tv,linux,chrome,,ben,b1

      """
  }

  private struct Question: Sendable {
    let path: String
    let parameters: String
    let options: [String]
    let metric: String
    let data: String

    init(
      _ path: String,
      _ parameters: String = "",
      _ options: String = "",
      metric: String,
      data: String
    ) {
      self.path = path
      self.parameters = parameters
      self.options = options.words
      self.metric = metric
      self.data = data
    }
  }

  private static let questions = [
    Question("metrics/view/count", metric: "view-5", data: "3"),
    Question(
      "metrics/view/count",
      "&viewDuration=10s",
      "--view-duration 10s",
      metric: "view-10",
      data: "1"
    ),
    Question(
      "metrics/view/count",
      "&unique=True",
      "--unique",
      metric: "unique-view-5",
      data: "2"
    ),
    Question(
      "buckets/view/country",
      "&unique=true",
      "--unique",
      metric: "unique-view-5",
      data: """
        [{"metricValue":2,"dimensionValue":"FR"},{"metricValue":1,"dimensionValue":"DE"}]
        """
    ),
    Question("metrics/ccv/peak", metric: "ccv", data: "3"),
    Question("metrics/ccv/peak", "&unique=true", "--unique", metric: "unique-ccv", data: "2"),
    // Four in two of the 180 slots of an hour.
    Question("metrics/ccv/average", metric: "ccv", data: "\(4.0 / 180)"),
    Question(
      "buckets/ccv-peak/media-id",
      metric: "ccv-peak",
      data: """
        [{"metricValue":2,"dimensionValue":"vi1"},{"metricValue":1,"dimensionValue":"vi2"}]
        """
    ),
    Question(
      "buckets/ccv-average/country",
      "&filterBy%5Bcountry%5D=DE",
      "--filter country=DE",
      metric: "ccv-average",
      data: "[{\"metricValue\":\(1.0 / 180),\"dimensionValue\":\"DE\"}]"
    ),
  ]

  @Test func `answers over HTTP are those of a query`() async throws {
    try await World.with { world in
      let now = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
      let hour = now.floored(to: Milliseconds.hour) - 2 * Milliseconds.hour
      let (from, to) = (hour.atom, (hour + Milliseconds.hour).atom)

      _ = try await world.serve { url in
        let imported = try await world.output(
          "import",
          "-",
          input: Self.facts(at: hour + 40 * Milliseconds.minute)
        )
        #expect(imported == "-: 8 facts\n")

        for question in Self.questions {
          let times = "from=\(from)&to=\(to)".replacing("+", with: "%2B")
          let overHTTP = try await HTTPAnswer.get(
            "\(url)/data/\(question.path)?\(times)\(question.parameters)"
          )
          #expect(overHTTP.status == 200)
          #expect(overHTTP.body.contains(#""metric":"\#(question.metric)""#), "\(overHTTP.body)")
          #expect(overHTTP.body.contains("},\"data\":\(question.data)"), "\(overHTTP.body)")

          let words = question.path.split(separator: "/").map(String.init)
          for source in [[], ["--remote", url]] {
            let queried = try await world.run(
              ["query"] + words + ["--from", from, "--to", to, "--format", "json"]
                + question.options + source
            )
            #expect(queried.output == overHTTP.body + "\n", "\(source)")
            #expect(queried.error.isEmpty)
          }
        }

        let series = try await HTTPAnswer.get(
          "\(url)/data/timeseries/ccv-peak?interval=minute&"
            + "from=\((hour + 40 * Milliseconds.minute).atom)&to=\(to)".replacing("+", with: "%2B")
        )
        let first = (hour + 40 * Milliseconds.minute).atom
        #expect(series.body.contains(#""data":[{"emittedAt":"\#(first)","metricValue":3}]"#))

        let live = try await HTTPAnswer.get("\(url)/data/metrics/ccv/live")
        #expect(live.body.hasSuffix("\"data\":0}"), "\(live.body)")
      }
    }
  }
}
