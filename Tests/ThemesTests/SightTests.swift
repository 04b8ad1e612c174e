import CellCanvas
import Testing

@testable import Themes

@Suite("Themes for all eyes")
struct SightTests {
  private static let coloured = ThemeFile.builtin.map(\.name).filter { $0 != "mono" }

  private func color(_ role: Role, _ name: String) throws -> UInt8 {
    let theme = try ThemeLibrary().theme(named: name)
    return try #require(theme.resolve(Style(role), .twoHundredFiftySix).foreground, "\(role)")
  }

  /// What a theme is drawn on: its own background, or what it is meant for.
  private func background(_ name: String) throws -> UInt8 {
    let theme = try ThemeLibrary().theme(named: name)
    return theme.resolve(.text, .twoHundredFiftySix).background ?? (name == "light" ? 231 : 233)
  }

  @Test func `there are seven`() {
    #expect(
      ThemeFile.builtin.map(\.name)
        == ["dark", "light", "high-contrast", "nord", "gruvbox", "solarized", "mono"]
    )
  }

  @Test("words are readable", arguments: coloured)
  func contrast(name: String) throws {
    let behind = try background(name)
    for (role, least) in [
      (Role.text, 7.0), (.title, 7), (.accent, 4.5), (.good, 4.5), (.warn, 4.5), (.bad, 4.5),
      (.dim, 3.5), (.series1, 3), (.series2, 3), (.series3, 3), (.series4, 3),
    ] where !(name == "light" && role.rawValue.hasPrefix("series")) {
      let contrast = Sight.contrast(try color(role, name), behind)
      #expect(contrast >= least, "\(name) \(role): \(contrast)")
    }
    let theme = try ThemeLibrary().theme(named: name)
    let selection = theme.resolve(.selection, .twoHundredFiftySix)
    let (front, back) = (try #require(selection.foreground), try #require(selection.background))
    #expect(Sight.contrast(front, back) >= 4.5, "\(name) selection")
  }

  @Test("charts are readable on every ground", arguments: coloured)
  func charts(name: String) throws {
    let behind = try background(name)
    let (bar, top) = (try color(.bar, name), try color(.barTop, name))
    let comparison = try color(.comparison, name)
    #expect(Sight.contrast(bar, behind) >= 1.3, "\(name) bar: \(Sight.contrast(bar, behind))")
    #expect(Sight.contrast(top, bar) >= 1.8, "\(name) top: \(Sight.contrast(top, bar))")
    #expect(Sight.contrast(comparison, bar) >= 3, "\(name): \(Sight.contrast(comparison, bar))")
    for ground in [Role.share, .shareBetween] {
      let color = try color(ground, name)
      #expect(Sight.contrast(try self.color(.text, name), color) >= 4.5, "\(name) \(ground)")
      #expect(Sight.contrast(try self.color(.dim, name), color) >= 2.4, "\(name) \(ground)")
      #expect(Sight.contrast(color, behind) >= 1.03, "\(name) \(ground)")
    }
    #expect(try color(.share, name) != (try color(.shareBetween, name)))
  }

  @Test("the comparison is no curve's colour", arguments: coloured)
  func comparison(name: String) throws {
    for index in 0..<8 {
      let distance = Sight.usual.distance(
        try color(.comparison, name),
        try color(Role.series(index), name)
      )
      #expect(distance >= 10, "\(name), series \(index): \(distance)")
    }
  }

  @Test("better, worse and odd are told apart by every eye", arguments: coloured, Sight.allCases)
  func states(name: String, sight: Sight) throws {
    let roles = [Role.good, .warn, .bad]
    for (index, a) in roles.enumerated() {
      for b in roles.dropFirst(index + 1) {
        let distance = sight.distance(try color(a, name), try color(b, name))
        #expect(distance >= 15, "\(name): \(a) and \(b) are \(distance) apart")
      }
    }
  }

  @Test(
    "the first four curves of the default are told apart by every eye",
    arguments: Sight.allCases
  )
  func series(sight: Sight) throws {
    let roles = [Role.series1, .series2, .series3, .series4]
    for (index, a) in roles.enumerated() {
      for b in roles.dropFirst(index + 1) {
        let distance = sight.distance(try color(a, "dark"), try color(b, "dark"))
        #expect(distance >= 25, "\(a) and \(b) are \(distance) apart")
      }
    }
  }

  @Test("shades go one way, from the background to the eye", arguments: coloured, Sight.allCases)
  func gradient(name: String, sight: Sight) throws {
    let steps = try Role.allCases.filter { $0.rawValue.hasPrefix("gradient") }
      .map { sight.lightness(try color($0, name)) }
    let rising = name != "light"

    for (before, after) in zip(steps, steps.dropFirst()) {
      #expect(rising ? after > before - 1 : after < before + 1, "\(name): \(steps)")
    }
  }
}
