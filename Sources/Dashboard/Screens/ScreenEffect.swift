import PlaybackFacts
import QueryCore

/// What a screen wants of the shell.
enum ScreenEffect: Hashable, Sendable {
  /// Says a sentence.
  case notice(String)
  /// Opens a menu.
  case menu(Menu)
  /// Puts the cursor on a row of the focused panel, by its id; nil takes it off the selected one.
  case selectRow(String?)
  /// Adds filters.
  case filter([Filter.Clause])
  /// Shows a range of the past.
  case show(TimeRange, upTo: Timestamp)
  /// Does what a user can ask for.
  case command(Command)
}

extension DashboardState {
  /// Does what a screen wants, in order.
  mutating func apply(_ effects: [ScreenEffect]) -> [DashboardEffect] {
    effects.flatMap { effect -> [DashboardEffect] in
      switch effect {
      case .notice(let sentence): notice = sentence
      case .menu(let menu): overlay = .menu(menu)
      case .selectRow(let id):
        focus.selectedRow = nil
        if let id, let index = rowIDs.firstIndex(of: id) { selectRow(at: index) }
      case .filter(let clauses): filter(by: clauses)
      case .show(let range, let end): look(at: range, upTo: end)
      case .command(let command): return perform(command)
      }
      return []
    }
  }
}
