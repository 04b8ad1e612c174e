import ArgumentParser
import CellCanvas
import Foundation
import Themes

/// `playhead themes`: the themes, drawn.
struct ThemesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "themes",
    abstract: "Draw the themes.",
    discussion: """
      Own themes are TOML files in $XDG_CONFIG_HOME/playhead/themes.

      Example: playhead themes
      """
  )

  func run() throws {
    let paths = Paths(variables: ProcessInfo.processInfo.environment)
    let library = ThemeLibrary(directory: paths.themes)
    let depth: ColorDepth = StandardOutput.isColored ? .twoHundredFiftySix : .mono
    for name in library.names {
      do {
        let theme = try library.theme(named: name)
        let canvas = Self.sample(name)
        StandardOutput.writeStyled(
          StandardOutput.isTerminal
            ? canvas.ansi(theme.palette(depth)) : canvas.lines.joined(separator: "\n") + "\n"
        )
      } catch {
        StandardError.write("playhead: \(error)\n")
      }
    }
  }

  /// A strip that shows every kind of role once.
  private static func sample(_ name: String) -> Canvas {
    var canvas = Canvas(size: Size(width: 72, height: 3))
    var x = canvas.write(name, x: 0, y: 0, style: .title) + 2
    let words: [(String, Style)] = [
      ("text", .text), ("dim", .dim), ("accent", .accent), ("▲ good", .good), ("! warn", .warn),
      ("✕ bad", .bad), ("selection", .selection),
    ]
    for (word, style) in words {
      x += canvas.write(word, x: x, y: 0, style: style) + 2
    }
    for series in 0..<8 { canvas.write("██████", x: series * 7, y: 1, style: .series(series)) }
    for step in 0..<56 {
      canvas.write("█", x: step, y: 2, style: Style(.gradient(Double(step) / 55)))
    }
    return canvas
  }
}
