import ArgumentParser
import Testing

@testable import playhead

@Suite("Man pages")
struct ManualPagesTests {
  private static let pages: [ManualPages.Page] = {
    do { return ManualPages(try CommandHelp.read()).pages } catch { return [] }
  }()

  @Test func `the program and each of its commands have one`() {
    let commands = Playhead.configuration.subcommands
      .map { $0.configuration }
      .filter { $0.shouldDisplay }
    #expect(Self.pages.count == commands.count + 1)
    #expect(Self.pages.first?.fileName == "playhead.1")
    for command in commands {
      if let name = command.commandName {
        #expect(Self.pages.contains { $0.fileName == "playhead-\(name).1" })
      }
      #expect(Self.pages.contains { $0.text.contains(Self.escaped(command.abstract.dropLast())) })
    }
    #expect(!Self.pages.contains { $0.fileName == "playhead-manual.1" })
  }

  @Test func `every option that help shows is in a page`() throws {
    func check(_ command: CommandHelp, _ text: String) {
      for argument in command.parameters {
        for name in argument.names ?? [] {
          let isHead = text.split(separator: "\n").contains { line in
            line.hasPrefix(".B ") && line.contains(Self.escaped(name.text))
          }
          #expect(isHead, "\(command.commandName) \(name.text)")
        }
        #expect(text.contains(Self.escaped((argument.abstract ?? "").prefix(20))))
      }
      for child in command.children { check(child, text) }
    }
    for command in try CommandHelp.read().children {
      let page = try #require(
        Self.pages.first { $0.fileName == "playhead-\(command.commandName).1" }
      )
      check(command, page.text)
    }
  }

  @Test func `all settings are in the first, with their variables`() throws {
    let page = try #require(Self.pages.first)
    for setting in Setting.allCases {
      #expect(page.text.contains(Self.escaped("\(setting.rawValue), \(setting.variable)")))
    }
  }

  @Test func `nothing but macros begins with a dot or an apostrophe`() {
    let macros = [".TH ", ".SH ", ".PP", ".TP", ".B ", ".EX", ".EE"]
    for page in Self.pages {
      for line in page.text.split(separator: "\n") where ".'".contains(line.prefix(1)) {
        #expect(macros.contains { line.hasPrefix($0) }, "\(page.fileName): \(line)")
      }
    }
  }

  private static func escaped(_ text: some StringProtocol) -> String {
    String(text).replacing("-", with: "\\-").replacing("'", with: "\\(aq").replacing(
      "\"",
      with: "\\(dq"
    )
  }
}
