import CellCanvas
import Dashboard
import Foundation
import Testing

/// Screens as they should look, as texts in the folder `Golden`.
///
/// `PLAYHEAD_RECORD_GOLDENS=1 swift test --filter DashboardTests` writes them anew; look at every
/// change before it is kept.
enum Golden {
  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Golden")

  /// Compares a text with the one that is kept under a name.
  static func expect(
    _ text: String,
    is name: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let file = folder.appending(path: name + ".txt")
    if ProcessInfo.processInfo.environment["PLAYHEAD_RECORD_GOLDENS"] != nil {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
      return
    }
    let kept = try String(contentsOf: file, encoding: .utf8)
    guard text != kept else { return }
    let lines = (
      text.split(separator: "\n", omittingEmptySubsequences: false),
      kept.split(separator: "\n", omittingEmptySubsequences: false)
    )
    let row = zip(lines.0, lines.1).enumerated().first { $0.element.0 != $0.element.1 }
    Issue.record(
      """
      \(name) differs first in row \(row?.offset ?? min(lines.0.count, lines.1.count)):
      is     \(row?.element.0 ?? "of another length")
      should \(row?.element.1 ?? "")
      """,
      sourceLocation: sourceLocation
    )
  }
}

extension Canvas {
  /// The rows as text in which every change of looks is written out: `‹81 bold›● LIVE‹252›  last`.
  func annotated(_ palette: Palette) -> String {
    var text = ""
    for y in 0..<size.height {
      var before: Look?
      for x in 0..<size.width {
        guard let cell = self[x: x, y: y], cell.extent != .tail else { continue }
        let look = palette[cell.style]
        // Nobody sees the colour of a blank.
        let isVisible =
          cell.scalar != " " || look.background != nil
          || !look.attributes.isDisjoint(with: [.reverse, .underline])
        if isVisible, look != before {
          text += "‹\(look.words)›"
          before = look
        }
        text.unicodeScalars.append(cell.scalar)
        text.unicodeScalars.append(contentsOf: cell.marks)
      }
      while text.last == " " { text.removeLast() }
      text += "\n"
    }
    return text
  }
}

extension Look {
  fileprivate var words: String {
    var words: [String] = []
    if let foreground { words.append("\(foreground)") }
    if let background { words.append("on \(background)") }
    for (attribute, word) in [
      (Style.Attributes.bold, "bold"), (.dim, "dim"), (.underline, "underline"),
      (.reverse, "reverse"),
    ] where attributes.contains(attribute) {
      words.append(word)
    }
    return words.isEmpty ? "plain" : words.joined(separator: " ")
  }
}
