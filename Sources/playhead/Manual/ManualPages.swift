/// The manual as man pages, made of the commands' own help: one for the program, one for each subcommand.
struct ManualPages {
  /// A file of the manual.
  struct Page {
    let fileName: String
    let text: String
  }

  private let root: CommandHelp

  init(_ root: CommandHelp) {
    self.root = root
  }

  /// All pages, that of the program first.
  var pages: [Page] {
    [page(of: root, pathOf: [])] + root.children.map { page(of: $0, pathOf: [root.commandName]) }
  }

  private func page(of command: CommandHelp, pathOf parents: [String]) -> Page {
    let path = parents + [command.commandName]
    let name = path.joined(separator: "-")
    var roff = Roff()
    roff.title(name, version: "Playhead \(Playhead.version)")
    roff.section("NAME")
    roff.text("\(name) - \(command.abstract ?? "")".trimmingSuffix("."))
    roff.section("SYNOPSIS")
    for usage in Self.usages(of: command, path) { roff.synopsis(usage) }
    roff.section("DESCRIPTION")
    for paragraph in command.paragraphs { roff.paragraph(paragraph) }
    if parents.isEmpty {
      roff.section("COMMANDS")
      for child in command.children {
        roff.item("\(name)-\(child.commandName)(1)", child.abstract ?? "")
      }
      addSettings(to: &roff)
    } else {
      Self.addOptions(of: command, to: &roff)
      for child in command.children {
        roff.section((path + [child.commandName]).joined(separator: " ").uppercased())
        if let abstract = child.abstract { roff.paragraph(abstract) }
        for paragraph in child.paragraphs { roff.paragraph(paragraph) }
        Self.addOptions(of: child, to: &roff, isSection: false)
      }
    }
    let examples = command.examples + command.children.flatMap(\.examples)
    let shown = parents.isEmpty ? command.examples : examples
    if !shown.isEmpty {
      roff.section("EXAMPLES")
      for example in shown { roff.example(example) }
    }
    roff.section("EXIT STATUS")
    roff.item("0", "Done.")
    roff.item("1", "Failed; a sentence on the standard error says why.")
    roff.item("2", "Wrong usage.")
    roff.section("SEE ALSO")
    let others =
      parents.isEmpty ? root.children.map { "\(name)-\($0.commandName)(1)" } : ["playhead(1)"]
    roff.text(others.joined(separator: ", "))
    return Page(fileName: "\(name).1", text: roff.text)
  }

  /// How a command is called: one line, or one for each of its subcommands.
  private static func usages(of command: CommandHelp, _ path: [String]) -> [String] {
    if path.count == 1 { return ["playhead [command] [options]"] }
    if !command.children.isEmpty {
      return command.children.flatMap { usages(of: $0, path + [$0.commandName]) }
    }
    let arguments = command.parameters.filter { $0.kind == "positional" }.map { argument in
      let name = "<\(argument.valueName ?? "value")>" + (argument.isRepeating ? "..." : "")
      return argument.isOptional ? "[\(name)]" : name
    }
    return [(path + arguments + ["[options]"]).joined(separator: " ")]
  }

  private static func addOptions(
    of command: CommandHelp,
    to roff: inout Roff,
    isSection: Bool = true
  ) {
    if command.parameters.isEmpty { return }
    if isSection { roff.section("OPTIONS") }
    for parameter in command.parameters {
      let names = (parameter.names ?? []).map(\.text).joined(separator: ", ")
      let value = parameter.kind == "flag" ? "" : "<\(parameter.valueName ?? "value")>"
      let head = [names, value].filter { !$0.isEmpty }.joined(separator: " ")
      roff.item(head, parameter.abstract ?? "")
    }
  }

  private func addSettings(to roff: inout Roff) {
    roff.section("SETTINGS")
    roff.paragraph(
      "Options come before variables of the environment, these before the settings file, this before the defaults. 'playhead config' shows what is in force and from where. In the file a setting is a line such as listen = \"127.0.0.1:8080\"."
    )
    for setting in Setting.allCases {
      roff.item("\(setting.rawValue), \(setting.variable)", setting.meaning.capitalizedFirst + ".")
    }
    roff.section("FILES")
    roff.item(
      "$XDG_CONFIG_HOME/playhead/config.toml",
      "The settings file, by default in ~/.config."
    )
    roff.item(
      "$XDG_CONFIG_HOME/playhead/themes",
      "Themes of the dashboard beside the built-in ones."
    )
    roff.item("$XDG_DATA_HOME/playhead/playhead.db", "The store, by default in ~/.local/share.")
    roff.item("/etc/playhead/config.toml", "The settings of the service that the package installs.")
    roff.item("/var/lib/playhead", "The stores of that service.")
  }
}

/// Text in the language of man pages.
private struct Roff {
  private(set) var text = ""

  mutating func title(_ name: String, version: String) {
    text += ".TH \(Self.escaped(name.uppercased())) 1 \"\" \"\(Self.escaped(version))\"\n"
  }

  mutating func section(_ name: String) { text += ".SH \(Self.escaped(name))\n" }

  mutating func text(_ text: String) { self.text += Self.line(text) + "\n" }

  mutating func paragraph(_ text: String) { self.text += ".PP\n\(Self.line(text))\n" }

  mutating func synopsis(_ usage: String) { text += ".PP\n.B \(Self.escaped(usage))\n" }

  mutating func example(_ line: String) { text += ".PP\n.EX\n\(Self.line(line))\n.EE\n" }

  mutating func item(_ head: String, _ body: String) {
    text += ".TP\n.B \(Self.escaped(head))\n\(Self.line(body))\n"
  }

  /// A line that no macro can be taken for.
  private static func line(_ text: String) -> String {
    let escaped = escaped(text)
    return escaped.hasPrefix(".") || escaped.hasPrefix("'") ? "\\&" + escaped : escaped
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "\\": result += "\\e"
      case "-": result += "\\-"
      case "\"": result += "\\(dq"
      case "'": result += "\\(aq"
      case "\n": result += " "
      default: result.append(character)
      }
    }
    return result
  }
}

extension String {
  fileprivate func trimmingSuffix(_ suffix: String) -> String {
    hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
  }

  fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
