extension Recording {
  /// The recording as a picture that moves, over and over: an SVG animated by CSS, which needs no script.
  ///
  /// A row that is shown in several frames is in it once. Where nothing moves, because the renderer can't or
  /// the reader prefers it so, the last frame stands still.
  ///
  /// - Parameter title: what it shows, for those who can't see it.
  /// - Returns: the whole document.
  public func svg(title: String) -> String {
    guard let last = frames.last else { return "" }
    let paper = SVGPaper(last.palette)
    var times = ShowTimes(frameCount: frames.count)
    var groups = ""
    for row in rows {
      var layer = SVGLayer()
      layer.add(row.cells, y: row.y, paper, row.palette)
      let elements = layer.shapes + layer.texts
      guard !elements.isEmpty else { continue }
      groups += "<g\(times.attributes(of: row.frames))>\n\(elements)</g>\n"
    }
    let starts = frames.map { $0.start / .seconds(1) }
    let styles = times.styles(starts: starts, seconds: max(duration / .seconds(1), 0.1))
    return paper.document(of: size, title: title) {
      """
      <style>\(styles)</style>
      <g shape-rendering="crispEdges" \(SVGText.font)>
      \(groups)</g>

      """
    }
  }

  /// A row as it looks in some frames.
  private struct Row {
    let y: Int
    let cells: ArraySlice<Cell>
    let palette: Palette
    var frames: [Int] = []
  }

  /// Everything that a row ever looks like.
  private var rows: [Row] {
    (0..<size.height).flatMap { y in
      var rows: [Row] = []
      for (index, frame) in frames.enumerated() {
        let cells = frame.canvas[row: y]
        let known = rows.lastIndex { $0.cells == cells && $0.palette == frame.palette }
        if known == nil { rows.append(Row(y: y, cells: cells, palette: frame.palette)) }
        rows[known ?? rows.count - 1].frames.append(index)
      }
      return rows
    }
  }
}

/// When parts of a recording are seen: a style for each list of frames.
private struct ShowTimes {
  let frameCount: Int
  private var numbers: [[Int]: Int] = [:]

  init(frameCount: Int) {
    self.frameCount = frameCount
  }

  /// The attributes of what is seen in some frames.
  mutating func attributes(of frames: [Int]) -> String {
    guard frames.count < frameCount else { return "" }
    let number = numbers[frames, default: numbers.count]
    numbers[frames] = number
    let isLast = frames.last == frameCount - 1
    return " class=\"s\(number)\"" + (isLast ? "" : " visibility=\"hidden\"")
  }

  /// The style sheet.
  ///
  /// - Parameters:
  ///   - starts: when frames begin, in seconds.
  ///   - seconds: how long all of them take.
  /// - Returns: CSS.
  func styles(starts: [Double], seconds: Double) -> String {
    var css = ""
    for (frames, number) in numbers.sorted(by: { $0.value < $1.value }) {
      css += ".s\(number){animation:s\(number) \(seconds)s step-end infinite}\n"
      css += "@keyframes s\(number){\(changes(of: frames, starts, seconds))}\n"
    }
    return css + "@media (prefers-reduced-motion:reduce){g{animation:none!important}}"
  }

  private func changes(of frames: [Int], _ starts: [Double], _ seconds: Double) -> String {
    let shown = Set(frames)
    return starts.indices.filter { $0 == 0 || shown.contains($0) != shown.contains($0 - 1) }
      .map { index in
        let percent = (starts[index] / seconds * 100_000).rounded() / 1000
        return "\(percent)%{visibility:\(shown.contains(index) ? "visible" : "hidden")}"
      }.joined()
  }
}
