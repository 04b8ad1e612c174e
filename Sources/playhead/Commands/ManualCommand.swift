import ArgumentParser
import Foundation

/// `playhead manual FOLDER`: the man pages, for whoever makes a package.
struct ManualCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "manual",
    abstract: "Write the man pages into a folder.",
    discussion: "Example: playhead manual .",
    shouldDisplay: false
  )

  @Argument(help: "The folder, which must exist.") var folder: String

  func run() throws {
    for page in ManualPages(try CommandHelp.read()).pages {
      let file = URL(fileURLWithPath: folder).appending(path: page.fileName)
      do {
        try Data(page.text.utf8).write(to: file)
      } catch {
        throw CommandError("\(file.path) can't be written: \(error.localizedDescription)")
      }
    }
  }
}
