import ArgumentParser
import Foundation

/// `playhead config`: what is in force and from where.
struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config",
    abstract: "Show the settings in force and where each comes from.",
    discussion: """
      Options come before PLAYHEAD_… variables, these before the settings file, this before what the \
      dashboard remembers of the last time, this before the defaults.

      Example: PLAYHEAD_THEME=light playhead config
      """
  )

  @OptionGroup var source: SourceOptions

  func run() throws {
    let written = source.settingsWithFaults()
    var memory = MemoryFile(
      path: Paths(variables: ProcessInfo.processInfo.environment).dashboardMemory
    )
    let settings = ((try? DashboardScreen.checked(written)) ?? written)
      .remembering(memory.read())
    var table = TextTable([
      ("SETTING", .left), ("VALUE", .left), ("FROM", .left), ("MEANING", .left),
    ])
    for setting in Setting.allCases {
      let missing = setting == .store ? settings.storePath(of: try settings.environment()) : "-"
      let (text, origin) = settings.value(setting) ?? (missing, .standard)
      let shown = setting.isSecret && text != "-" ? "(hidden)" : text
      table.add([setting.rawValue, shown, origin.description, setting.meaning])
    }
    StandardOutput.write(table.text)
    let file = Paths(variables: ProcessInfo.processInfo.environment).settingsFile
    StandardOutput.write("\nsettings file: \(file)\n")
    let faults = try DashboardScreen.faults(DashboardScreen.checked(written))
    for fault in faults { StandardError.write("playhead: \(fault)\n") }
    if !faults.isEmpty { throw ExitCode.failure }
  }
}
