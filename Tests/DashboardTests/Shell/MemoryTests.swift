import CellCanvas
import Foundation
import PlaybackFacts
import QueryCore
import TestSupport
import Testing

@testable import Dashboard

@Suite("What is remembered and taken away")
struct MemoryTests {
  private func changed() throws -> Screen {
    var screen = try Screen()
    screen.press(.character("4"), .character("c"), .tab, .enter, .character("T"), .down, .enter)
    screen.send(.command(.nameFilters))
    screen.type("france")
    screen.press(.enter, .character("g"), .character("w"))
    return screen
  }

  @Test func `looks, filters and range come back at the next start`() throws {
    let memory = try changed().state.memory
    let bytes = try JSONEncoder().encode(memory)
    var screen = try Screen()

    screen.state.restore(try JSONDecoder().decode(DashboardMemory.self, from: bytes))

    #expect(screen.state.memory == memory)
    #expect(screen.state.view == .map && screen.state.range == .week)
    #expect(screen.state.comparison == .weekBefore)
    #expect(screen.state.filters == [.init(.country, ["FR"])])
    #expect(screen.state.savedFilters["france"] == [.init(.country, ["FR"])])
  }

  @Test(arguments: UInt64(1)...6)
  func `a damaged memory is not read, or shows a screen`(seed: UInt64) throws {
    let encoder = JSONEncoder()
    // Otherwise its order differs between runs, and so does what is damaged.
    encoder.outputFormatting = .sortedKeys
    let memory = try encoder.encode(changed().state.memory)
    var generator = SeededGenerator(seed: seed)
    var read = 0
    for _ in 0..<40 {
      let damaged = Data(generator.damaged(String(decoding: memory, as: UTF8.self)).utf8)
      guard let memory = try? JSONDecoder().decode(DashboardMemory.self, from: damaged) else {
        continue
      }
      read += 1
      var screen = try Screen()
      screen.state.restore(memory)
      #expect(!screen.text(80, 24).isEmpty)
    }
    #expect(1..<40 ~= read)
  }

  @Test func `a range in the past is not remembered, but the one before it`() throws {
    var screen = try Screen()
    screen.press(.character("4"), .character("R"))
    screen.type("11:05")
    screen.press(.enter)
    #expect(screen.state.range == TimeRange(30, .minute))
    var later = try Screen()

    later.state.restore(screen.state.memory)

    #expect(later.state.range == .week)
  }

  @Test func `a range in the past that a start says leaves the remembered one alone`() throws {
    var screen = try Screen()

    screen.state.restore(try changed().state.memory)
    #expect(screen.state.take(range: "yesterday") == nil)

    #expect(screen.state.range != .week && screen.state.memory.range == TimeRange.week.title)
  }

  @Test func `a range is no longer than facts are kept`() throws {
    var screen = try Screen()

    #expect(screen.state.take(range: "10y") == nil)

    #expect(screen.state.range == .year)
    #expect(screen.state.notice == "this is the whole retention")
  }

  @Test func `a range that is chosen while the past is shown is remembered`() throws {
    var screen = try Screen()
    screen.press(.left, .character("4"))

    #expect(screen.state.memory.range == TimeRange.week.title)
  }

  @Test func `what is said anew is not undone`() throws {
    let memory = try changed().state.memory
    var screen = try Screen()

    screen.state.restore(memory, except: [.theme, .symbols, .view])

    #expect(screen.state.view == .overview)
    #expect(screen.state.looks.symbolFamily == .blocks)
  }

  @Test func `what a later version remembered does not trouble this one`() throws {
    let text = """
      {"view":"hologram","range":"3 fortnights","measure":"joy","theme":"ultraviolet",
       "filters":[{"dimension":"mood","values":["good"],"isNegated":false}],"more":{"x":1}}
      """
    let memory = try JSONDecoder().decode(DashboardMemory.self, from: Data(text.utf8))
    var screen = try Screen()

    screen.state.restore(memory)

    #expect(screen.state.view == .overview && screen.state.range == .day)
    #expect(screen.state.filters.isEmpty)
  }

  @Test func `a theme that is only looked at is not remembered`() throws {
    var screen = try Screen()
    let before = screen.state.memory

    screen.press(.character("T"), .down)

    #expect(screen.state.memory == before)
  }

  @Test func `a panel is taken away with all its rows and digits`() throws {
    var screen = try Screen()
    screen.press(.tab)
    let size = Size(width: 80, height: 24)

    let csv = screen.state.text(
      of: ScreenExport(subject: .panel, format: .csv, target: .file),
      size: size,
      depth: .mono
    )
    let rows = csv.split(separator: "\r\n")
    #expect(rows.first == "country,play,before")
    #expect(rows.count == 19)
    #expect(rows[1].hasPrefix("FR,"))
    let json = screen.state.text(
      of: ScreenExport(subject: .panel, format: .json, target: .clipboard),
      size: size,
      depth: .mono
    )
    let objects = try #require(
      try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [[String: Any]]
    )
    #expect(objects.count == 18)
    #expect(objects[0]["country"] as? String == "FR")
    #expect(
      screen.state.fileName(of: ScreenExport(subject: .panel, format: .csv, target: .file))
        == "playhead-countries-20240513-140532.csv"
    )
  }

  @Test func `an explanation tells how to ask for the rows, and is copied as that`() throws {
    var screen = try Screen()
    screen.press(.tab, .character("i"))

    let text = screen.text(160, 40)
    #expect(text.contains("playhead query metrics play count"))
    #expect(text.contains("playhead query buckets play country"))
    #expect(text.contains("compared with"))
    let copied = screen.state.text(of: .copy, size: Size(width: 160, height: 40), depth: .mono)
    #expect(copied.hasPrefix("playhead query buckets play country"))
    #expect(!copied.contains("--page-size 1000"))
  }

  @Test(arguments: ScreenID.allCases)
  func `every panel of every screen can be taken away`(view: ScreenID) throws {
    var screen = try Screen()
    // Panels of an item are there once one is chosen.
    if view == .item { screen.press(.character("e"), .enter) }
    screen.send(.command(.show(view)))
    screen.send(.factsPassed(SampleObservation.facts))
    screen.send(.healthRead(SampleObservation.health, nil))
    for _ in view.panels {
      let csv = screen.state.text(
        of: ScreenExport(subject: .panel, format: .csv, target: .file),
        size: Size(width: 80, height: 24),
        depth: .mono
      )
      #expect(csv.split(separator: "\r\n").count > 1, "\(screen.state.focus.panel.name)")
      screen.press(.tab)
    }
  }

  @Test func `commas, quotes and line ends in titles stay in their field`() {
    var table = ExportTable(["title"])
    table.add([.text("a \"b\", c\nd")])

    #expect(table.csv == "title\r\n\"a \"\"b\"\", c\nd\"\r\n")
  }

  @Test func `another source begins with nothing that was known of the one before`() throws {
    var state = DashboardState(
      sources: [.init(name: "a"), .init(name: "b")],
      zone: .utc,
      now: Screen.now,
      themes: []
    )
    _ = state.update(.ticked(Screen.now, uptime: .zero))
    let effects = state.update(.command(.useSource(1)))

    #expect(effects.prefix(2) == [.cancelFetch, .useSource(1)])
    #expect(effects.contains { if case .fetch = $0 { true } else { false } })
    #expect(state.source.name == "b" && state.snapshot == nil && state.data == nil)
  }
}
