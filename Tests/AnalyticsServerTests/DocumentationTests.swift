import AnalyticsAPI
import Foundation
import PlaybackFacts
import QueryCore
import Testing

@Suite("API documentation")
struct DocumentationTests {
  private let article: String

  init() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let file = root.appending(path: "Sources/AnalyticsServer/AnalyticsServer.docc/API.md")
    article = try String(contentsOf: file, encoding: .utf8)
  }

  @Test(arguments: ProblemKind.allCases)
  func `every type of problem is explained with its status`(kind: ProblemKind) {
    #expect(article.contains("| `\(kind.rawValue)` | \(kind.status) | "))
  }

  @Test(arguments: ParameterName.allCases)
  func `every parameter is explained`(parameter: ParameterName) {
    #expect(article.contains("`\(parameter.rawValue)`"))
  }

  @Test(arguments: PlaybackFacts.Dimension.allCases)
  func `every filter is named`(dimension: PlaybackFacts.Dimension) {
    #expect(article.contains("`\(dimension.filterName)`"))
  }
}
