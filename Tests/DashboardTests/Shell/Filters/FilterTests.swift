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

  @Test(arguments: [
    ("France", "country FR France"), ("fran", "country FR France"), ("PHONE", "device phone"),
    ("tab", "device tablet"), ("the long", "media The long walk"),
    ("title long", "media The long walk"), ("title keynote", "media Keynote, part 1"),
    ("country ger", "country DE Germany"), ("device pho", "device phone"),
    ("os ios", "operating system ios"), ("country not fran", "country not FR France"),
    ("device!=pho", "device not phone"), ("fold a map", "media How to fold a map"),
  ])
  func `names and their beginnings are taken where they can only mean one thing`(
    text: String,
    words: String
  ) throws {
    var screen = try Screen()

    #expect(screen.state.take(filter: text, replacing: nil) == nil)
    #expect(screen.state.filters.map(screen.state.words) == [words])
  }

  @Test(arguments: [
    ("sw", "'sw' may be country Sweden, country Switzerland"),
    ("country=sw", "'SW' may be country Sweden, country Switzerland"),
    ("title t", "'t' may be media Ten minutes of rain on a tin roof, recorded in Brittany, "),
  ])
  func `of what may mean several things the candidates are named`(
    text: String,
    sentence: String
  ) throws {
    var screen = try Screen()

    let fault = screen.state.take(filter: text, replacing: nil)
    #expect(fault?.hasPrefix(String(sentence.prefix(20))) == true, "\(fault ?? "taken")")
    #expect(screen.state.filters.isEmpty)
  }

  @Test func `what a filter would be is told while it is typed`() throws {
    var screen = try Screen()
    screen.press(.character("F"))
    screen.type("fran")
    #expect(screen.text(100, 24).contains("filters by country FR France"))
    screen.press(.control("u"))
    screen.type("s")
    #expect(screen.text(160, 24).contains("'s' may be"))
  }

  @Test func `several rows are marked, and Enter filters by all of them`() throws {
    var screen = try Screen()
    screen.press(.tab, .character(" "), .down, .character(" "))
    #expect(screen.state.notice == "2 marked: Enter filters by all, Esc clears")
    #expect(screen.text(120, 40).contains(" ●FR France") && screen.text(120, 40).contains(" ●US"))

    screen.press(.enter)
    #expect(screen.state.filters == [.init(.country, ["FR", "US"])])
    #expect(screen.state.focus.marks.isEmpty)
  }

  @Test func `marks are taken back one by one, or all with Esc, and can be excluded`() throws {
    var screen = try Screen()
    screen.press(.character("b"), .character(" "), .up, .character(" "))
    #expect(screen.state.markedRows.isEmpty)
    screen.press(.character(" "), .character(" "), .escape)
    #expect(screen.state.markedRows.isEmpty && screen.state.view == .breakdown)
    screen.press(.home, .character(" "), .character(" "), .character("!"))

    #expect(screen.state.filters.map(\.isNegated) == [true])
    #expect(screen.state.filters.map(\.values.count) == [2])
  }

  @Test func `where there are no rows, Space pauses`() throws {
    var screen = try Screen()
    screen.press(.character(" "))

    #expect(screen.state.mode == .paused(since: Screen.now))
  }

  @Test func `several titles that are marked filter without opening one`() throws {
    var screen = try Screen()
    screen.press(.character("e"), .character(" "), .character(" "), .enter)

    #expect(screen.state.view == .media && screen.state.filters.map(\.values.count) == [2])
  }

  // MARK: - Choosing values

  @Test func `values are chosen from a list with counts, narrowed while typing`() throws {
    var screen = try Screen()
    screen.press(.character("f"))
    screen.type("country")
    screen.press(.enter)
    let text = screen.text(100, 30)
    #expect(text.contains("Filter by country: plays in the last 24 h"))
    #expect(text.contains("FR France") && text.contains("%"))

    screen.type("ger")
    screen.press(.enter)
    #expect(screen.state.filters == [.init(.country, ["DE"])] && screen.state.overlay == nil)
  }

  @Test func `several values are marked, excluded, and replaced`() throws {
    var screen = try Screen()
    screen.send(.command(.openValues(.deviceType)))
    screen.press(.character(" "), .character(" "), .enter)
    #expect(screen.state.filters == [.init(.deviceType, ["phone", "computer"])])

    // The list has the other values too, those in force marked.
    screen.send(.command(.openValues(.deviceType)))
    #expect(screen.text(100, 30).contains("● phone") && screen.text(100, 30).contains("  tablet"))
    screen.type("tablet")
    screen.press(.enter)
    #expect(screen.state.filters == [.init(.deviceType, ["tablet"])])

    screen.send(.command(.openValues(.country)))
    screen.press(.character(" "), .character("!"))
    #expect(screen.state.filters.last == .init(.country, ["FR"], isNegated: true))
  }

  @Test func `a value that is marked in the list joins those in force, or leaves them`() throws {
    var screen = try Screen()
    #expect(screen.state.take(filter: "device=phone", replacing: nil) == nil)
    screen.send(.command(.openValues(.deviceType)))
    screen.press(.down, .character(" "), .enter)
    #expect(screen.state.filters == [.init(.deviceType, ["phone", "computer"])])

    screen.send(.command(.openValues(.deviceType)))
    screen.press(.home, .character(" "), .enter)
    #expect(screen.state.filters == [.init(.deviceType, ["computer"])])
  }

  @Test func `another value of a dimension widens its filter, one of several narrows it`() throws {
    var screen = try Screen()
    for filter in ["country=FR", "country=DE", "country!=US"] {
      #expect(screen.state.take(filter: filter, replacing: nil) == nil)
    }
    #expect(
      screen.state.filters == [
        .init(.country, ["FR", "DE"]), .init(.country, ["US"], isNegated: true),
      ]
    )

    #expect(screen.state.take(filter: "country=DE", replacing: nil) == nil)
    #expect(screen.state.filters.first == .init(.country, ["DE"]))
  }

  @Test func `several names are typed at once`() throws {
    var screen = try Screen()
    #expect(screen.state.take(filter: "France phone", replacing: nil) == nil)
    #expect(
      screen.state.filters == [.init(.country, ["FR"]), .init(.deviceType, ["phone"])]
    )
    #expect(screen.state.take(filter: "France gibberish", replacing: nil) != nil)
  }

  @Test func `titles that nobody watched can be found by any part of them`() throws {
    var screen = try Screen()
    let items = (0..<60).map { MediaItem(id: "vi\($0)", title: "Night \($0) of the owl") }
    screen.send(.mediaListed(MediaNames(items)))
    screen.send(.command(.openValues(.mediaID)))
    #expect(screen.state.unplayedItems(for: "", .mediaID).isEmpty)
    screen.type("the owl")

    let found = screen.state.unplayedItems(for: "The OWL", .mediaID)
    #expect(found.count == 20 && found.allSatisfy { $0.note == "no plays" }, "\(found)")
    screen.press(.enter)
    #expect(screen.state.filters.first?.dimension == .mediaID)
    // In the palette each is found once, as a media item.
    let palette = screen.state.paletteItems(for: "night 7 of")
    #expect(palette.map(\.title) == ["media: Night 7 of the owl"])
  }

  @Test func `a value that nobody has can be found, and is told to have no plays`() throws {
    var screen = try Screen()
    screen.send(.command(.openValues(.country)))
    screen.type("andorra")
    #expect(
      screen.text(100, 30).contains("AD Andorra") && screen.text(100, 30).contains("no plays")
    )
    screen.press(.enter)

    #expect(screen.state.notice == "no facts in this range have country AD Andorra")
  }

  @Test func `a list of values waits for its answer, and keeps what was typed and marked`() throws {
    var screen = try Screen()
    screen.answers = false
    screen.send(.command(.openValues(.country)))
    #expect(screen.text(100, 30).contains("loading …"))
    screen.answers = true
    screen.send(.command(.refresh))
    screen.press(.character(" "))
    screen.type("a")
    screen.press(.down)
    guard case .menu(let before)? = screen.state.overlay else {
      Issue.record("no menu")
      return
    }

    screen.send(.command(.refresh))

    guard case .menu(let after)? = screen.state.overlay else {
      Issue.record("no menu")
      return
    }
    #expect(after.text == "a" && after.marks == before.marks && after.chosen == before.chosen)
  }
}

@Suite("Filters by names")
struct FilterNamesTests {
  private let titles = MediaNames([
    MediaItem(id: "vi1", title: "The long walk", tags: []),
    MediaItem(id: "vi2", title: "Rain, on a tin roof", tags: []),
  ])

  @Test(arguments: [
    ("country=FR,DE", ["country=FR,DE"]), ("country=France", ["country=FR"]),
    ("country=Fran,DE", ["country=DE,FR"]), ("country != france", ["country!=FR"]),
    ("browser!=chrome", ["browser!=chrome"]), ("title=walk", ["mediaId=vi1"]),
    ("title=Rain, on a tin roof", ["mediaId=vi2"]), ("media rain", ["mediaId=vi2"]),
    ("France", ["country=FR"]), ("mediaId=walk", ["mediaId=walk"]), ("country=XX", ["country=XX"]),
    ("device phone", ["device phone"]),
  ])
  func `names become codes, and codes stay`(text: String, filters: [String]) throws {
    #expect(try FilterNames.coded(text, by: titles) == filters)
  }

  @Test func `only names of media items need their titles`() {
    for text in ["title=walk", "media rain", "France", "media!=walk", "Rain, on a tin roof"] {
      #expect(FilterNames.needTitles(text), "\(text)")
    }
    for text in ["country=France", "mediaId=vi1", "media-id=vi1", "country", "title", "os ios", ""]
    {
      #expect(!FilterNames.needTitles(text), "\(text)")
    }
  }

  @Test func `what may be several is refused with all of them`() {
    #expect(throws: FilterNames.Fault.self) { try FilterNames.coded("country=Uni", by: titles) }
    #expect(throws: FilterNames.Fault.self) { try FilterNames.coded("title=No such", by: titles) }
  }
}
