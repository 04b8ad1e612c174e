import CellCanvas
import PlaybackFacts
import QueryCore
import Testing

@testable import Dashboard

@Suite("Menus and prompts")
struct MenuTests {
  @Test func `letters at the start of words are nearer than letters inside`() throws {
    let names = ["Avg watch time", "Watched to end", "Stall time", "Plays"]
    func best(_ text: String) -> String? {
      names.compactMap { name in FuzzyMatch.score(of: text, in: name).map { (name, $0) } }
        .max { $0.1 < $1.1 }?.0
    }

    #expect(best("awt") == "Avg watch time")
    #expect(best("wte") == "Watched to end")
    #expect(best("st") == "Stall time")
    #expect(best("PLAYS") == "Plays")
    #expect(best("xyz") == nil)
  }

  @Test func `every name is found by its own letters`() {
    for measure in Measure.chartable {
      let letters = measure.title.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
      #expect(FuzzyMatch.score(of: String(letters), in: measure.title) != nil)
    }
  }

  @Test func `what removes one filter, all of them or saved ones comes after what does not`() {
    var menu = Menu(
      "Filters",
      [
        Menu.Item("remove a", .removeFilter(0)), Menu.Item("remove all", .removeFilters),
        Menu.Item("forget rema", .forgetFilters("rema")),
        Menu.Item("from here, edit many a", .editFilter(0)),
      ]
    )
    menu.type("rema")

    #expect(menu.matches.map(\.isRemoval) == [false, true, true, true])
  }

  @Test func `a text that is pasted into a menu is no longer than one that is typed`() throws {
    var screen = try Screen()
    screen.press(.character(":"))
    screen.send(.pasted(String(repeating: "x", count: 100_000)))

    guard case .menu(let menu)? = screen.state.overlay else {
      Issue.record("no menu")
      return
    }
    #expect(menu.text.count == Prompt.longest)
  }

  @Test func `some letters of a saved filter use it and never forget it`() throws {
    var screen = try Screen()
    screen.press(.tab, .enter)
    screen.send(.command(.nameFilters))
    screen.type("usphone")
    screen.press(.enter, .backspace, .character("f"))
    screen.type("usp")
    screen.press(.enter)

    #expect(screen.state.filters.count == 1)
    #expect(screen.state.savedFilters["usphone"] != nil)
  }

  @Test func `the palette finds a metric by some letters and chooses it`() throws {
    var screen = try Screen()

    screen.press(.character(":"))
    screen.type("met wat end")
    screen.press(.enter)

    #expect(screen.state.measure.title == "Watched to end")
    #expect(screen.state.overlay == nil)
  }

  @Test func `the palette has every command that makes sense on the screen`() throws {
    for view in ScreenID.allCases {
      var screen = try Screen()
      screen.send(.command(.show(view)))
      screen.press(.character(":"))
      guard case .menu(let menu)? = screen.state.overlay else {
        Issue.record("no menu")
        return
      }
      let commands = Set(menu.allItems.map(\.command))
      for binding in KeyMap.standard.bindings where binding.command != .openPalette {
        #expect(commands.contains(binding.command) == binding.applies(on: view))
      }
    }
  }

  @Test func `a range that is typed is shown`() throws {
    var screen = try Screen()

    screen.press(.character("R"))
    screen.type("2024-05-01..2024-05-07")
    screen.press(.enter)

    #expect(screen.text(160, 30).contains("HISTORY  Wed 1 May 00:00 – Wed 00:00"))
    #expect(screen.state.snapshot?.request.window.count == 168)
  }

  @Test func `a text that can't be taken stays, with what is wrong`() throws {
    var screen = try Screen()

    screen.press(.character("R"))
    screen.type("soon")
    screen.press(.enter)
    #expect(screen.text(100, 24).contains("! 'soon' is no range"))
    screen.press(.control("u"))
    screen.type("7d")
    screen.press(.enter)

    #expect(screen.state.range == .week && screen.state.overlay == nil)
  }

  @Test(arguments: [
    ("asia/kathmandu", "Asia/Kathmandu"), ("kolk", "Asia/Kolkata"), ("utc", "UTC"),
    ("new york", "America/New_York"), ("berlin", "Europe/Berlin"),
  ])
  func `zones are found by a part of their names, in any case`(text: String, name: String) throws {
    var screen = try Screen()

    screen.press(.character("Z"))
    screen.type(text)
    screen.press(.enter)

    #expect(screen.state.zone.name == name)
    #expect(screen.state.snapshot?.request.selection.zone.name == name)
    #expect(screen.text(200, 30).contains(name))
  }

  @Test func `finding narrows the rows at once, and Esc lets go`() throws {
    var screen = try Screen()
    screen.press(.character("b"), .character("/"))
    screen.type("land")

    let found = screen.state.rowIDs
    #expect(Set(found) == ["CH", "NL", "PL"])
    screen.press(.enter)
    #expect(screen.state.focus.search == "land" && screen.state.overlay == nil)
    screen.press(.escape)

    #expect(screen.state.rowIDs.count == 18)
  }

  @Test func `a sentence that is longer than a row takes the rows above it`() throws {
    var screen = try Screen()
    let mistakes = (1...12).map { "mistake \($0) of the file" }.joined(separator: "; ")
    screen.send(.noticed(mistakes))
    let text = screen.text(80, 24).split(separator: "\n").suffix(4).joined(separator: " ")
    #expect(text.contains("mistake 1 of") && text.hasSuffix("mistake 12 of the file"))

    screen.send(.command(.typeFilter))
    screen.type("colour=red")
    screen.press(.enter)
    let rows = screen.text(80, 24).split(separator: "\n")
    #expect(rows.last?.contains("colour=red_") == true)
    #expect(rows.suffix(4).joined().contains("there are media"))
    #expect(rows.suffix(4).joined().contains("tag."))
  }

  private func titles(_ screen: Screen) -> [String] {
    guard case .menu(let menu)? = screen.state.overlay else { return [] }
    return menu.matches.map(\.title)
  }

  @Test func `the palette finds titles, values of dimensions and ranges`() throws {
    var screen = try Screen()
    screen.press(.character(":"))
    screen.type("long walk")
    #expect(titles(screen).first == "media: The long walk")
    screen.press(.control("u"))
    screen.type("media long")
    #expect(titles(screen).contains("media: The long walk"))
    screen.press(.control("u"))
    screen.type("germany")
    #expect(titles(screen).first == "country: DE Germany")
    screen.press(.enter)
    #expect(screen.state.filters == [.init(.country, ["DE"])])

    screen.press(.character(":"))
    screen.type("last week")
    #expect(titles(screen).first?.hasPrefix("range last week: shows Mon 6 May 00:00") == true)
    screen.press(.enter)
    #expect(screen.state.isInPast && screen.state.request.window.count == 168)
  }

  @Test func `what was chosen lately comes first, the newest on top`() throws {
    var screen = try Screen()
    for text in ["theme light", "media the long", "metric: starts"] {
      screen.press(.character(":"))
      screen.type(text)
      screen.press(.enter)
    }
    screen.press(.character(":"))

    #expect(
      titles(screen).prefix(3) == [
        "metric: Starts", "filter by media The long walk", "theme: light",
      ]
    )
    let text = screen.text(120, 40)
    for heading in ["Recent", "Go to", "Time", "Filter", "Look"] {
      #expect(text.contains(" \(heading) "))
    }
    screen.press(.enter)
    #expect(screen.state.measure.title == "Starts")
  }

  @Test(arguments: [(80, 24), (120, 40), (200, 60), (30, 10)])
  func `every command of the palette can be reached and is drawn`(width: Int, height: Int) throws {
    var screen = try Screen()
    screen.press(.character(":"))
    let count = titles(screen).count
    for index in 0..<count {
      guard case .menu(let menu)? = screen.state.overlay else { return }
      #expect(menu.selected == index)
      let canvas = screen.canvas(width, height)
      let isSeen = (0..<height).contains { y in
        (0..<width).contains { canvas[x: $0, y: y]?.style.role == .selection }
      }
      #expect(isSeen, "\(index)")
      screen.press(.down)
    }
  }
}
