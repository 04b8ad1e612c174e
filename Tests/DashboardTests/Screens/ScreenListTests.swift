import Foundation
import PlaybackFacts
import QueryCore
import Testing

@testable import Dashboard

/// A new screen touches its folder, the list of screens and the table of keys: nothing else may know it.
@Suite("List of screens")
struct ScreenListTests {
  private static let module = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Sources/Dashboard")

  @Test(arguments: ScreenID.allCases)
  func `a screen has a folder and a type of its name`(screen: ScreenID) {
    let file = "Screens/\(screen.title)/\(screen.title)Screen.swift"

    #expect(FileManager.default.fileExists(atPath: Self.module.appending(path: file).path))
    #expect("\(screen.type)" == "\(screen.title)Screen")
  }

  @Test func `only the list names the types of screens`() throws {
    let types = ScreenID.allCases.map { "\($0.type)" }
    let files = try #require(
      FileManager.default.enumerator(at: Self.module, includingPropertiesForKeys: nil)
    ).compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }
    #expect(files.count > 50)

    for file in files where file.lastPathComponent != "ScreenID.swift" {
      let text = try String(contentsOf: file, encoding: .utf8)
      let words = Set(text.split { !$0.isLetter && !$0.isNumber }.map(String.init))
      let folder = file.deletingLastPathComponent().lastPathComponent
      for type in types where words.contains(type) {
        #expect(type == folder + "Screen", "\(file.lastPathComponent) names \(type)")
      }
    }
  }

  @Test func `panels have names of their own, which exported files are called after`() {
    let panels = ScreenID.allCases.flatMap(\.panels)

    #expect(Set(panels.map(\.name)).count == panels.count)
  }

  @Test(arguments: ScreenID.allCases)
  func `every question belongs to a panel of the screen`(screen: ScreenID) throws {
    var driver = try Screen()
    driver.send(.command(.show(screen)))
    let questions = driver.state.subject.questions

    for ranking in questions.rankings { #expect(screen.panels.contains(ranking.panel)) }
    if let table = questions.table { #expect(screen.panels.contains(table.panel)) }
    #expect(questions.curves.isEmpty != screen.panels.contains(where: \.isChart))
    #expect((questions == Questions()) == (screen.traits.time == .none))
  }

  @Test func `what a screen remembers comes back to it, and to no other`() {
    for id in ScreenID.allCases {
      var screens = Screens()
      let memory = screens[id].memory.mapValues { _ in ["play"] }

      screens[id].restore(memory)
      screens[id].restore(["from a later version": ["x"]])

      for other in ScreenID.allCases where other != id {
        #expect(screens[other].memory == other.type.init().memory)
      }
    }
  }
}
