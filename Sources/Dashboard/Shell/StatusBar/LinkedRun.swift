import CellCanvas

/// A run of text, and what a click on it does.
struct LinkedRun {
  let run: TextRun
  /// What a click does; nil where it does nothing.
  let command: Command?

  init(_ text: String, _ style: Style = .text, _ command: Command? = nil) {
    self.init(TextRun(text, style), command)
  }

  init(_ run: TextRun, _ command: Command? = nil) {
    self.run = run
    self.command = command
  }

  var width: Int { run.width }
}

extension [LinkedRun] {
  /// The columns that they take.
  var width: Int { reduce(0) { $0 + $1.width } }

  /// What a click on a column does, counted from the first.
  func command(atColumn column: Int) -> Command? {
    var x = 0
    for run in self {
      if (x..<x + run.width).contains(column) { return run.command }
      x += run.width
    }
    return nil
  }
}
