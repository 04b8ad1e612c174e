import CellCanvas
import QueryCore
import TextAndBytes

/// The times to the first frame of some impressions.
struct FirstFrames: Hashable, Sendable {
  /// How many impressions took how long, in milliseconds.
  let times: QueryCore.Histogram

  /// Takes the rows of an answer.
  init(_ bins: [QueryResult.Bin]) {
    times = QueryCore.Histogram(
      entries: bins.map { bin in
        QueryCore.Histogram.Entry(
          bucket: QueryCore.Histogram.bucket(of: bin.bounds.lowerBound),
          count: Int64(bin.value.double)
        )
      }
    )
  }

  /// The answer to a question for a histogram; nil where there is none.
  init?(_ results: [QueryResult]) {
    guard case .histogram(let bins)? = results.first?.rows else { return nil }
    self.init(bins)
  }

  /// The percentiles that people look at, by their names.
  var percentiles: [(name: String, milliseconds: Double)] {
    [50, 75, 95].compactMap { percent in
      times.percentile(percent).map { ("p\(percent)", Double($0)) }
    }
  }

  /// All buckets from the first to the last that has impressions, with those that have none.
  var buckets: (edges: [Double], counts: [Double]) {
    guard let first = times.entries.first?.bucket, let last = times.entries.last?.bucket else {
      return ([], [])
    }
    var counts = [Double](repeating: 0, count: last - first + 1)
    for entry in times.entries { counts[entry.bucket - first] = Double(entry.count) }
    let edges = (first...last + 1).map { bucket in
      // A scale of powers has no 0.
      max(0.5, Double(QueryCore.Histogram.bounds(of: bucket).lowerBound))
    }
    return (edges, counts)
  }
}

/// How many impressions took how long to their first frame, with percentiles.
struct FirstFramePanel: View {
  /// Whether an answer came, whatever it has.
  var isAnswered = false
  /// Nil before it is known, and where the source can't count it.
  var frames: FirstFrames?
  /// Why the source did not count it this time; nil where it never does.
  var refusal: String?
  var symbols = Symbols.blocks

  func draw(in rect: Rect, on canvas: inout Canvas) {
    // As far as panels that keys go to.
    let rect = ShellLayout.content(of: rect)
    guard !rect.isEmpty else { return }
    let body = Panel.content(of: rect).inset(left: FittingLine.gap)
    canvas.draw(
      Panel(
        title: [TextRun("Impressions", .title), TextRun(" by time to the first frame", .dim)],
        right: numbers,
        symbols: symbols
      ),
      in: rect.row(0)
    )
    guard let frames, !frames.times.isEmpty else {
      for (index, line) in nothing.lines(in: max(1, body.width)).prefix(body.height).enumerated() {
        canvas.draw(TextLine(line, .dim), in: body.row(index))
      }
      return
    }
    let (edges, counts) = frames.buckets
    let histogram = CellCanvas.Histogram(
      edges: edges,
      counts: counts,
      marks: frames.percentiles.map { percentile in
        .init(
          percentile.milliseconds,
          "\(percentile.name) \(NumberText.text(percentile.milliseconds, .milliseconds))"
        )
      },
      symbols: symbols
    ) { NumberText.axis($0, .milliseconds) }
    canvas.draw(histogram, in: body)
  }

  private var numbers: [TextRun] {
    guard let frames, !frames.times.isEmpty else { return [] }
    return [TextRun("n \(NumberText.text(Double(frames.times.count), .count))", .dim)]
  }

  private var nothing: String {
    guard isAnswered else { return NumberText.unknown }
    guard frames != nil else {
      let reason = refusal?.scrubbed ?? "this source can't count first frames by their time"
      return "\(NumberText.noData) \(reason)"
    }
    return "\(NumberText.noData) no first frames in this time"
  }
}
