import CellCanvas
import PlaybackFacts
import QueryCore
import Themes

extension DashboardState {
  /// Takes in what happened.
  ///
  /// Time only passes by `ticked`: send it before the messages of each turn.
  ///
  /// - Parameter message: what happened.
  /// - Returns: the work to do, in order.
  public mutating func update(_ message: DashboardMessage) -> [DashboardEffect] {
    switch message {
    case .ticked(let time): tick(time)
    case .dataStateRead(let state): read(state)
    case .dataStateFailed(let reason): fetching.dataFailure = reason
    case .snapshotLoaded(let id, let snapshot): load(id, snapshot)
    case .fetchFailed(let id, let reason, let jitter): fail(id, reason, jitter)
    case .titlesLoaded(let titles):
      self.titles = titles.mapValues(\.scrubbed)
    case .noticed(let sentence): notice = sentence.scrubbed
    case .rangeChosen, .shifted, .liveChosen, .pauseToggled, .comparisonToggled, .measuresOpened,
      .focusMoved, .rowMoved, .rowChosen, .wentBack, .dismissed, .zoomToggled, .helpToggled,
      .symbolsCycled, .themeCycled, .refreshRequested, .repaintRequested, .quitRequested,
      .interrupted:
      notice = nil
      let effects = act(on: message)
      if effects.contains(.quit) { return effects }
      return effects + fetchIfNeeded()
    }
    return fetchIfNeeded()
  }

  /// What the user asked for.
  private mutating func act(on message: DashboardMessage) -> [DashboardEffect] {
    switch message {
    case .rangeChosen(let range): self.range = range
    case .shifted(let halves): shift(byHalves: halves)
    case .liveChosen:
      mode = .live
      overlay = nil
    case .pauseToggled: togglePause()
    case .comparisonToggled: isCompared.toggle()
    case .measuresOpened:
      overlay = .measures(selected: OverviewRequest.chartMeasures.firstIndex(of: measure) ?? 0)
    case .focusMoved(let count): moveFocus(by: count)
    case .rowMoved(let count): moveRow(by: count)
    case .rowChosen: chooseRow()
    case .wentBack: goBack()
    case .dismissed: dismiss()
    case .zoomToggled: isZoomed.toggle()
    case .helpToggled:
      if case .help = overlay { overlay = nil } else { overlay = .help(firstLine: 0) }
    case .symbolsCycled: symbolFamily = symbolFamily.next
    case .themeCycled: cycleTheme()
    case .refreshRequested: fetching.isForced = true
    case .repaintRequested: return [.repaint]
    case .quitRequested:
      guard overlay != nil else { return [.quit] }
      overlay = nil
    case .interrupted: return [.quit]
    case .ticked, .dataStateRead, .dataStateFailed, .snapshotLoaded, .fetchFailed, .titlesLoaded,
      .noticed:
      break
    }
    return []
  }

  // MARK: - Time

  private mutating func shift(byHalves halves: Int) {
    let shown = request.window
    let newest = TimeWindow(range, upTo: now + 1, in: zone).end
    let end = min(shown.end(movedByHalves: halves, in: zone), newest)
    guard end != shown.end else { return }
    guard end > source.retention.edge(at: now) else {
      notice = "facts of that time are no longer kept"
      return
    }
    mode = .history(end: end)
  }

  private mutating func togglePause() {
    switch mode {
    case .live: mode = .paused(since: now)
    case .paused: mode = .live
    case .history: notice = "the past stands still; l goes back to LIVE"
    }
  }

  // MARK: - Rows

  private mutating func moveFocus(by count: Int) {
    guard overlay == nil else { return }
    let panels = Panel.allCases
    let index = panels.firstIndex(of: focus) ?? 0
    let wrapped = (index + count) % panels.count
    focus = panels[wrapped < 0 ? wrapped + panels.count : wrapped]
    held = nil
    holdRow(at: 0)
  }

  private mutating func moveRow(by count: Int) {
    switch overlay {
    case .help(let line):
      overlay = .help(firstLine: min(max(0, line + count), KeyMap.bindings.count - 1))
    case .measures(let selected):
      let last = OverviewRequest.chartMeasures.count - 1
      overlay = .measures(selected: min(max(0, selected + count), last))
    case nil:
      if focus.dimension == nil {
        cycleMeasure(by: count.signum())
      } else {
        holdRow(at: (held?.index ?? 0) + count)
      }
    }
  }

  private mutating func chooseRow() {
    switch overlay {
    case .help: overlay = nil
    case .measures(let selected):
      measure = OverviewRequest.chartMeasures[selected]
      overlay = nil
    case nil:
      guard let dimension = focus.dimension else {
        overlay = .measures(selected: OverviewRequest.chartMeasures.firstIndex(of: measure) ?? 0)
        return
      }
      guard let held else { return }
      let clause = Filter.Clause(dimension, [held.dimensionValue])
      guard !filters.contains(clause) else { return }
      filters.append(clause)
      self.held = nil
    }
  }

  private mutating func goBack() {
    if overlay != nil {
      overlay = nil
    } else if filters.popLast() != nil {
      held = nil
    }
  }

  private mutating func dismiss() {
    if overlay != nil {
      overlay = nil
    } else if isZoomed {
      isZoomed = false
    } else {
      focus = .chart
      held = nil
    }
  }

  /// Puts the cursor on a row of the focused ranking; the nearest if there is none.
  mutating func holdRow(at index: Int) {
    guard let dimension = focus.dimension else { return }
    let rows = rows(of: dimension)
    guard !rows.isEmpty else { return }
    let nearest = min(max(0, index), rows.count - 1)
    held = HeldRow(dimensionValue: rows[nearest].dimensionValue, index: nearest)
  }

  // MARK: - Looks

  private mutating func cycleMeasure(by count: Int) {
    let measures = OverviewRequest.chartMeasures
    let index = (measures.firstIndex(of: measure) ?? 0) + count
    measure = measures[(index + measures.count) % measures.count]
  }

  private mutating func cycleTheme() {
    guard !themes.isEmpty else { return }
    themeIndex = (themeIndex + 1) % themes.count
    notice = "theme \(themes[themeIndex].name)"
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
