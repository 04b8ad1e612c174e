import CellCanvas
import PlaybackFacts
import QueryCore
import TestSupport
import Testing

@testable import Dashboard

@Suite("Map screen")
struct MapScreenTests {
  private func screen(_ width: Int, _ height: Int) throws -> Screen {
    var screen = try Screen()
    screen.send(.resized(width: width, height: height))
    screen.press(.character("w"))
    return screen
  }

  private func places(_ screen: Screen, _ width: Int, _ height: Int) throws -> (
    world: Rect, list: Rect
  ) {
    let layout = ShellLayout(screen.state, in: Size(width: width, height: height).bounds)
    return (
      try #require(layout.place(of: .world)?.area),
      try #require(layout.place(of: .countryMap)?.area)
    )
  }

  @Test func `rows that countries leave free show the one under the cursor over time`() throws {
    var screen = try screen(200, 60)
    screen.press(.down)
    let row = try #require(screen.state.rowUnderCursor)
    let layout = ShellLayout(screen.state, in: Size(width: 200, height: 60).bounds)
    let area = try #require(layout.place(of: .countryTrend)?.area)
    let name = screen.state.context.names[row.id, in: .country]

    let lines = screen.text(200, 60).split(separator: "\n", omittingEmptySubsequences: false)

    #expect(area.maxY <= 59 && area.height >= 6)
    #expect(lines[area.y].contains("\(name)  Plays by hour"), "\(lines[area.y])")
    #expect(!screen.state.isOutdated)
    // Where the list needs the room, it has it.
    let small = ShellLayout(screen.state, in: Size(width: 80, height: 24).bounds)
    #expect(small.place(of: .countryTrend) == nil)
  }

  // MARK: - Steps

  @Test func `steps grow by ratios, so that one large country leaves the others apart`() {
    let scale = ShadeScale([2426, 1452, 765, 622, 300, 90, 41, 12, 8, 5], isIntegral: true)

    #expect(scale.lowest == 5 && scale.highest == 2426)
    #expect(scale.bounds.count == ShadeScale.steps - 1)
    #expect(scale.bounds == scale.bounds.sorted() && scale.bounds.allSatisfy { $0 > 5 })
    #expect([0, 5, 41, 300, 2426].map(scale.step) == [0, 1, 2, 3, 4])
    #expect(scale.step(of: nil) == 0)
  }

  @Test(
    "the highest value is always of the highest step",
    arguments: [[], [7], [7, 7], [1, 2], [0.61, 0.62, 0.63], [0, 0, 3], [1e-9, 1e9], [-3, 4]]
      as [[Double]]
  )
  func highest(values: [Double]) {
    let scale = ShadeScale(values, isIntegral: false)

    if let highest = values.max() { #expect(scale.step(of: highest) == ShadeScale.steps) }
    #expect(scale.step(of: 0) == 0)
    #expect(Set(scale.bounds).count == scale.bounds.count)
    for (low, high) in zip(scale.bounds, scale.bounds.dropFirst()) { #expect(low < high) }
  }

  @Test func `steps rise with values, whatever these are`() {
    var random = SeededGenerator(seed: 3)
    for _ in 0..<300 {
      let count = Int.random(in: 1...40, using: &random)
      let values = (0..<count).map { _ in
        let digits = Double.random(in: -3...6, using: &random)
        return Double(Int.random(in: 0...9, using: &random)) * digits * digits * digits
      }
      let scale = ShadeScale(values, isIntegral: Bool.random(using: &random))

      let steps = values.sorted().map(scale.step)
      #expect(steps == steps.sorted())
      #expect(steps.allSatisfy { (0...ShadeScale.steps).contains($0) })
    }
  }

  // MARK: - Picture

  @Test(
    "the map takes the width that there is, and the list the rest",
    arguments: [(80, 24), (120, 40), (200, 60)]
  )
  func width(width: Int, height: Int) throws {
    let (world, list) = try places(screen(width, height), width, height)

    #expect(world.width == width && list.width == width)
    #expect(list.y >= world.maxY && list.height >= 5)
  }

  @Test func `on a very wide terminal the list stands beside the map`() throws {
    let (world, list) = try places(screen(300, 40), 300, 40)

    #expect(world.height == list.height && list.x >= world.maxX)
    #expect(list.width >= 80)
  }

  @Test(
    "there is a list at every size",
    arguments: [(1, 1), (20, 5), (33, 24), (40, 12), (60, 16), (80, 10), (500, 12)]
  )
  func sizes(width: Int, height: Int) throws {
    let screen = try screen(width, height)
    let layout = ShellLayout(screen.state, in: Size(width: width, height: height).bounds)

    let lists = layout.places.filter { $0.panel == .countryMap }
    #expect(lists.count == (height < 3 ? lists.count : 1))
    _ = screen.canvas(width, height)
  }

  @Test(arguments: [true, false])
  func `the country under the cursor is reversed and named in a box`(hasColor: Bool) throws {
    var screen = try screen(120, 40)
    for _ in 0..<20 where screen.state.rowUnderCursor?.id != "BR" { screen.press(.down) }
    #expect(screen.state.rowUnderCursor?.id == "BR")
    let world = try places(screen, 120, 40).world
    let canvas = screen.canvas(120, 40, hasColor: hasColor)

    let reversed = (world.y..<world.maxY).flatMap { y in
      (world.x..<world.maxX).filter { x in
        canvas[x: x, y: y]?.style.attributes.contains(.reverse) == true
      }
    }
    #expect(reversed.count > 20)
    let box = canvas.lines.filter { $0.contains("┌ BR Brazil") }
    #expect(box.count == 1)
  }

  @Test func `the legend has a value at every step`() throws {
    let line = try #require(
      try screen(120, 40).canvas(120, 40).lines.first { $0.contains("Plays by country") }
    )
    #expect(line.contains("none ██") && line.contains("43.7 k"))
    #expect(line.split(separator: "██").count == ShadeScale.steps + 2)
  }

  @Test func `a country smaller than a dot is on the map if there is anything of it`() {
    for width in [40, 80, 200] {
      var canvas = Canvas(size: Size(width: width, height: 40))
      canvas.draw(WorldMap(steps: ["SG": 4, "MT": 2]), in: canvas.bounds)
      var styles: Set<Role> = []
      for y in 0..<40 { for x in 0..<width { styles.insert(canvas[x: x, y: y]!.style.role) } }

      #expect(styles.isSuperset(of: [Role.shade(4), Role.shade(2)]), "\(width)")
    }
  }

  // MARK: - Keys

  @Test func `arrows go through the list, down a column and across`() throws {
    var screen = try screen(120, 40)
    let list = try places(screen, 120, 40).list
    let ids = screen.rows(of: .countryMap).map(\.dimensionValue)
    let places = CountryList.Places(in: ShellLayout.content(of: list), count: ids.count)
    let height = places.height
    #expect(height < ids.count)

    screen.press(.down, .down)
    #expect(screen.state.rowUnderCursor?.id == ids[2])
    screen.press(.right)
    #expect(screen.state.rowUnderCursor?.id == ids[min(2 + height, ids.count - 1)])
    screen.press(.left)
    #expect(screen.state.rowUnderCursor?.id == ids[screen.state.rowUnderCursor?.index ?? 99])
    screen.press(.left, .left, .left)
    #expect((screen.state.rowUnderCursor?.index ?? 99) < height)
    #expect(screen.state.mode == .live)
  }

  @Test func `a click on a heading sorts by it, in every part of the list`() throws {
    var screen = try screen(120, 40)
    let list = ShellLayout.content(of: try places(screen, 120, 40).list)
    let columns = CountryList.Places(
      in: list,
      count: screen.rows(of: .countryMap).count
    ).columns
    #expect(columns.count > 1)

    screen.send(.clicked(x: columns[0].x + 2, y: list.y))
    #expect(screen.state.notice == "sorted by name")
    let names = screen.rows(of: .countryMap).map(\.dimensionValue)
    #expect(names != names.sorted() || names.first == "AR", "\(names)")
    screen.send(.clicked(x: columns[1].maxX - 2, y: list.y))

    #expect(screen.state.notice == "sorted by change")
  }

  @Test func `a list of one column has no columns to go through`() throws {
    var narrow = try screen(60, 16)
    #expect(!narrow.state.hasUse(for: .moveColumn(-1)))
    narrow.press(.right)
    #expect(narrow.state.rowUnderCursor?.index ?? 0 == 0 && narrow.state.mode == .live)

    #expect(try screen(120, 40).state.hasUse(for: .moveColumn(-1)))
  }

  @Test func `the time is shifted with Shift, and says so in the help`() throws {
    var screen = try screen(120, 40)

    screen.press(.shiftLeft)

    #expect(screen.state.isInPast)
    #expect(
      KeyMap.standard.help(on: .map).flatMap(\.bindings).contains {
        $0.command == .screen(.shiftRange(halves: 1))
      }
    )
  }

  @Test func `a click on a row of any column puts the cursor there`() throws {
    var screen = try screen(120, 40)
    let list = try places(screen, 120, 40).list
    let ids = screen.rows(of: .countryMap).map(\.dimensionValue)
    let places = CountryList.Places(in: ShellLayout.content(of: list), count: ids.count)

    screen.send(.clicked(x: places.columns[1].x + 3, y: places.columns[1].y))
    #expect(screen.state.rowUnderCursor?.id == ids[places.height])
    screen.send(.clicked(x: places.columns[1].x + 3, y: places.columns[1].y))

    #expect(screen.state.filters == [Filter.Clause(.country, [ids[places.height]])])
  }

  @Test(arguments: [1, 5, 17, 26, 180])
  func `rows are spread over all columns, and each has one place`(count: Int) {
    for size in [(80, 6), (120, 13), (200, 18), (30, 4)] {
      let rect = Rect(x: 3, y: 5, width: size.0, height: size.1)
      let places = CountryList.Places(in: rect, count: count)
      #expect(places.height <= size.1 - 1 && places.height >= 1)
      #expect(Set(places.columns.map(\.width)).count == 1)
      #expect(places.columns.allSatisfy { $0.intersection(rect) == $0 })
      let page = places.height * places.columns.count
      let list = CountryList(
        rows: (0..<count).map { Snapshot.Row(dimensionValue: "\($0)", value: 1, previous: nil) },
        measure: .plays
      )
      let rows = list.rowPlaces(in: rect)
      #expect(page >= min(count, places.columns.count * (size.1 - 1)))
      let found = (rect.y..<rect.maxY).flatMap { y in
        (rect.x..<rect.maxX).compactMap { x in
          rows.row(atX: x, y: y).map { ($0, x, y) }
        }
      }
      #expect(Set(found.map(\.0)) == Set(0..<min(page, count)))
      for (row, x, y) in found { #expect(rows.area(of: row)?.contains(x: x, y: y) == true) }
    }
  }

  @Test func `a long list is shown page by page, and says which`() {
    let rows = (0..<40).map {
      Snapshot.Row(dimensionValue: "c\($0)", value: Double(100 - $0), previous: 50)
    }
    var canvas = Canvas(size: Size(width: 120, height: 7))
    canvas.draw(CountryList(rows: rows, measure: .plays, cursor: 25), in: canvas.bounds)
    let text = canvas.lines.joined(separator: "\n")

    #expect(text.contains("19–36 of 40") && text.contains("c25") && !text.contains("c17 "))
  }
}
