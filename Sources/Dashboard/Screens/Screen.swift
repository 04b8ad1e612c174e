import CellCanvas
import PlaybackFacts
import QueryCore

/// A screen: what it asks, what it remembers, what keys do on it, and what it draws.
///
/// A screen is a value with its own state. It sees the rest of the dashboard as a ``ScreenContext`` and
/// changes it only by the ``ScreenEffect``s that it returns. Most of it is declared: a screen of charts and
/// rankings needs its questions, its layout and nothing else.
///
/// ```
/// selection ─ questions ─▶ ScreenRequest ─▶ source ─▶ Snapshot ─▶ context ─ view ─▶ canvas
///                 ▲                                                  │
///            own state ◀───────── perform, click, scroll ◀──────── keys
/// ```
protocol Screen: Sendable {
  /// What it shows, as a line of the help.
  static var meaning: String { get }
  /// A short name for its tab where room is tight; nil where the whole name is short enough.
  static var shortTitle: String? { get }
  /// What of the shell it makes use of.
  static var traits: ScreenTraits { get }
  /// The panels that the focus goes through; the first one has it at first.
  static var panels: [ScreenPanel] { get }

  /// Makes the screen as it is before anybody touched it.
  init()

  // MARK: Asking

  /// What is asked for what was chosen.
  func questions(_ selection: Selection) -> Questions
  /// What an answer makes worth asking on top.
  func detail(_ context: ScreenContext) -> ScreenRequest.Detail

  // MARK: Drawing

  /// Where panels are in so much room.
  func layout(in rect: Rect, _ context: ScreenContext) -> Arrangement
  /// What a panel draws.
  func view(of panel: ScreenPanel, _ context: ScreenContext) -> any View
  /// The chart of a panel; nil where it has none.
  func chart(of panel: ScreenPanel, _ context: ScreenContext) -> ChartPanel?
  /// The ids of a panel's rows as they are shown; empty where it has none.
  func rowIDs(of panel: ScreenPanel, _ context: ScreenContext) -> [String]
  /// The panel as a table of texts and numbers.
  func table(of panel: ScreenPanel, _ context: ScreenContext) -> ExportTable

  // MARK: Doing

  /// How rows are sorted; nil where they can't be.
  var sort: RowSort? { get set }
  /// What rows can be sorted by.
  func sortColumns(_ context: ScreenContext) -> [RowSort.Column]
  /// Does a command in a way of its own; nil where it does what it does on every screen.
  mutating func perform(_ command: Command, _ context: ScreenContext) -> [ScreenEffect]?
  /// Takes in a click at a cell of a panel that is drawn in an area; nil where it means what it means on
  /// every screen.
  mutating func click(
    x: Int,
    y: Int,
    in place: Arrangement.Place,
    _ context: ScreenContext
  ) -> [ScreenEffect]?
  /// A word of the key bar for what a command does here; nil where that is what it does on every screen.
  func hint(of command: Command, _ context: ScreenContext) -> String?
  /// Takes in what to group by; false where that is for another screen.
  mutating func group(by dimension: Dimension) -> Bool
  /// Takes in that rows, their names, their order or the search for them have changed.
  mutating func rowsChanged(_ context: ScreenContext)
  /// How many rows are below each other in a panel that is drawn in an area; 0 where all are.
  func rowsPerColumn(of panel: ScreenPanel, in area: Rect, _ context: ScreenContext) -> Int
  /// Moves a panel that is scrolled, drawn in so much room, by so many lines.
  mutating func scroll(by lines: Int, in size: Size, _ context: ScreenContext)
  /// The screen that a chosen row of a panel is opened on; nil where it only filters.
  func opensRows(of panel: ScreenPanel) -> ScreenID?
  /// The measure that a panel shows, to be explained.
  func measure(of panel: ScreenPanel, _ context: ScreenContext) -> Measure

  /// The options of a command line that bring its own state back; empty where there are none.
  var options: [String] { get }
  /// What is remembered until the next start, by names.
  var memory: [String: [String]] { get }
  /// Takes in what was remembered, perhaps by another version.
  mutating func restore(_ memory: [String: [String]])
}

/// What a screen makes use of, apart from its questions.
struct ScreenTraits: Hashable, Sendable {
  /// Which time it shows.
  enum Time: Hashable, Sendable {
    /// The chosen range.
    case chosen
    /// Always the last so much.
    case fixed(TimeRange)
    /// None: it asks nothing.
    case none
  }

  var time = Time.chosen
  /// Whether its tab is always there, or only while it is shown, for a screen that others lead to.
  var hasTab = true
  /// Whether numbers are compared with another period.
  var comparesPeriods = true
  /// Whether it looks at the interval under the cursor, where one is read, instead of the whole time, and at the row
  /// that was selected when it is shown.
  var narrowsToCursor = false
  /// What it watches beside results.
  var observes: Observation?
}
