import CellCanvas
import PlaybackFacts
import QueryCore
import Testing

@testable import Dashboard

@Suite("Filters")
struct FilterTests {
  @Test func `Enter makes the row a filter, Backspace goes back to before it`() throws {
    var screen = try Screen()

    screen.press(.tab, .down, .enter, .tab, .enter)
    #expect(
      screen.state.filters == [.init(.country, ["DE"]), .init(.deviceType, ["phone"])]
    )
    #expect(screen.state.snapshot?.request.selection.filter == Filter(screen.state.filters))

    screen.press(.backspace)
    #expect(screen.state.filters == [.init(.country, ["DE"])])
    screen.press(.backspace, .backspace)
    #expect(screen.state.filters.isEmpty)
  }

  @Test func `without the filter of an opened title one is back at the table`() throws {
    var screen = try Screen()
    screen.press(.character("e"), .down, .enter)
    #expect(screen.state.view == .item && screen.state.filters.count == 1)

    screen.press(.backspace)

    #expect(screen.state.view == .media && screen.state.filters.isEmpty)
  }

  @Test(arguments: [
    ("media=the long walk", "media The long walk"), ("referrer=none", "referrer none"),
    ("operating system = ios", "operating system ios"), ("Media Type=video", "media type video"),
    ("browser not safari", "browser not safari"), ("Device phone, tablet", "device phone, tablet"),
    ("title=the long walk", "media The long walk"), ("continent=Europe", "continent EU"),
    ("referrer=https://a.b/c?d=e", "referrer https://a.b/c, https://a.b/c?d=e"),
  ])
  func `a filter may be typed as it is shown`(text: String, words: String) throws {
    var screen = try Screen()

    #expect(screen.state.take(filter: text, replacing: nil) == nil)
    #expect(screen.state.filters.map(screen.state.words) == [words])
    #expect(screen.state.filters[0].values != ["the long walk"])
  }

  @Test(arguments: [
    ("contry FR", "There is no dimension 'contry'"),
    ("contry=FR", "There is no dimension 'contry'; there are media,"),
    ("country=", "write a value behind the sign, such as country=FR"),
    ("media=No such title", "no media item is called 'No such title'"),
  ])
  func `a filter that nothing can pass is refused`(text: String, sentence: String) throws {
    var screen = try Screen()

    let fault = screen.state.take(filter: text, replacing: nil)
    #expect(fault?.hasPrefix(sentence) == true, "\(fault ?? "taken")")
  }

  @Test func `titles are found in any case, and ids before them`() throws {
    var screen = try Screen()
    let items = [
      MediaItem(id: "vi1", title: "Intro"), MediaItem(id: "vi2", title: "intro"),
      MediaItem(id: "intro", title: "Keynote, part 1"), MediaItem(id: "my video", title: nil),
    ]
    screen.send(.mediaListed(MediaNames(items)))
    func ids(_ text: String, replacing index: Int? = nil) -> [String]? {
      screen.state.filters = index == nil ? [] : [.init(.mediaID, ["some id"])]
      return screen.state.take(filter: text, replacing: index) == nil
        ? screen.state.filters.first?.values : nil
    }

    #expect(ids("media=INTRO") == ["vi1", "vi2"])
    #expect(ids("media=intro") == ["intro"])
    #expect(ids("media=keynote, part 1") == ["intro"])
    #expect(ids("media=my video") == ["my video"])
    #expect(ids("media=vi77") == ["vi77"])
    #expect(ids("media=some id,vi1", replacing: 0) == ["some id", "vi1"])
    #expect(ids("media=The media type") == nil)
    #expect(
      screen.state.take(filter: "media=The media type", replacing: nil)?.contains("The media type")
        == true
    )
  }

  @Test func `filters that were removed otherwise come back first`() throws {
    var screen = try Screen()
    screen.press(.character("e"), .down, .enter)
    let filters = screen.state.filters
    screen.send(.command(.removeFilters))

    screen.press(.backspace)
    #expect(screen.state.view == .item && screen.state.filters == filters)
    screen.press(.backspace)

    #expect(screen.state.view == .media && screen.state.filters.isEmpty)
  }

  @Test func `a key leaves bots out, then all others, then nobody`() throws {
    var screen = try Screen()

    screen.press(.character("B"))
    #expect(screen.state.selection.filter.bots == .exclude)
    #expect(screen.text(80, 24).contains("bots out"))
    screen.press(.character("B"))
    #expect(screen.state.selection.filter.bots == .only)
    #expect(screen.text(80, 24).contains("only bots"))
    screen.press(.character("B"))
    #expect(screen.state.filters.isEmpty)
  }

  @Test func `that bots are out is remembered, and what a start says comes first`() throws {
    var screen = try Screen()
    screen.press(.character("B"))
    let memory = screen.state.memory
    var next = try Screen()
    next.state.restore(memory)
    #expect(next.state.filters == screen.state.filters)

    next.state.start(bots: .all)
    #expect(next.state.filters.isEmpty)
  }

  @Test func `the same filter is not added twice`() throws {
    var screen = try Screen()

    screen.press(.tab, .enter, .enter, .enter)

    #expect(screen.state.filters.count == 1)
  }

  @Test func `filters can be typed, negated, edited, saved and used`() throws {
    var screen = try Screen()
    screen.send(.command(.typeFilter))
    screen.type("country=FR,DE deviceType!=tv")
    screen.press(.enter)
    let typed = [
      Filter.Clause(.country, ["FR", "DE"]), Filter.Clause(.deviceType, ["tv"], isNegated: true),
    ]
    #expect(screen.state.filters == typed)

    screen.send(.command(.nameFilters))
    screen.type("west")
    screen.press(.enter)
    screen.send(.command(.negateFilter(0)))
    #expect(screen.state.filters[0].isNegated)
    screen.send(.command(.editFilter(1)))
    #expect(screen.text(100, 24).contains("filter: deviceType!=tv_"))
    screen.press(.control("u"))
    screen.type("browser=chrome")
    screen.press(.enter)
    #expect(screen.state.filters.last == .init(.browser, ["chrome"]))

    screen.send(.command(.useFilters("west")))
    #expect(screen.state.filters == typed)
    screen.send(.command(.forgetFilters("west")))
    #expect(screen.state.savedFilters.isEmpty)
  }

  @Test(arguments: [
    "country=FR,DE device=phone", "country = FR, DE  Device = phone",
    "country = france , Germany device=PHONE",
  ])
  func `filters can be typed as people write them`(text: String) throws {
    var screen = try Screen()
    screen.send(.command(.typeFilter))
    screen.type(text)
    screen.press(.enter)

    #expect(
      screen.state.filters == [.init(.country, ["FR", "DE"]), .init(.deviceType, ["phone"])]
    )
  }

  @Test(arguments: [
    "planet=earth", "country", "continent=XX", "country=FR,ZZ", "country=Nowhere", "",
  ])
  func `a filter that there can't be is refused in a sentence`(text: String) throws {
    var screen = try Screen()
    screen.send(.command(.typeFilter))
    screen.type(text)
    screen.press(.enter)

    guard case .prompt(let prompt)? = screen.state.overlay else {
      Issue.record("it was taken")
      return
    }
    #expect(prompt.fault?.isEmpty == false)
    #expect(screen.state.filters.isEmpty)
  }

  @Test func `excluding a row is a filter that says not`() throws {
    var screen = try Screen()

    screen.press(.tab, .character("!"))

    #expect(screen.state.filters == [.init(.country, ["FR"], isNegated: true)])
    #expect(screen.text(120, 30).contains("country not FR ×"))
    #expect(!screen.rows(of: .countries).contains { $0.dimensionValue == "FR" })
  }
}
