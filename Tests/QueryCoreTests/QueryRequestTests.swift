import PlaybackFacts
import QueryCore
import TestSupport
import Testing

@Suite("Query request")
struct QueryRequestTests {
  let day = timeframe("2024-05-28T11:15:07Z", "2024-05-29T11:15:07Z")
  let now = at("2024-05-29T11:15:06Z")

  @Test(arguments: UInt64(1)...40)
  func `any filter is written as one that lets the same playbacks count`(seed: UInt64) throws {
    var builder = FactBuilder(seed: seed)
    var filter = Filter()
    for _ in 0..<Int.random(in: 0...6, using: &builder.generator) {
      let clause = builder.clause()
      let isListed = clause.dimension.listedValues.map { clause.values.allSatisfy($0.contains) }
      // That an item has this tag and that tag can't be written.
      let isSecondTag =
        clause.dimension == .tag && !clause.isNegated
        && filter.clauses.contains { $0.dimension == .tag && !$0.isNegated }
      if isListed ?? true, !isSecondTag { filter = filter.adding(clause) }
    }
    let query = Query(try .named("play"), in: day, filter: filter)

    let written = try QueryParser(referrers: .full).parse(QueryRequest(query), now: now).filter

    let tags = Dictionary(
      uniqueKeysWithValues: builder.describedMedia().map { ($0.id, $0.tags) }
    )
    for _ in 0..<200 {
      let playback = builder.playback()
      #expect(
        written.matches(playback) { tags[$0] ?? [] } == filter.matches(playback) { tags[$0] ?? [] }
      )
    }
  }

  @Test(arguments: [
    Filter([Filter.Clause(.country, ["FR"]), Filter.Clause(.country, ["DE"])]),
    Filter([Filter.Clause(.country, [])]), Filter([Filter.Clause(.mediaType, [])]),
  ])
  func `a filter that nothing satisfies can be written`(filter: Filter) throws {
    let query = Query(try .named("play"), in: day, filter: filter)

    let written = try QueryParser(referrers: .full).parse(QueryRequest(query), now: now).filter

    for country in ["FR", "DE", Dimension.unknown] {
      for mediaID in ["vi1", "li1"] {
        let playback = Playback(
          id: PlaybackID("p"),
          viewer: ViewerID("v"),
          mediaID: mediaID,
          country: country
        )
        #expect(!written.matches(playback))
      }
    }
  }
}
