import CellCanvas
import FoundationEssentials
import TestSupport
import Testing

@testable import Themes

@Suite("Theme library")
struct ThemeLibraryTests {
  /// Runs with a folder of theme files that is removed afterwards.
  private func withFolder(
    _ files: [String: String],
    _ body: (ThemeLibrary, String) throws -> Void
  ) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "themes-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, text) in files {
      try Data(text.utf8).write(to: folder.appending(path: "\(name).toml"))
    }
    try body(ThemeLibrary(directory: folder.path), folder.path)
  }

  @Test func `files come after the built-in themes and hide them`() throws {
    try withFolder(["mine": "", "also": "", "dark": ""]) { library, _ in
      #expect(library.names == ThemeLibrary().names + ["also", "mine"])
    }
  }

  @Test func `a file changes a role and inherits the rest`() throws {
    let file = """
      [roles]
      accent = ["200", "red", "red", "bold"]
      """
    try withFolder(["mine": file]) { library, _ in
      let mine = try library.theme(named: "mine")
      let dark = try library.theme(named: "dark")

      #expect(mine.resolve(.accent, .twoHundredFiftySix).foreground == 200)
      #expect(mine.resolve(.bad, .twoHundredFiftySix) == dark.resolve(.bad, .twoHundredFiftySix))
    }
  }

  @Test func `a file inherits along a chain, and from the built-in theme of its own name`() throws {
    let files = [
      "a": "inherits = 'b'", "b": "inherits = 'light'\n[roles]\ngood = ['1', '1', '1', '']",
      "light": "inherits = 'light'\n[roles]\nwarn = ['2', '2', '2', '']",
    ]
    try withFolder(files) { library, _ in
      let theme = try library.theme(named: "a")
      let light = try ThemeLibrary().theme(named: "light")

      #expect(theme.resolve(.good, .eight).foreground == 1)
      #expect(theme.resolve(.warn, .eight).foreground == 2)
      #expect(theme.resolve(.title, .eight) == light.resolve(.title, .eight))
    }
  }

  @Test(
    "a mistake names the file and the line",
    arguments: [
      ("x = ", 1, "not TOML"), ("[roles]\n\ntxet = ['1', '1', '1', '']", 3, "'txet'"),
      ("colour = 1", 1, "'colour'"), ("inherits = 1", 1, "'inherits'"),
      ("[roles]\ntext = ['1', '1', '1']", 2, "four texts"),
      ("[roles]\ntext = '1'", 2, "four texts"), ("[roles]\ntext = [1, 1, 1, 1]", 2, "four texts"),
      ("[roles]\n\n\nbad = ['1', '1', '9', '']", 4, "'9'"),
      ("# first\ninherits = 'gone'", 2, "'gone'"),
    ]
  )
  func mistakes(text: String, line: Int, words: String) throws {
    try withFolder(["mine": text]) { library, folder in
      let error = try #require(throws: ThemeError.self) { try library.theme(named: "mine") }

      #expect("\(error)".hasPrefix("\(folder)/mine.toml, line \(line): "))
      #expect("\(error)".contains(words))
    }
  }

  @Test(arguments: UInt64(1)...10)
  func `a damaged file is a theme, or refused with its line`(seed: UInt64) throws {
    let text = """
      inherits = "light"   # the default is dark

      [roles]
      accent = ["75 bold", "bright-blue bold", "cyan bold", "bold"]
      selection = ["255 on 24", "bright-white on blue", "white on blue", "reverse"]
      """
    var generator = SeededGenerator(seed: seed)
    var refused = 0
    for _ in 0..<50 {
      try withFolder(["mine": generator.damaged(text)]) { library, folder in
        do throws(ThemeError) {
          _ = try library.theme(named: "mine")
        } catch {
          refused += 1
          #expect("\(error)".hasPrefix("\(folder)/mine.toml, line "))
        }
      }
    }
    #expect(1..<50 ~= refused)
  }

  @Test func `a circle of files is refused`() throws {
    try withFolder(["a": "inherits = 'b'", "b": "inherits = 'a'"]) { library, folder in
      #expect(throws: ThemeError.unknownParent(file: "\(folder)/b.toml", line: 1, theme: "a")) {
        try library.theme(named: "a")
      }
    }
  }

  @Test func `an unknown theme is answered with the known ones`() {
    #expect(throws: ThemeError.unknownTheme(name: "drak", known: ThemeFile.builtin.map(\.name))) {
      try ThemeLibrary().theme(named: "drak")
    }
    #expect(throws: ThemeError.unknownTheme(name: "../x", known: ThemeFile.builtin.map(\.name))) {
      try ThemeLibrary(directory: "/nowhere").theme(named: "../x")
    }
  }
}
