import CellCanvas
import PlaybackFacts

/// A line to type on, over the bottom of the screen.
struct PromptLine: View {
  let prompt: Prompt
  let today: CivilDate
  /// What Enter would show; nil where the text says nothing yet.
  var preview: String?

  /// The rows that it takes in so many columns.
  func height(in width: Int) -> Int { hints(in: width).count + 1 }

  private func hints(in width: Int) -> [TextRun] {
    guard let fault = prompt.fault else {
      if let preview {
        return preview.lines(in: width - 4).map { TextRun("  \($0)") }
      }
      return [TextRun("  \(prompt.example(on: today))", .dim)]
    }
    return "! \(fault)".lines(in: width - 2).map { TextRun($0, .bad) }
  }

  func draw(in rect: Rect, on canvas: inout Canvas) {
    canvas.fill(rect)
    let last = max(0, rect.height - 1)
    let line = rect.row(last)
    for (row, hint) in hints(in: rect.width).prefix(last).enumerated() {
      canvas.draw(TextLine([hint]), in: rect.row(row).inset(left: 1))
    }
    let label = [TextRun("\(prompt.label): ", .accent)]
    // The end of a text that is too long is what is being typed.
    let room = max(1, line.width - 3 - label[0].width)
    var width = 0
    let end = String(prompt.text.suffix(room)).scrubbed.reversed().prefix { character in
      width += CharacterWidth.columns(of: String(character))
      return width <= room
    }
    let text = String(end.reversed())
    canvas.draw(TextLine(label + [TextRun(text), TextRun("_", .accent)]), in: line.inset(left: 1))
  }
}
