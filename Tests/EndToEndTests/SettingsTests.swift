import Testing

@Suite("Settings")
struct SettingsTests {
  /// Expects one line that names the settings file and says what is wrong in it.
  private func expect(_ lines: [some StringProtocol], toSay sentence: String, of file: String) {
    #expect(lines.count == 1, "\(lines)")
    #expect(lines.allSatisfy { $0.hasPrefix("playhead: ") })
    #expect(lines.allSatisfy { $0.contains(file) && $0.contains(sentence) }, "\(lines)")
  }

  @Test(arguments: [
    ("theme = ", ":1:9: "),
    ("# mine\n\ntheme = \"dark", ":3:"),
    ("thmee = \"dark\"", "there is no setting 'thmee'; did you mean 'theme'?"),
    ("font = 8", "there is no setting 'font'; 'playhead config' lists all"),
    ("theme = [1]", "theme must be a text or a whole number"),
    ("theme = true", "theme must be a text or a whole number"),
    ("[theme]\nname = \"dark\"", "theme must be a text or a whole number"),
    ("retention = \"long\"", "is not a time such as 30d, 52w or 1y"),
    ("cache-size = -5", "cache-size '-5' ("),
    ("environment = \"moon\"", "is not production or sandbox"),
  ])
  func `a mistake in the settings file is told with its place`(
    text: String,
    sentence: String
  ) async throws {
    try await World.with { world in
      try await world.fill()
      let file = try world.write(text, to: "config/playhead/config.toml")
      let outcome = try await world.run("query", "metrics", "play", "count")

      #expect(outcome.code == 1)
      #expect(outcome.output.isEmpty)
      expect(outcome.errorLines, toSay: sentence, of: file)
    }
  }

  @Test func `a settings file that can't be read is not taken for none`() async throws {
    try await World.with { world in
      let file = try world.write("", to: "config/playhead/config.toml")
      #expect(try await world.shell("ln -sf config.toml \(file)").code == 0)
      let outcome = try await world.run("query", "metrics", "play", "count")

      #expect(outcome.code == 1)
      expect(
        outcome.errorLines,
        toSay: "can't be read: Too many levels of symbolic links",
        of: file
      )
    }
  }

  @Test(arguments: [
    ("theme = ", ":1:9: "),
    ("thmee = \"dark\"\ncolor = \"mono\"", "there is no setting 'thmee'; did you mean 'theme'?"),
    ("graph = \"crayon\"\ncolor = \"mono\"", "graph 'crayon' ("),
    ("theme = \"sepia\"", "there is no theme 'sepia'; the themes are"),
    ("timezone = \"Mars\"", "is not an IANA zone such as Europe/Paris"),
    ("[keys]\ndance = \"x\"\npause = [\"f5\", \"f5\"]", "there is no command 'dance'"),
    ("[sources]\na = 1", "sources.a must be the address of a server"),
  ])
  func `a dashboard opens all the same and says what is wrong in the settings file`(
    text: String,
    sentence: String
  ) async throws {
    try await World.with { world in
      try await world.fill()
      let file = try world.write(text, to: "config/playhead/config.toml")
      let outcome = try await world.run("dash", "--once")

      #expect(outcome.code == 0)
      #expect(outcome.output.contains("LIVE"))
      expect(outcome.errorLines, toSay: sentence, of: file)
      #expect(try await world.run("config").code == 1)
    }
  }

  @Test(arguments: [
    "remot = \"http://127.0.0.1:9\"", "store = 5.5", "theme = \nremote = \"http://127.0.0.1:9\"",
    "theme = \"dark\"\r\nstore: \"old.db\"", "enviroment = \"sandbox\"",
  ])
  func `a dashboard opens no other source than the file may mean`(text: String) async throws {
    try await World.with { world in
      try await world.fill()
      let file = try world.write(text, to: "config/playhead/config.toml")
      let outcome = try await world.run("dash", "--once")

      #expect(outcome.code == 1)
      expect(outcome.errorLines, toSay: "", of: file)
      let said = try await world.run(
        "dash",
        "--once",
        "--store",
        world.path(World.usualStore),
        "--environment",
        "production"
      )
      #expect(said.code == 0, "\(said.error)")
    }
  }

  @Test func `what can't be read of the settings and themes is listed and not in force`()
    async throws
  {
    try await World.with { world in
      try world.write("timezone = \"Mars\"\n", to: "config/playhead/config.toml")
      try world.write("name = [", to: "config/playhead/themes/broken.toml")
      let outcome = try await world.run("config")

      #expect(outcome.code == 1)
      #expect(outcome.errorLines.count == 2, "\(outcome.error)")
      #expect(outcome.error.contains("broken.toml"))
      #expect(!outcome.output.contains("Mars"))
    }
  }

  @Test func `keys are bound all together, so that one may get another's key`() async throws {
    try await World.with { world in
      try await world.fill()
      try world.write(
        "[keys]\npause = \"q\"\nquit = \"Q\"\n",
        to: "config/playhead/config.toml"
      )

      #expect(try await world.run("config").code == 0)
    }
  }

  @Test func `an option beats a variable, and that the file`() async throws {
    try await World.with(["PLAYHEAD_THEME": "light", "PLAYHEAD_API_KEY": "secret"]) { world in
      let file = try world.write(
        "theme = \"dark\"\nretention = \"30d\"\nlisten = \"127.0.0.1:9999\"\n",
        to: "config/playhead/config.toml"
      )
      let output = try await world.output("config", "--retention", "60d")
      let rows = output.split(separator: "\n").map { $0.split(separator: " ") }
      func row(_ name: String) -> [Substring] {
        Array((rows.first { $0.first == name[...] } ?? []).dropFirst().prefix(2))
      }

      #expect(row("retention") == ["60d", "option"])
      #expect(row("theme") == ["light", "environment"])
      #expect(row("listen") == ["127.0.0.1:9999", file[...]])
      #expect(row("color") == ["auto", "default"])
      #expect(!output.contains("secret"))
      #expect(output.hasSuffix("settings file: \(file)\n"))
    }
  }

  @Test func `an unknown theme is refused with those that there are`() async throws {
    try await World.with { world in
      try await world.fill()
      try world.write("name = [", to: "config/playhead/themes/broken.toml")
      let outcome = try await world.run("dash", "--once", "--theme", "sepia")

      #expect(outcome.code != 0)
      #expect(outcome.errorLines.count == 1, "\(outcome.error)")
      #expect(outcome.error.contains("there is no theme 'sepia'; the themes are"))
      #expect(try await world.run("dash", "--once").code == 0)
    }
  }

  @Test func `a server that isn't there is named`() async throws {
    try await World.with { world in
      for arguments in [
        ["query", "metrics", "play", "count", "--remote", "http://127.0.0.1:1"],
        ["dash", "--once", "--remote", "http://127.0.0.1:1"],
        ["simulate", "--to", "http://127.0.0.1:1", "--duration", "2s", "--viewers", "300"],
      ] {
        let outcome = try await world.run(arguments)

        #expect(outcome.code == 1)
        #expect(outcome.errorLines.count == 1, "\(outcome.error)")
        #expect(outcome.error.hasPrefix("playhead: "))
        #expect(outcome.error.contains("http://127.0.0.1:1"), "\(outcome.error)")
      }
    }
  }
}
