import CellCanvas
import PlaybackFacts
import QueryCommandLine
import QueryCore

/// Choosing filters from the values of a dimension, with how many plays each has.
extension DashboardState {
  mutating func openFilters() {
    var items = MetricCatalog.breakdowns.map { dimension -> Menu.Item in
      let own = filters.filter { $0.dimension == dimension }
      let note = own.map { clause in
        (clause.isNegated ? "not " : "")
          + clause.values.map { names.name(of: $0, in: dimension, isShort: true) }
          .joined(separator: ", ")
      }.joined(separator: "; ")
      return Menu.Item("\(dimension.title) …", note: note, .openValues(dimension))
    }
    items.append(
      Menu.Item("type a filter …", note: keyMap.label(of: .typeFilter) ?? "", .typeFilter)
    )
    for (index, clause) in filters.enumerated() {
      let words = words(clause)
      guard clause.dimension != .bots else {
        items.append(Menu.Item(clause.isNegated ? "only bots" : "bots out", .negateFilter(index)))
        items.append(Menu.Item("remove \(words)", .removeFilter(index)))
        continue
      }
      items.append(Menu.Item("edit \(words) …", .editFilter(index)))
      items.append(
        Menu.Item(
          clause.isNegated ? "only \(words)".replacing(" not ", with: " ") : "all but \(words)",
          .negateFilter(index)
        )
      )
      items.append(Menu.Item("remove \(words)", .removeFilter(index)))
    }
    if bots == .all { items.append(Menu.Item("bots out", .nextBots)) }
    if filters.count > 1 { items.append(Menu.Item("remove all", .removeFilters)) }
    if !filters.isEmpty { items.append(Menu.Item("save as …", .nameFilters)) }
    for (name, clauses) in savedFilters.sorted(by: { $0.key < $1.key }) {
      let note = clauses.map(words).joined(separator: ", ")
      items.append(Menu.Item("use \(name)", note: note, .useFilters(name)))
      items.append(Menu.Item("forget \(name)", .forgetFilters(name)))
    }
    open(Menu("Filters", items))
  }

  /// Opens the values of a dimension: those in the range that is shown, under the other filters.
  mutating func openValues(of dimension: Dimension) {
    guard view.traits.time != .none else {
      return ask(.filter(nil), text: "\(dimension.title)=")
    }
    let span =
      isInPast
      ? "this range" : selection.range.isToday ? "today" : "the last \(selection.range.length)"
    var menu = Menu("Filter by \(dimension.title): plays in \(span)", [], for: .values(dimension))
    menu.nothing = "loading …"
    open(menu)
    showValues()
  }

  /// Puts the values of the newest answer into a menu that waits for them.
  mutating func showValues() {
    guard case .menu(var menu)? = overlay, case .values(let dimension) = menu.purpose,
      let rows = values(of: dimension)
    else { return }
    let current = currentValues(of: dimension)
    let total = rows.reduce(0) { $0 + $1.value.double }
    func item(_ value: String, _ note: String) -> Menu.Item {
      Menu.Item(
        names[value, in: dimension],
        note: note,
        .addFilter(Filter.Clause(dimension, [value])),
        isCurrent: current.contains(value)
      )
    }
    let known = Set(rows.map(\.dimensionValue))
    // A media item may have several tags, which add up to more than all.
    let hasShares = total > 0 && dimension != .tag
    let items =
      rows.map { row in
        let count = NumberText.text(row.value.double, .count)
        let share = hasShares ? NumberText.text(row.value.double / total, .ratio) : ""
        let blanks = String(repeating: " ", count: max(1, 8 - share.count))
        return item(row.dimensionValue, share.isEmpty ? count : "\(count)\(blanks)\(share)")
      } + current.filter { !known.contains($0) }.map { item($0, "none") }
    menu.nothing = "no plays in this range"
    menu.replace(items, adding: unplayedItems(for: menu.text, dimension))
    overlay = .menu(menu)
  }

  /// Values that a text means and that no play in this range has: they can be chosen, and are told to have none.
  func unplayedItems(for text: String, _ dimension: Dimension) -> [Menu.Item] {
    let isWhole = (values(of: dimension)?.count ?? 0) < Self.valueQuestion(of: dimension).rows
    let text = text.trimmed
    // Of media items there may be very many: their names are searched where they are in lower case already.
    let values =
      dimension == .mediaID
      ? (text.isEmpty ? [] : media.ids(calledWith: text))
      : filterText.candidates(for: text, in: [dimension]).map(\.value)
    return values.prefix(20).map { value in
      Menu.Item(
        names[value, in: dimension],
        note: isWhole ? "no plays" : "",
        .addFilter(Filter.Clause(dimension, [value]))
      )
    }
  }

  /// The question for the values of a dimension, whatever is filtered by that dimension already.
  static func valueQuestion(of dimension: Dimension) -> Question {
    Question(measure: .plays, shape: .buckets(dimension), rows: 1000, ignored: dimension)
  }

  /// The values of a dimension that the newest answer has, the most plays first; nil where it was not asked.
  func values(of dimension: Dimension) -> [QueryResult.Bucket]? {
    guard let snapshot, !isOutdated,
      case .buckets(let rows)? = snapshot.results(of: Self.valueQuestion(of: dimension)).first?.rows
    else { return nil }
    return rows
  }

  /// The questions for values that what lies over the screen makes worth asking.
  var valueQuestions: [Question] {
    switch overlay {
    case .menu(let menu):
      switch menu.purpose {
      case .values(let dimension): [Self.valueQuestion(of: dimension)]
      case .palette: Self.namedDimensions.map(Self.valueQuestion)
      case .commands: []
      }
    case .prompt(let prompt):
      if case .filter = prompt.purpose { Self.namedDimensions.map(Self.valueQuestion) } else { [] }
    case .help, .explanation, nil: []
    }
  }

  /// The dimensions with few values, which are found by any part of a text.
  private static let namedDimensions: [Dimension] = [
    .country, .deviceType, .operatingSystem, .browser, .tag,
  ]

  /// What is known of names and values, to read filters as people type them.
  var filterText: FilterText {
    var values: [Dimension: [String]] = [:]
    for dimension in Dimension.allCases {
      values[dimension] = self.values(of: dimension)?.map(\.dimensionValue)
    }
    for ranking in snapshot?.rankings ?? [] where values[ranking.dimension] == nil {
      values[ranking.dimension] = ranking.rows.map(\.dimensionValue)
    }
    return FilterText(media: media, referrers: source.referrers, values: values)
  }

  /// The values that a dimension is filtered by.
  private func currentValues(of dimension: Dimension) -> [String] {
    filters.filter { $0.dimension == dimension && !$0.isNegated }.flatMap(\.values)
  }

  /// Takes a key of a menu of values: Space marks, `!` excludes.
  ///
  /// - Returns: whether the key is none that is typed.
  mutating func typeInValues(_ character: Character) -> Bool {
    guard case .menu(var menu)? = overlay, case .values(let dimension) = menu.purpose else {
      return false
    }
    switch character {
    case " ":
      menu.mark()
      overlay = .menu(menu)
      return true
    case "!":
      take(menu, of: dimension, isExcluded: true)
      return true
    default: return false
    }
  }

  /// Filters by the values that are marked, or by the one under the cursor; they take the place of those that
  /// the dimension was filtered by.
  mutating func take(_ menu: Menu, of dimension: Dimension, isExcluded: Bool = false) {
    let commands = menu.marks.isEmpty ? [menu.chosen?.command].compactMap { $0 } : menu.marks
    let values = commands.flatMap { command -> [String] in
      if case .addFilter(let clause) = command { clause.values } else { [] }
    }
    guard !values.isEmpty else { return }
    let clause = Filter.Clause(dimension, values, isNegated: isExcluded)
    overlay = nil
    filters.removeAll { $0.dimension == dimension && $0.isNegated == isExcluded }
    filter(by: [clause])
    typedFilters = [clause]
  }

  /// A menu with its frame.
  func popup(of menu: Menu, in rect: Rect) -> Popup<MenuList> {
    let hint: String =
      switch menu.purpose {
      case .values: "Space mark  Enter filter  ! exclude"
      case .commands, .palette: ""
      }
    let list = MenuList(menu: menu, symbols: symbols, hint: hint)
    let room = Size(width: rect.width - 4, height: rect.height - 2)
    return Popup(title: menu.title, size: list.size(in: room), symbols: symbols, content: list)
  }
}
