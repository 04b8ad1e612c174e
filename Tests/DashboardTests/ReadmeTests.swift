import CellCanvas
import Foundation
import Testing

@testable import Dashboard

@Suite("Readme")
struct ReadmeTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  private static let file = root.appending(path: "README.md")
  private static let keys = root.appending(path: "Sources/Dashboard/Dashboard.docc/Keys.md")

  /// The table of keys, as the manual has it.
  private static var table: String {
    let rows = KeyMap.standard.bindings.map { binding in
      let keys = binding.keys.map { "`\($0.label)`" }.joined(separator: " ")
      let views = binding.views.map { views in
        ScreenID.allCases.filter(views.contains).map(\.rawValue).joined(separator: ", ")
      }
      return "| \(keys) | \(binding.help) | `\(binding.name)` | \(views ?? "everywhere") |"
    }
    return (["| key | does | name | where |", "|---|---|---|---|"] + rows).joined(separator: "\n")
  }

  /// `PLAYHEAD_RECORD_GOLDENS=1` writes the table into the manual.
  @Test func `the table of keys is the key map`() throws {
    var text = try String(contentsOf: Self.keys, encoding: .utf8)
    let start = try #require(text.range(of: "<!-- keys -->\n")).upperBound
    let end = try #require(text.range(of: "\n<!-- end of keys -->")).lowerBound
    if ProcessInfo.processInfo.environment["PLAYHEAD_RECORD_GOLDENS"] != nil {
      text.replaceSubrange(start..<end, with: Self.table)
      try Data(text.utf8).write(to: Self.keys)
      return
    }
    #expect(text[start..<end] == Self.table)
  }

  @Test(arguments: ScreenID.allCases)
  func `there is a picture of every screen`(view: ScreenID) throws {
    let text = try String(contentsOf: Self.file, encoding: .utf8)
    let path = "Sources/Dashboard/Dashboard.docc/Resources/\(view.rawValue).svg"

    #expect(text.contains("(\(path))"))
    let picture = Self.file.deletingLastPathComponent().appending(path: path)
    let svg = try String(contentsOf: picture, encoding: .utf8)
    #expect(svg.contains("<title>Playhead: \(view.title)</title>"))
  }
}
