public import CellCanvas
public import PlaybackFacts
public import QueryCore
public import Themes

/// All that the dashboard knows and shows; it changes only through ``update(_:)``.
public struct DashboardState: Sendable {
  /// Where the numbers come from.
  public struct Source: Hashable, Sendable {
    /// What the user calls it, such as `local` or a host.
    public let name: String
    /// How long its facts are retained, and in which environment.
    public let retention: Retention
    /// The path of a question at its server begins with this; empty for a store.
    public let address: String
    /// The words by which a command line asks it, such as `--store FILE`; nil where none can.
    public let options: [String]?
    /// The words of a command line that opens a screen of it: a command such as `dash`, then what it takes to find
    /// the source; nil where none can.
    public let opening: [String]?
    /// How much of referrers it has.
    public let referrers: ReferrerDetail
    /// Where its collector takes pings, such as `http://127.0.0.1:8080`; nil where that is not known.
    public let collector: String?

    /// Makes a source.
    public init(
      name: String,
      retention: Retention = Retention(),
      address: String = "",
      options: [String]? = [],
      opening: [String]? = nil,
      referrers: ReferrerDetail = .page,
      collector: String? = nil
    ) {
      self.name = name.scrubbed
      self.retention = retention
      self.address = address
      self.options = options
      self.opening = opening ?? options.map { ["dash"] + $0 }
      self.referrers = referrers
      self.collector = collector
    }
  }

  /// Which time is followed; only the user changes it.
  public enum Mode: Hashable, Sendable {
    /// Now.
    case live
    /// Nothing: what was shown at an instant stays for reading.
    case paused(since: Timestamp)
    /// Nothing: a range in the past, by its end.
    case history(end: Timestamp)
  }

  /// The sources that can be chosen, one at least.
  public let sources: [Source]
  /// What every key does.
  public let keyMap: KeyMap
  /// Answers are asked for at most so often while the data changes.
  public let refreshInterval: Duration

  /// The time on the clock.
  public internal(set) var now: Timestamp
  /// How long the dashboard has run; unlike the clock it can't be set, so waits are measured by it.
  public internal(set) var uptime = Duration.zero
  /// The number of the source that is asked.
  public internal(set) var sourceIndex = 0
  /// What cuts days and writes times of day.
  public internal(set) var zone: Zone
  /// The screen that is shown.
  public internal(set) var view = ScreenID.overview
  /// Which time is followed.
  public internal(set) var mode = Mode.live
  /// How much time is shown.
  public internal(set) var range = TimeRange.day { didSet { rangeStart = nil } }
  /// The filters, in the order in which they were added.
  public internal(set) var filters: [Filter.Clause] = []
  /// Whether filters may have titles in place of ids, because they came before it was known what media items are called.
  var hasTypedTitles = false
  /// Filters that were given a name.
  public internal(set) var savedFilters: [String: [Filter.Clause]] = [:]
  /// The metric that is shown.
  public internal(set) var measure = Measure.plays
  /// What playbacks are grouped by, where they are grouped by a dimension of choice.
  public internal(set) var dimension = Dimension.country
  /// What numbers are compared with; nil for nothing.
  public internal(set) var comparison: ComparedPeriod? = .previous
  /// Where keys go on that screen.
  var focus = PanelFocus(ScreenID.overview.panels[0]) {
    didSet { if focus.search != oldValue.search { rowsChanged() } }
  }
  /// Every screen with its own state.
  var screens = Screens()
  /// The overlay; nil where nothing is over the screen.
  public internal(set) var overlay: Overlay?
  /// The start of the interval that is being read.
  public internal(set) var cursor: Timestamp?
  /// How everything looks.
  var looks: Looks
  /// The cycling through screens; nil where it is off.
  public internal(set) var cycle: Cycle?
  /// The newest answer; it stays when the source fails.
  public internal(set) var snapshot: Snapshot? { didSet { rowsChanged() } }
  /// What the source last said of its data.
  public internal(set) var data: DataState?
  /// What media items are called and tagged.
  public internal(set) var media = MediaNames() { didSet { rowsChanged() } }
  /// A sentence for the user, until the next key.
  public internal(set) var notice: String?
  /// Live facts, and the state of the source.
  public internal(set) var observed = Observed()

  /// What each of the sources answered last, by their numbers.
  var sourceStatuses: [Int: SourceStatus] = [:]
  var cycleOptions: Cycle.Options
  /// The filters that were typed last, until an answer has shown whether facts pass them.
  var typedFilters: [Filter.Clause]?
  /// What was remembered, once it is restored.
  var restored: DashboardMemory?
  /// What the start has shown; nil before it is over.
  var atStart: StartMemory?
  /// The screen from which cycling began: no other was chosen since.
  var viewBeforeCycle: ScreenID?
  /// The places to go back to.
  var backStack = BackStack()
  /// The range before HISTORY, to which LIVE goes back: one in the past is not remembered.
  var rangeBeforeHistory = TimeRange.day
  /// Where that range begins, if it grows.
  var rangeStartBeforeHistory: Timestamp?
  /// Where the range begins that follows now, if that was typed, so that it grows; nil for any other range.
  var rangeStart: Timestamp?
  /// The commands that were chosen from the palette lately, the newest first.
  var recentCommands: [Command] = []
  /// The measure that is being explained.
  var explained: Measure?
  /// What the mouse points at.
  var pointer = Pointer()
  /// The wait for the first ping; nil where there are facts.
  var firstMinutes: FirstMinutes?
  var fetching = Fetching()
  var size = Size(width: 80, height: 24)
  /// The time between frames over a slow link; nil where they are drawn as they come.
  public internal(set) var frameInterval: Duration?

  /// Makes the state of a dashboard that has asked nothing yet.
  ///
  /// - Parameters:
  ///   - sources: where numbers can come from, one at least; the first is asked.
  ///   - zone: what cuts days and writes times of day.
  ///   - now: the time on the clock.
  ///   - themes: the themes that can be chosen; the first is shown.
  ///   - symbols: the glyphs that graphs are made of.
  ///   - keyMap: what every key does.
  ///   - cycle: which screens are turned through, and how fast.
  ///   - refreshInterval: answers are asked for at most so often while the data changes.
  public init(
    sources: [Source],
    zone: Zone,
    now: Timestamp,
    themes: [Theme],
    symbols: Symbols.Family = .blocks,
    keyMap: KeyMap = .standard,
    cycle: Cycle.Options = Cycle.Options(),
    refreshInterval: Duration = .seconds(1)
  ) {
    precondition(!sources.isEmpty, "a dashboard needs a source")
    self.sources = sources
    self.zone = zone
    self.now = now
    looks = Looks(themes: themes, symbolFamily: symbols)
    self.keyMap = keyMap
    self.refreshInterval = refreshInterval
    cycleOptions = cycle
  }

  /// The source that is asked.
  public var source: Source { sources[sourceIndex] }

  /// What colours and weights are drawn with at a colour depth.
  public func palette(_ depth: ColorDepth) -> Palette {
    looks.palette(depth)
  }

  /// Whether keys are taken as text.
  var takesText: Bool {
    switch overlay {
    case .menu, .prompt: true
    case .help, .explanation, nil: false
    }
  }

  var symbols: Symbols { looks.symbols }

  /// The screen that is shown, with its state.
  var screen: any Screen { screens[view] }
}

extension DashboardState {
  /// What was chosen for all screens, as the shown one takes it.
  var selection: Selection {
    let range =
      switch view.traits.time {
      case .fixed(let range): range
      case .chosen, .none: range
      }
    return Selection(
      range: range,
      end: end,
      filter: Filter(filters),
      measure: measure,
      dimension: dimension,
      comparison: comparison,
      zone: zone,
      interval: view.traits.narrowsToCursor ? cursor : nil
    )
  }

  private var end: Selection.End {
    switch mode {
    case .live: .now
    case .paused(let since): .paused(since)
    case .history(let end): .fixed(end)
    }
  }

  /// What is to be shown, apart from the passing of time.
  var subject: ScreenRequest.Subject {
    let selection = selection
    return ScreenRequest.Subject(
      screen: view,
      selection: selection,
      questions: screen.questions(selection)
    )
  }

  /// What would be asked now.
  public var request: ScreenRequest {
    let subject = subject
    var request = ScreenRequest(subject, detail, at: now, retention: retention)
    if let shown = snapshot?.request, let refusal = shown.histogramRefusal,
      refusal.holds(at: now, isSame: shown.subject.isAlike(subject))
    {
      request.histogramRefusal = refusal
    }
    return request
  }

  /// How long facts are retained: as the source says, else as the settings have it.
  var retention: Retention { data?.retention ?? source.retention }

  /// What the shown screen sees of everything else.
  var context: ScreenContext {
    ScreenContext(
      asked: ScreenRequest(subject, at: now, retention: retention),
      mode: mode,
      now: now,
      snapshot: snapshot,
      focus: focus,
      size: size,
      cursor: pointer.interval ?? cursor,
      symbolFamily: looks.symbolFamily,
      media: media,
      observed: observed,
      data: data,
      fetching: fetching,
      source: source,
      sources: sources,
      sourceIndex: sourceIndex,
      sourceStatuses: sourceStatuses,
      uptime: uptime,
      retention: retention,
      keyMap: keyMap
    )
  }

  /// Lets the shown screen know that rows, their names or the search for them are others.
  mutating func rowsChanged() {
    let context = context
    screens[view].rowsChanged(context)
  }
}
