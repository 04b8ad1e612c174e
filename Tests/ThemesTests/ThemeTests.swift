import CellCanvas
import FoundationEssentials
import Testing

@testable import Themes

@Suite("Themes")
struct ThemeTests {
  private static let builtinNames = ThemeFile.builtin.map(\.name)

  @Test func `every file of the folder is built in`() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Themes/Builtin")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)

    #expect(files.sorted() == ThemeFile.builtin.map { "\($0.name).toml" }.sorted())
  }

  @Test("a built-in theme gives every role a look at every depth", arguments: builtinNames)
  func complete(name: String) throws {
    let theme = try ThemeLibrary().theme(named: name)

    for depth in ColorDepth.allCases {
      #expect(Set(Role.allCases).subtracting(theme.looks[depth, default: [:]].keys).isEmpty)
    }
  }

  @Test("the selection is seen at every depth", arguments: builtinNames, ColorDepth.allCases)
  func selection(name: String, depth: ColorDepth) throws {
    let theme = try ThemeLibrary().theme(named: name)

    let selection = theme.resolve(.selection, depth)
    let text = theme.resolve(.text, depth)

    #expect(
      selection.background != text.background
        || selection.attributes.contains(.reverse) != text.attributes.contains(.reverse)
    )
  }

  @Test(
    "curves and the comparison are told apart at every depth",
    arguments: builtinNames,
    ColorDepth.allCases
  )
  func curves(name: String, depth: ColorDepth) throws {
    let theme = try ThemeLibrary().theme(named: name)
    let series = (0..<8).map { theme.resolve(.series($0), depth) }
    let comparison = theme.resolve(Style(.comparison), depth)

    #expect(Set(series).count == 8)
    // Where there are no colours, the comparison is dots and curves are dashes.
    #expect(!series.contains(comparison) || comparison.foreground == nil)
    #expect(comparison != theme.resolve(Style(.barTop), depth))
    #expect(comparison != theme.resolve(Style(.grid), depth))
  }

  @Test(
    "the five shades of a heatmap are told apart at every depth that has colours",
    arguments: builtinNames.filter { $0 != "mono" },
    ColorDepth.allCases.filter { $0 != .mono }
  )
  func shades(name: String, depth: ColorDepth) throws {
    let theme = try ThemeLibrary().theme(named: name)
    let roles: [Role] = [.gradient1, .gradient3, .gradient5, .gradient6, .gradient8]

    #expect(Set(roles.map { theme.resolve(Style($0), depth).foreground }).count == 5)
  }

  @Test("better and worse are told apart at every depth", arguments: builtinNames)
  func states(name: String) throws {
    let theme = try ThemeLibrary().theme(named: name)

    for depth in ColorDepth.allCases {
      #expect(Set([Style.good, .bad, .warn].map { theme.resolve($0, depth) }).count == 3)
    }
  }

  @Test(
    "a look reads as it is written",
    arguments: [
      ("", .mono, Look()),
      ("75 bold", .twoHundredFiftySix, Look(foreground: 75, attributes: .bold)),
      ("white on blue", .eight, Look(foreground: 7, background: 4)),
      ("bright-red", .sixteen, Look(foreground: 9)),
      ("on 24", .twoHundredFiftySix, Look(background: 24)),
      ("default on default reverse", .eight, Look(attributes: .reverse)),
      ("dim underline", .mono, Look(attributes: [.dim, .underline])),
    ] as [(String, ColorDepth, Look)]
  )
  func look(text: String, depth: ColorDepth, look: Look) {
    #expect(Look(text, depth: depth) == look)
  }

  @Test(
    "a look with unknown words or too many colours is refused",
    arguments: [
      ("75", .sixteen), ("bright-red", .eight), ("red", .mono), ("256", .twoHundredFiftySix),
      ("pink", .twoHundredFiftySix), ("red on", .eight), ("-1", .eight), ("bright-pink", .sixteen),
    ] as [(String, ColorDepth)]
  )
  func refusedLook(text: String, depth: ColorDepth) {
    #expect(Look(text, depth: depth) == nil)
  }
}
