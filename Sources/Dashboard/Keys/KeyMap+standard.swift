import CellCanvas

extension KeyMap {
  private static let charts: Set<ScreenID> = [.overview, .time, .item, .movers, .heatmap]
  private static let lists: Set<ScreenID> = [.overview, .breakdown, .media, .item, .map, .live]

  /// The keys as they are unless somebody wants others, in the order of the help.
  static let standardBindings: [Binding] =
    below(.goTo, views) + below(.time, ranges + time) + below(.filter, subjects)
    + below(.goTo, panels) + below(.filter, rows + filters) + below(.look, looks)
    + below(.goTo, commands) + below(.look, program)

  private static func below(_ group: Group, _ bindings: [Binding]) -> [Binding] {
    bindings.map { binding in
      var binding = binding
      binding.group = group
      return binding
    }
  }

  private static let views: [Binding] =
    [
      show(.overview, "o"), show(.breakdown, "b"), show(.time, "t"), show(.media, "e"),
      show(.item, "I"), show(.map, "w"), show(.live, "v"),
      show(.movers, "u"), show(.heatmap, "H"), show(.health, "h"),
      show(.wall, "K"), show(.sources, "@"),
      Binding("next-view", [.character("]")], .turn(1), "the next screen"),
      Binding("previous-view", [.character("[")], .turn(-1), "the screen before"),
    ]

  private static func show(_ screen: ScreenID, _ key: Character) -> Binding {
    Binding(
      "view-\(screen.rawValue)",
      [.character(key)],
      .show(screen),
      "\(screen.title): \(screen.meaning)"
    )
  }

  private static let ranges: [Binding] =
    TimeRange.presets.enumerated().map { index, range in
      Binding(
        "range-\(range.title)",
        [.character(Character("\(index + 1)"))],
        .chooseRange(range),
        "the last \(range.length)"
      )
    } + [
      Binding("range-today", [.character("7")], .chooseRange(.today), "since midnight"),
      Binding(
        "range",
        [.character("R")],
        .typeRange,
        "type a range: -36h, today, 14:05, 2024-05-01..2024-05-07"
      ),
    ]

  /// Where the arrows to the left and to the right go from column to column of a list.
  private static let columned: Set<ScreenID> = [.map]

  private static let time: [Binding] = [
    Binding(
      "earlier",
      [.left],
      .shift(halves: -1),
      "back ½ range; in a grid, the hour before",
      hint: "shift",
      on: Set(ScreenID.allCases).subtracting(columned)
    ),
    Binding(
      "later",
      [.right],
      .shift(halves: 1),
      "forward ½ range",
      on: Set(ScreenID.allCases).subtracting(columned)
    ),
    Binding(
      "column-left",
      [.left],
      .moveColumn(-1),
      "the column of the list to the left",
      hint: "column",
      on: columned
    ),
    Binding("column-right", [.right], .moveColumn(1), "the next column of the list", on: columned),
    Binding(
      "magnify",
      [.character("+"), .character("=")],
      .magnify,
      "zoom in, about the cursor"
    ),
    Binding("shrink", [.character("-")], .shrink, "zoom out"),
    Binding(
      "cursor-left",
      [.character(","), .shiftLeft],
      .moveCursor(-1),
      "read the value of an interval",
      on: charts
    ),
    Binding(
      "cursor-right",
      [.character("."), .shiftRight],
      .moveCursor(1),
      "the next interval",
      on: charts
    ),
    Binding(
      "list-earlier",
      [.character(","), .shiftLeft],
      .screen(.shiftRange(halves: -1)),
      "half a range earlier, where arrows choose a column",
      on: columned
    ),
    Binding(
      "list-later",
      [.character("."), .shiftRight],
      .screen(.shiftRange(halves: 1)),
      "half a range later",
      on: columned
    ),
    Binding("live", [.character("l")], .goLive, "back to LIVE and the range before", hint: "live"),
    Binding(
      "pause",
      [.character("p")],
      .togglePause,
      "freeze the screen for reading, or go on",
      hint: "pause"
    ),
    Binding(
      "compare",
      [.character("c")],
      .nextComparison,
      "compare with the period before, the same weekdays, last year, nothing"
    ),
    Binding("zone", [.character("Z")], .openZones, "choose the time zone"),
  ]

  private static let subjects: [Binding] = [
    Binding(
      "metric",
      [.character("m")],
      .openMeasures,
      "choose the metric",
      hint: "metric",
      on: [.overview, .breakdown, .time, .item, .map, .movers, .heatmap]
    ),
    Binding(
      "dimension",
      [.character("d")],
      .openDimensions,
      "choose the dimension",
      hint: "by",
      on: [.breakdown, .time]
    ),
    Binding(
      "overlay",
      [.character("a")],
      .screen(.openOverlays),
      "draw another metric over it",
      hint: "add",
      on: [.time]
    ),
    Binding(
      "split",
      [.character("x")],
      .screen(.toggleSplit),
      "a curve for each value of the dimension",
      hint: "split",
      on: [.time]
    ),
    Binding(
      "heartbeats",
      [.character("a")],
      .screen(.toggleHeartbeats),
      "show or hide heartbeats among the events",
      hint: "heartbeats",
      on: [.live]
    ),
    Binding(
      "second-dimension",
      [.character("x")],
      .screen(.openSecondDimension),
      "choose a second dimension, whose values are columns",
      hint: "columns",
      on: [.breakdown]
    ),
    Binding(
      "explain",
      [.character("i")],
      .explain,
      "what the number means, and how to ask for it",
      hint: "explain"
    ),
  ]

  private static let panels: [Binding] = [
    Binding("next-panel", [.tab], .moveFocus(1), "to the next panel", hint: "panel"),
    Binding("previous-panel", [.backTab], .moveFocus(-1), "to the panel before"),
    Binding(
      "up",
      [.up, .character("k")],
      .moveRow(-1),
      "the row above; on a chart, the metric before"
    ),
    Binding("down", [.down, .character("j")], .moveRow(1), "the row below"),
    Binding("page-up", [.pageUp], .moveRow(-10), "ten rows up"),
    Binding("page-down", [.pageDown], .moveRow(10), "ten rows down"),
    Binding("first", [.home], .moveRow(-1_000_000), "the first row"),
    Binding("last", [.end], .moveRow(1_000_000), "the last row"),
    Binding(
      "back",
      [.backspace, .delete],
      .goBack,
      "one step back: screens, ranges, filters, metrics"
    ),
  ]

  private static let commands: [Binding] = [
    Binding(
      "palette",
      [.character(":")],
      .openPalette,
      "every command, metric, title, value and range",
      hint: "commands"
    )
  ]

  private static let rows: [Binding] = [
    Binding(
      "filter",
      [.enter],
      .chooseRow,
      "filter to this row; in a grid, show this hour",
      hint: "filter"
    ),
    Binding(
      "exclude",
      [.character("!")],
      .excludeRow,
      "exclude this row",
      on: lists.union([.movers])
    ),
    Binding(
      "mark",
      [.character(" ")],
      .markRow,
      "mark rows, to filter by several; elsewhere pause"
    ),
    Binding("find", [.character("/")], .find, "filter rows by name", hint: "find", on: lists),
    Binding(
      "sort",
      [.character("s")],
      .nextSort,
      "sort by the next column",
      hint: "sort",
      on: [.breakdown, .media, .map]
    ),
    Binding(
      "reverse",
      [.character("S")],
      .reverseSort,
      "sort the other way round",
      on: [.breakdown, .media, .map]
    ),
  ]

  private static let filters: [Binding] = [
    Binding(
      "filters",
      [.character("f")],
      .openFilters,
      "filters: choose, edit, negate, remove, save, use"
    ),
    Binding(
      "type-filter",
      [.character("F")],
      .typeFilter,
      "type a filter: France, os ios, title slow, country!=FR,DE"
    ),
    Binding("bots", [.character("B")], .nextBots, "leave bots out, only bots, everybody"),
  ]

  private static let looks: [Binding] = [
    Binding("zoom", [.character("z")], .zoomPanel, "the panel fills the screen", hint: "zoom"),
    Binding("graphs", [.character("g")], .nextSymbols, "graphs of blocks, braille or ASCII"),
    Binding("themes", [.character("T")], .openThemes, "choose a theme, seen at once"),
    Binding("kiosk", [.character("W")], .toggleKiosk, "full screen, without tabs and keys"),
    Binding("cycle", [.character("C")], .toggleCycle, "cycle screens"),
    Binding("mouse", [.character("M")], .toggleMouse, "the mouse; Shift selects text then"),
    Binding("export", [.character("E")], .openExports, "export the panel or the screen"),
    Binding(
      "copy",
      [.character("y")],
      .export(.copy),
      "the panel as CSV to the clipboard; of an explanation its command line"
    ),
    Binding(
      "copy-command",
      [.character("Y")],
      .export(.commandLine),
      "this screen as a command line to the clipboard"
    ),
  ]

  private static let program: [Binding] = [
    Binding("refresh", [.character("r")], .refresh, "ask the source again now"),
    Binding("repaint", [.control("l")], .repaint, "redraw"),
    Binding("close", [.escape], .dismiss, "close, zoom out, clear selection"),
    Binding(
      "help",
      [.character("?"), .function(1)],
      .toggleHelp,
      "the keys of this screen",
      hint: "keys"
    ),
    Binding("quit", [.character("q")], .quit, "quit", hint: "quit"),
    Binding(
      "interrupt",
      [.control("c"), .control("\\")],
      .interrupt,
      "quit from anywhere"
    ),
  ]
}
