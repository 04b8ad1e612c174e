import PlaybackFacts
public import QueryCore

/// All that one screen asks, so that one answer fills every panel.
public struct ScreenRequest: Hashable, Sendable {
  /// What the user chose, apart from the passing of time.
  struct Subject: Hashable, Sendable {
    /// Which screen.
    var screen: ScreenID
    /// What was chosen for all screens.
    var selection: Selection
    /// What the screen asks.
    var questions: Questions

    /// Whether another subject differs at most in where its time ends; of the past there are other tiles.
    func isAlike(_ other: Self) -> Bool {
      var same = self
      same.selection.end = other.selection.end
      same.questions.tiles = other.questions.tiles
      return same == other
    }
  }

  /// What a first answer makes worth asking: it never makes a screen outdated.
  struct Detail: Hashable, Sendable {
    /// Curves instead of those of the questions: the values of a split, once they are known.
    var curves: [CurveQuestion] = []
    /// The rows of the table whose trends are asked for.
    var rows: [String] = []
    /// Whether the numbers of these rows are asked for as well, because they are not all in the lists.
    var hasNumbers = false
    /// The measure whose list begins with the lowest, because not all values are in the lists.
    var lowestFirst: Measure?
    /// The measure that is being explained.
    var explained: Measure?
    /// Whether it is explained for the moment that the screen ends with.
    var explainsMoment = false
    /// Questions of no other kind, such as the parts of what an answer has shown to be worth a closer look.
    var others: [Question] = []
  }

  /// What the user chose.
  let subject: Subject
  /// What is asked on top.
  let detail: Detail
  /// The time that is shown.
  let window: TimeWindow
  /// The time it is compared with; nil if it is not, or if facts of then have expired.
  let previous: TimeWindow?
  /// The part of ``previous`` that single numbers are compared with.
  let comparable: Timeframe?
  /// Whether caches and the limits that the source set are passed over: the user wants it now.
  var skipsCaches = false
  /// Why it does not ask for histograms, which not every source has; nil where it does.
  var histogramRefusal: HistogramRefusal?

  /// The slot of 20 s that is open, or was when reading was paused.
  let slot: Timestamp

  /// Makes the request for what was chosen, as of an instant.
  init(_ subject: Subject, _ detail: Detail = Detail(), at now: Timestamp, retention: Retention) {
    self.subject = subject
    self.detail = detail
    let selection = subject.selection
    let zone = selection.zone
    let whole =
      switch selection.end {
      // An interval that begins now is open already.
      case .now: TimeWindow(selection.range, upTo: now + 1, in: zone)
      case .paused(let time): TimeWindow(selection.range, upTo: time, in: zone, isCut: true)
      case .fixed(let time): TimeWindow(selection.range, upTo: time, in: zone)
      }
    slot =
      switch selection.end {
      case .now: now.floored(to: Milliseconds.slot)
      case .paused(let time), .fixed(let time): (time - 1).floored(to: Milliseconds.slot)
      }
    let edge = retention.edge(at: now)
    window = whole.clipped(from: edge)
    let before =
      subject.screen.traits.comparesPeriods
      ? selection.comparison.map { whole.compared($0, of: selection.range, in: zone) } : nil
    previous = before.flatMap { $0.timeframe.from >= edge ? $0 : nil }
    let window = window
    comparable = previous.map { window.comparable(in: $0, at: now) }
  }

  /// What was chosen for all screens.
  var selection: Selection { subject.selection }

  /// What the screen asks.
  var questions: Questions { subject.questions }

  /// The curves of the screen, the main one first.
  var curves: [CurveQuestion] { detail.curves.isEmpty ? questions.curves : detail.curves }

  /// Whether numbers are compared with those of another time, or would be if facts were retained.
  var isComparing: Bool {
    selection.comparison != nil && subject.screen.traits.comparesPeriods
  }

  /// Whether it asks who watches at this very moment, which passes even where no ping arrives.
  var asksForNow: Bool { questions.tiles.contains { $0.measure.reach == .now } }

  /// Every question, none of them twice.
  public var queries: [Query] {
    var seen: Set<Query> = []
    var all: [Query] = []
    for tile in questions.tiles { all += queries(of: tile) }
    for curve in curves { all += queries(of: curve) }
    for ranking in questions.rankings { all += queries(of: ranking) }
    all += tableQueries + explanationQueries
    for question in questions.others + detail.others { all += queries(of: question) }
    return all.filter {
      (histogramRefusal == nil || $0.shape != .histogram) && seen.insert($0).inserted
    }
  }
}
