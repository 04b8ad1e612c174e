import Foundation
import PlaybackFacts
import QueryCore
import Testing

/// What the articles say is what there is.
@Suite("Articles")
struct ArticleTests {
  private static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private func article(_ name: String) throws -> [String] {
    let articles = Self.root.appending(path: "Sources/QueryCore/QueryCore.docc")
    return try String(contentsOf: articles.appending(path: name), encoding: .utf8)
      .components(separatedBy: "\n")
  }

  /// The lines of the table that has such a heading.
  private func table(_ heading: String, in lines: [String]) -> [String] {
    Array(lines.drop { $0 != heading }.prefix { $0.hasPrefix("|") }.dropFirst(2))
  }

  @Test func `the table of metrics is the catalogue`() throws {
    let rows = MetricCatalog.metrics.map { metric in
      "| `\(metric.name)` | \(metric.meaning) | \(metric.level.rawValue) |"
    }

    #expect(table("| metric | meaning | level |", in: try article("Metrics.md")) == rows)
  }

  @Test func `the table of measures is the catalogue`() throws {
    let rows = MetricCatalog.measures.map { measure in
      let cells = [
        "`\(measure.metric)`", "`\(measure.aggregation.rawValue)`",
        measure.seriesName.map { "`\($0)`" } ?? "–", measure.unit.rawValue,
        words(measure.computation), goodness(measure.isMoreBetter),
      ]
      return "| \(cells.joined(separator: " | ")) |"
    }

    let heading = "| metric | aggregation | by dimension, over time | unit | is | more is |"
    #expect(table(heading, in: try article("Metrics.md")) == rows)
  }

  @Test func `the table of dimensions is the vocabulary`() throws {
    let rows = Dimension.allCases.map { dimension in
      "| `\(dimension.breakdownName)` | `\(dimension.filterName)` |"
    }

    #expect(table("| breakdown | filter |", in: try article("Metrics.md")) == rows)
  }

  @Test func `every module is in the table of the architecture`() throws {
    let heading = "| module | is | imports of ours | imports of others |"
    let rows = table(heading, in: try article("Architecture.md"))
    let folders = try FileManager.default.contentsOfDirectory(
      atPath: Self.root.appending(path: "Sources").path
    ).filter { !$0.hasPrefix(".") }
    // Shims over C libraries are named by their library, but for ncurses, which is more than that.
    let modules = Set(folders).subtracting(["CMessageDigest", "CZlib"])

    for module in modules {
      #expect(rows.contains { $0.hasPrefix("| `\(module)` |") }, "\(module) is missing")
    }
  }

  @Test func `the table of the architecture has the imports of the package`() throws {
    let heading = "| module | is | imports of ours | imports of others |"
    let rows = table(heading, in: try article("Architecture.md"))
    let file = Self.root.appending(path: "Package.swift")
    let package = try String(contentsOf: file, encoding: .utf8)
      .replacing(/\.product\([^()]*(?:\([^()]*\)[^()]*)?\)/, with: "")
    let declaration = /\.target\(\s*name: "(\w+)"(?:,\s*dependencies: \[([^\]]*)\])?/
    let shims: Set<Substring> = ["CMessageDigest", "CZlib"]
    var targets = 0

    for target in package.matches(of: declaration) {
      guard let row = rows.first(where: { $0.hasPrefix("| `\(target.1)` |") }) else { continue }
      let imports = Set((target.2 ?? "").matches(of: /"(\w+)"/).map(\.1)).subtracting(shims)
      let cell = row.split(separator: "|")[2]
      #expect(Set(cell.matches(of: /`(\w+)`/).map(\.1)) == imports, "\(target.1)")
      targets += 1
    }
    // All but the program, which imports all.
    #expect(targets == rows.count - 1)
  }

  private func words(_ computation: Measure.Computation) -> String {
    switch computation {
    case .sums(let formula): words(formula)
    case .views: "views of `viewDuration`; unique: days × viewers with one"
    case .peakConcurrency: "the highest slot"
    case .averageConcurrency: "all slots ÷ slots that have begun"
    case .percentile(let percent): "what \(percent) of 100 timed impressions don't exceed, to 1.6 %"
    }
  }

  /// `starts ÷ plays`, as words.
  private func words(_ formula: Formula) -> String {
    var words = spaced("\(formula.numerator)")
    if formula.perUnit != 1 { words += " ÷ \(formula.perUnit)" }
    let divisors = formula.divisors.map { spaced("\($0)") }
    switch divisors.count {
    case 0: return words
    case 1 where formula.isAtMostOne:
      return words + " ÷ \(divisors[0]) or \(spaced("\(formula.numerator)")), whichever is more"
    case 1: return words + " ÷ " + divisors[0]
    default: return words + " ÷ (" + divisors.joined(separator: " + ") + ")"
    }
  }

  /// `watched milliseconds` for `watchedMilliseconds`.
  private func spaced(_ name: String) -> String {
    name.map { $0.isUppercase ? " " + $0.lowercased() : String($0) }.joined()
  }

  private func goodness(_ isMoreBetter: Bool?) -> String {
    switch isMoreBetter {
    case true?: "better"
    case false?: "worse"
    case nil: "neither"
    }
  }
}
