import CellCanvas
import PlaybackFacts
import QueryCore
import Themes

extension DashboardState {
  /// Updates the state by a message.
  ///
  /// Time only passes by `ticked`: send it before the messages of each turn.
  ///
  /// - Parameter message: what happened.
  /// - Returns: the work to do, in order.
  public mutating func update(_ message: DashboardMessage) -> [DashboardEffect] {
    var effects: [DashboardEffect] = []
    let before = message.isOfUser ? (step: step, count: backStack.count) : nil
    switch message {
    case .ticked(let time, let uptime): tick(time, uptime)
    case .dataStateRead(let state): read(state)
    case .dataStateFailed(let reason, let wait):
      fetching.dataFailure = reason
      fetching.limitedUntil = wait.map { uptime + .seconds($0) }
    case .snapshotLoaded(let id, let snapshot): load(id, snapshot)
    case .fetchFailed(let id, let reason, let jitter, let wait): fail(id, reason, jitter, wait)
    case .mediaListed(let names):
      media = names
      findTypedTitles()
    case .factsPassed(let recent): observed.pass(recent)
    case .healthRead(let health, let process):
      observed.health = health
      observed.process = process
      observed.fault = nil
      noteHealth()
    case .observationFailed(let reason, let process):
      observed.fault = reason.scrubbed
      observed.process = process ?? observed.process
    case .sourceRead(let index, let reading):
      sourceStatuses[index, default: SourceStatus()].note(reading, at: uptime)
    case .sourceFailed(let index, let reason, let wait):
      sourceStatuses[index, default: SourceStatus()]
        .note(failure: reason, isLimited: wait != nil, at: uptime)
    case .noticed(let sentence): notice = sentence.scrubbed
    case .framePaceChanged(let interval): frameInterval = interval
    case .resized(let width, let height): size = Size(width: width, height: height)
    case .command(let command):
      touch()
      effects = perform(command)
    case .typed(let character):
      touch()
      if !typeInValues(character) { edit { $0 + "\(character)" } }
    case .pasted(let text):
      touch()
      edit { $0 + text.filter { !$0.isNewline } }
    case .erased:
      touch()
      erase()
    case .cleared:
      touch()
      edit { _ in "" }
    case .confirmed:
      touch()
      effects = confirm()
    case .clicked(let x, let y):
      touch()
      effects = click(x: x, y: y)
    case .pointed(let x, let y): point(atX: x, y: y)
    case .dragged(let x, _): drag(toX: x)
    case .released: endDrag()
    case .wheeled(let rows, let x, let y):
      touch()
      effects = turnWheel(by: rows, x: x, y: y)
    }
    if let before { noteStep(from: before.step, count: before.count, by: message) }
    fetching.failingSince = fetching.isFailing ? fetching.failingSince ?? uptime : nil
    followFirstPing()
    if effects.contains(.quit) { return effects }
    return effects + fetchIfNeeded() + observeIfNeeded()
  }

  /// A key was pressed: the notice was read, and the screen does not change by itself for a while.
  private mutating func touch() {
    notice = nil
    // A pointer that rests says nothing any more: the cursor of keys is read.
    pointer = Pointer()
    fetching.detailTries = 0
    if let cycle { self.cycle?.nextAt = uptime + .milliseconds(cycle.options.period) }
  }

  /// Performs a command.
  mutating func perform(_ command: Command) -> [DashboardEffect] {
    if overlay == nil {
      var context = context
      context.focusArea = ShellLayout(self, in: size.bounds).place(of: focus.panel)?.area
      if let effects = screens[view].perform(command, context) { return apply(effects) }
    }
    switch command {
    case .show(let view):
      if overlay == nil { narrow(for: view) }
      closeOverlay()
      turn(to: view)
    case .turn(let count):
      let views = ScreenID.allCases
      let index = (views.firstIndex(of: view) ?? 0) + count
      turn(to: views[(index % views.count + views.count) % views.count])
    case .zoomPanel: focus.isZoomed.toggle()
    case .toggleKiosk: looks.isKiosk.toggle()
    case .toggleCycle: toggleCycle()

    case .chooseRange(let range): choose(range)
    case .typeRange: ask(.range)
    case .takeRange(let text): if let fault = take(range: text) { notice = fault }
    case .shift(let halves): shift(byHalves: halves)
    case .magnify: magnify()
    case .shrink: shrink()
    case .moveCursor(let count): moveCursor(by: count)
    case .goLive: goLive()
    case .togglePause: togglePause()
    case .compare(let period): compare(with: period)
    case .nextComparison: nextComparison()
    case .openZones: openZones()
    case .chooseZone(let name): chooseZone(name)

    case .openMeasures: openMeasures()
    case .chooseMeasure(let measure): choose(measure)
    case .openDimensions: openDimensions()
    case .chooseDimension(let dimension): choose(dimension)
    // It is for another screen.
    case .screen: break
    case .explain: explain()

    case .moveFocus(let count): moveFocus(by: count)
    case .moveRow(let count): moveRow(by: count)
    case .moveColumn(let count): moveColumn(by: count)
    case .chooseRow:
      switch overlay {
      case .help, .explanation: closeOverlay()
      case .menu, .prompt, nil: chooseRow()
      }
    case .excludeRow: chooseRow(isExcluded: true)
    case .nextSort: nextSort()
    case .reverseSort: reverseSort()
    case .sort(let column): sort(byColumn: column)
    case .markRow: markRow()
    case .find:
      if hasUse(for: .find) { ask(.find, text: focus.search) } else { notice = noRows }

    case .goBack: goBack()
    case .openFilters: openFilters()
    case .typeFilter: ask(.filter(nil))
    case .openValues(let dimension): openValues(of: dimension)
    case .addFilter(let clause): filter(by: [clause])
    case .editFilter(let index):
      if filters.indices.contains(index) {
        ask(.filter(index), text: FilterText.text(of: filters[index]))
      }
    case .negateFilter(let index): negateFilter(index)
    case .removeFilter(let index): removeFilter(index)
    case .removeFilters: filters = []
    case .nextBots:
      switch bots {
      case .all: countBots(.exclude)
      case .exclude: countBots(.only)
      case .only: countBots(.all)
      }
    case .nameFilters: ask(.filterName)
    case .useFilters(let name): filters = savedFilters[name] ?? filters
    case .forgetFilters(let name): savedFilters[name] = nil

    case .openThemes: openThemes()
    case .chooseTheme(let index): chooseTheme(index)
    case .nextSymbols:
      looks.symbolFamily = looks.symbolFamily.next
      let family = looks.symbolFamily
      notice = "graphs of \(family == .ascii ? "ASCII" : family.rawValue)"
    case .toggleMouse:
      looks.hasMouse.toggle()
      notice = looks.hasMouse ? "mouse on; hold Shift to select text" : "mouse off"
      return [.reportMouse(looks.hasMouse)]

    case .openExports: openExports()
    case .export(let export):
      var isCommandLine = export.format == .commandLine
      if case .explanation = overlay, export == .copy { isCommandLine = true }
      let isUnknown =
        export.format == .commandLine ? source.opening == nil : source.options == nil
      if isCommandLine, isUnknown {
        notice = "only this program can ask \(source.name)"
        return []
      }
      return [.export(export)]

    case .openPalette: openPalette()
    case .toggleHelp:
      if case .help = overlay { closeOverlay() } else { overlay = .help(firstLine: 0) }
    case .dismiss: dismiss()
    case .useSource(let index): return useSource(index)
    case .refresh:
      guard view.traits.time != .none else {
        notice =
          view.traits.observes == .sources
          ? "sources are asked every five seconds" : "health is read every two seconds"
        break
      }
      fetching.isForced = true
      notice = "asked \(source.name) again"
    case .repaint: return [.repaint]
    case .quit:
      guard overlay != nil else { return [.quit] }
      closeOverlay()
    case .interrupt: return [.quit]
    }
    return []
  }

  private mutating func goBack() {
    if overlay != nil {
      closeOverlay()
    } else if !focus.search.isEmpty {
      find("")
    } else {
      stepBack()
    }
  }

  private mutating func toggleCycle() {
    guard cycle == nil else {
      cycle = nil
      notice = "cycling is off"
      return
    }
    viewBeforeCycle = view
    cycle = Cycle(cycleOptions, at: uptime)
    let key = keyMap.label(of: .toggleCycle).map { "; \($0) stays" } ?? ""
    notice = "the next screen every \(cycleOptions.period / Milliseconds.second) s\(key)"
  }

  // MARK: - What is shown

  private mutating func choose(_ measure: Measure) {
    self.measure = measure
    if explained != nil { explained = measure }
  }

  mutating func chooseMeasure(movedBy count: Int) {
    let measures = Measure.chartable
    let index = (measures.firstIndex(of: measure) ?? 0) + count
    choose(measures[(index + measures.count) % measures.count])
  }

  private mutating func choose(_ dimension: Dimension) {
    self.dimension = dimension
    if !screens[view].group(by: dimension) { turn(to: .breakdown) }
    focus.search = ""
    focus.selectedRow = nil
  }

  private mutating func explain() {
    if case .explanation = overlay {
      closeOverlay()
      return
    }
    guard view.traits.time != .none else {
      notice = "there is nothing to explain here"
      return
    }
    explained = screen.measure(of: focus.panel, context)
    overlay = .explanation(firstLine: 0)
  }

  private mutating func chooseTheme(_ index: Int) {
    guard looks.themes.indices.contains(index) else { return }
    looks.chooseTheme(index)
    notice = "theme \(looks.themes[index].name)"
  }

  private mutating func useSource(_ index: Int) -> [DashboardEffect] {
    guard sources.indices.contains(index), index != sourceIndex else { return [] }
    sourceIndex = index
    // Nothing that was known is of this source.
    let lastID = fetching.lastID
    fetching = Fetching()
    fetching.lastID = lastID
    firstMinutes = nil
    snapshot = nil
    data = nil
    media = MediaNames()
    observed.forget()
    pointer = Pointer()
    focus.selectedRow = nil
    focus.marks = []
    focus.search = ""
    backStack.removeAll()
    return [.cancelFetch, .useSource(index)]
  }

  // MARK: - Watching

  private mutating func noteHealth() {
    observed.history.note(
      HealthHistory.Reading(
        time: now,
        uptime: uptime,
        health: observed.health,
        process: observed.process
      )
    )
  }

  /// Watches what the screen shows beside results, and nothing else.
  private mutating func observeIfNeeded() -> [DashboardEffect] {
    // No facts of now pass by where another time is shown.
    let observed = view.traits.observes ?? (firstMinutes == nil ? nil : .facts)
    let wanted = observed == .facts && mode != .live ? nil : observed
    guard wanted != self.observed.subject else { return [] }
    self.observed.subject = wanted
    self.observed.restart()
    // What was true when health was looked at last may be long ago.
    self.observed.health = nil
    if wanted == .sources { sourceStatuses = [:] }
    return [.observe(wanted)]
  }
}

extension Symbols.Family {
  fileprivate var next: Self {
    switch self {
    case .blocks: .braille
    case .braille: .ascii
    case .ascii: .blocks
    }
  }
}
