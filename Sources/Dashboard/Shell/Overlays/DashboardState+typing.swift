import CellCanvas
import PlaybackFacts
import QueryCore
import QueryCommandLine

extension DashboardState {
  mutating func ask(_ purpose: Prompt.Purpose, text: String = "") {
    overlay = .prompt(Prompt(purpose, text: text))
  }

  /// Changes the text that is being typed.
  mutating func edit(_ change: (String) -> String) {
    switch overlay {
    case .menu(var menu):
      let text = String(change(menu.text).prefix(Prompt.longest))
      switch menu.purpose {
      case .commands: menu.type(text)
      case .palette: menu.type(text, pinned: rangeItem(text), adding: paletteItems(for: text))
      case .values(let dimension): menu.type(text, adding: unplayedItems(for: text, dimension))
      }
      overlay = .menu(menu)
      previewTheme(menu)
    case .prompt(var prompt):
      prompt.text = String(change(prompt.text).prefix(Prompt.longest))
      prompt.fault = nil
      overlay = .prompt(prompt)
      // Finding shows at once what there is.
      if prompt.purpose == .find { find(prompt.text) }
    case .help, .explanation, nil: break
    }
  }

  /// Takes back what was typed last; from a text that is empty, one steps back.
  mutating func erase() {
    switch overlay {
    case .menu(let menu) where menu.text.isEmpty: closeOverlay()
    case .prompt(let prompt) where prompt.text.isEmpty: dismiss()
    case .menu, .prompt: edit { String($0.dropLast()) }
    case .help, .explanation, nil: break
    }
  }

  /// Chooses the entry under the cursor, or takes in the text.
  mutating func confirm() -> [DashboardEffect] {
    switch overlay {
    case .menu(let menu):
      if case .values(let dimension) = menu.purpose {
        take(menu, of: dimension)
        return []
      }
      guard let item = menu.chosen else { return [] }
      looks.endPreview()
      overlay = nil
      if menu.purpose == .palette { noteRecent(item.command) }
      return perform(item.command)
    case .prompt(var prompt):
      prompt.fault = take(prompt)
      // A text that can't be taken stays, to be corrected.
      overlay = prompt.fault == nil ? nil : .prompt(prompt)
      return []
    case .help, .explanation, nil: return []
    }
  }

  private mutating func take(_ prompt: Prompt) -> String? {
    switch prompt.purpose {
    case .range: return take(range: prompt.text)
    case .find: return nil
    case .filter(let index): return take(filter: prompt.text, replacing: index)
    case .filterName:
      let name = prompt.text.trimmed.scrubbed
      guard !name.isEmpty else { return "filters are saved under a name" }
      savedFilters[name] = filters
      notice = "saved as \(name)"
      return nil
    }
  }

  mutating func find(_ text: String) {
    focus.search = text
    focus.selectedRow = nil
  }

  mutating func dismiss() {
    switch overlay {
    case .prompt(let prompt)?:
      if prompt.purpose == .find { find("") }
      overlay = nil
    case .some: closeOverlay()
    case nil:
      if !markedRows.isEmpty {
        focus.marks = []
      } else if !focus.search.isEmpty {
        find("")
      } else if cursor != nil {
        cursor = nil
      } else if focus.isZoomed {
        focus.isZoomed = false
      } else if looks.isKiosk {
        looks.isKiosk = false
      } else {
        focus.move(to: view.panels[0])
      }
    }
  }
}
