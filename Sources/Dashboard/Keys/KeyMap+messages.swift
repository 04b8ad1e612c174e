public import CellCanvas

extension KeyMap {
  /// What an event of the terminal says, in order; empty where the dashboard does not care.
  ///
  /// A new size needs no message: every frame is drawn to the size of its canvas. Esc with a
  /// character right after it looks like that character with Alt: where that means nothing, it is
  /// taken as the two keys.
  public func messages(for event: TerminalEvent, in state: DashboardState) -> [DashboardMessage] {
    switch event {
    case .key(let key):
      if let message = message(for: key, in: state) { return [message] }
      guard case .alt(let character) = key else { return [] }
      return [.escape, .character(character)].compactMap { message(for: $0, in: state) }
    case .paste(let text): return state.takesText ? [.pasted(text)] : []
    case .resumed: return [.command(.repaint)]
    case .interrupted, .hangUp: return [.command(.interrupt)]
    case .mouse(let action, let x, let y):
      switch action {
      case .press: return [.clicked(x: x, y: y)]
      case .release: return [.released(x: x, y: y)]
      case .drag: return [.dragged(x: x, y: y)]
      case .move: return [.pointed(x: x, y: y)]
      case .wheelUp: return [.wheeled(-3, x: x, y: y)]
      case .wheelDown: return [.wheeled(3, x: x, y: y)]
      }
    case .resized: return []
    }
  }

  /// What a key says: while text is taken, most keys are text.
  func message(for key: Key, in state: DashboardState) -> DashboardMessage? {
    if state.takesText {
      switch key {
      case .character(let character): return .typed(character)
      case .backspace, .delete: return .erased
      case .control("u"): return .cleared
      case .enter: return .confirmed
      case .escape: return .command(.dismiss)
      case .up, .backTab: return .command(.moveRow(-1))
      case .down, .tab: return .command(.moveRow(1))
      case .pageUp: return .command(.moveRow(-10))
      case .pageDown: return .command(.moveRow(10))
      case .home: return .command(.moveRow(-1_000_000))
      case .end: return .command(.moveRow(1_000_000))
      case .control("c"), .control("\\"): return .command(.interrupt)
      case .control("l"): return .command(.repaint)
      case .control, .alt, .left, .right, .shiftUp, .shiftDown, .shiftLeft, .shiftRight, .insert,
        .function:
        return nil
      }
    }
    if let command = command(for: key, on: state.view) { return .command(command) }
    return meaningElsewhere(of: key).map { .noticed($0) }
  }
}
