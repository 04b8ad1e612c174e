import AnalyticsAPI
import Foundation
import PlaybackFacts
import QueryCore
import Testing

@Suite("API documentation")
struct DocumentationTests {
  private let article: String
  private let problems: String

  init() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let folder = root.appending(path: "Sources/AnalyticsServer/AnalyticsServer.docc")
    article = try String(contentsOf: folder.appending(path: "API.md"), encoding: .utf8)
    problems = try String(contentsOf: folder.appending(path: "Problems.md"), encoding: .utf8)
  }

  @Test(arguments: ProblemKind.allCases)
  func `every type of problem has the text of its page`(kind: ProblemKind) {
    let heading = "## \(kind.rawValue)\n\n\(kind.title) Status \(kind.status).\n\n"
    #expect(problems.contains("\(heading)\(kind.explanation)\n"))
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
