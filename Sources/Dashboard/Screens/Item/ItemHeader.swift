import CellCanvas
import PlaybackFacts
import TextAndBytes

/// What an item is called, its id and its tags.
struct ItemHeader: View {
  let id: String
  /// Nil where its title is unknown.
  var title: String?
  var tags: [String] = []
  var isFocused = false
  var symbols = Symbols.blocks

  func draw(in rect: Rect, on canvas: inout Canvas) {
    let name = title.map { [TextRun($0, .title), TextRun("  \(id.scrubbed)", .dim)] }
    let kind = MediaType(mediaID: id) == .liveStream ? "live stream" : "video"
    let tags =
      tags.isEmpty ? [] : [TextRun("  tags ", .dim), TextRun(tags.joined(separator: ", "))]
    canvas.draw(
      Panel(
        title: (name ?? [TextRun(id.scrubbed, .title)]) + [TextRun("  \(kind)", .dim)] + tags,
        isFocused: isFocused,
        symbols: symbols
      ),
      in: rect
    )
  }
}
