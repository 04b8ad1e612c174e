import PlaybackFacts
import QueryCore

/// What is looked at, as far as keys choose it and one can go back to it.
struct Place: Hashable, Sendable {
  let view: ScreenID
  /// Where a range in the past ends; nil where now is followed, or was until reading was paused.
  let historyEnd: Timestamp?
  /// How much time; nil where it grows from its beginning.
  let range: TimeRange?
  /// Where the range begins that grows; nil for any other.
  let rangeStart: Timestamp?
  let filters: [Filter.Clause]
  let measure: Measure
  let dimension: Dimension
  let comparison: ComparedPeriod?
}

/// The places one has been at, the newest last.
struct BackStack: Sendable {
  /// A place, and what it takes to be there again.
  struct Step: Sendable {
    let place: Place
    let mode: DashboardState.Mode
    let range: TimeRange
    let focus: PanelFocus
    let cursor: Timestamp?
    /// What led away from it; nil for what is a step of its own each time.
    var repeated: Repeated?
  }

  /// What is done several times in a row to get where one wants to be; together it is one step.
  enum Repeated: Hashable, Sendable {
    case turn, shift, zoom, measure, comparison, bots
  }

  /// The most steps; the oldest are forgotten.
  static let limit = 50

  private(set) var steps: [Step] = []

  var count: Int { steps.count }

  /// Takes note of a place that was left for another one.
  mutating func leave(_ step: Step, for place: Place) {
    if let last = steps.last, last.repeated != nil, last.repeated == step.repeated {
      // Once around is nowhere else.
      if last.place == place { steps.removeLast() }
      return
    }
    steps.append(step)
    if steps.count > Self.limit { steps.removeFirst() }
  }

  /// Removes and returns the newest place.
  mutating func takeLast() -> Step? { steps.popLast() }

  mutating func removeAll() { steps = [] }
}

extension DashboardState {
  /// What is looked at.
  var place: Place {
    var historyEnd: Timestamp?
    if case .history(let end) = mode { historyEnd = end }
    return Place(
      view: view,
      historyEnd: historyEnd,
      range: rangeStart == nil ? range : nil,
      rangeStart: rangeStart,
      filters: filters,
      measure: measure,
      dimension: dimension,
      comparison: comparison
    )
  }

  /// What it takes to come back to where one is now.
  var step: BackStack.Step {
    BackStack.Step(
      place: place,
      mode: mode,
      range: range,
      focus: focus,
      cursor: cursor
    )
  }

  /// Takes note that the user has left a place, unless it is where one is still, or was led back to.
  mutating func noteStep(from before: BackStack.Step, count: Int, by message: DashboardMessage) {
    guard backStack.count == count, place != before.place else { return }
    var step = before
    step.repeated = message.repeated
    backStack.leave(step, for: place)
  }

  /// Goes back to where one was before the last step.
  mutating func stepBack() {
    while let step = backStack.takeLast() {
      // Facts of that time may have expired since.
      if let end = step.place.historyEnd, end <= retention.edge(at: now) { continue }
      go(to: step)
      return
    }
    let key = filters.isEmpty ? nil : keyMap.label(of: .openFilters)
    notice = "nothing to go back to" + (key.map { "; \($0) removes filters" } ?? "")
  }

  private mutating func go(to step: BackStack.Step) {
    let place = step.place
    filters = place.filters
    measure = place.measure
    dimension = place.dimension
    comparison = place.comparison
    // Who paused goes on reading what was paused.
    if place.historyEnd != nil || isInPast { mode = step.mode }
    range = step.range
    rangeStart = place.rangeStart
    turn(to: place.view)
    focus = step.focus
    cursor = step.cursor
    rowsChanged()
  }
}

extension DashboardState {
  /// The steps that led here as people say them, each by what it changed; the place that is shown comes last.
  var path: [String] {
    let places = backStack.steps.map(\.place) + [place]
    return [places[0].view.title]
      + zip(places, places.dropFirst()).map { before, after in step(from: before, to: after) }
  }

  private func step(from before: Place, to after: Place) -> String {
    let added = after.filters.filter { !before.filters.contains($0) }
    if !added.isEmpty {
      return added.map { names.words($0, isShort: true) }.joined(separator: ", ")
    }
    if after.view != before.view { return after.view.title }
    if after.filters != before.filters {
      return after.filters.isEmpty ? "no filter" : "fewer filters"
    }
    if let end = after.historyEnd, end != before.historyEnd {
      let civil = zone.civil(end)
      return "to \(TimeText.weekday(civil.date)) \(TimeText.clock(civil))"
    }
    if after.historyEnd != before.historyEnd { return "LIVE" }
    if let range = after.range, range != before.range { return range.length }
    if let start = after.rangeStart, start != before.rangeStart {
      return "since \(TimeText.clock(zone.civil(start)))"
    }
    if after.measure != before.measure { return after.measure.title.lowercased() }
    if after.dimension != before.dimension { return "by \(after.dimension.title)" }
    if after.comparison != before.comparison {
      return after.comparison.map { "vs \($0.shortTitle)" } ?? "no comparison"
    }
    return after.view.title
  }
}

extension DashboardMessage {
  /// Whether the user caused it.
  var isOfUser: Bool {
    switch self {
    case .command, .typed, .pasted, .erased, .cleared, .confirmed, .clicked, .dragged, .released,
      .wheeled:
      true
    default: false
    }
  }

  fileprivate var repeated: BackStack.Repeated? {
    switch self {
    case .command(.turn): .turn
    case .command(.shift): .shift
    case .command(.magnify), .command(.shrink): .zoom
    case .command(.moveRow), .wheeled: .measure
    case .command(.nextComparison): .comparison
    case .command(.nextBots): .bots
    default: nil
    }
  }
}
