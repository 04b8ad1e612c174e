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
      let value = settings.value(setting)
      let shown = try value.map { setting.shown($0.text) } ?? usual(setting, settings)
      let origin = value?.origin ?? .standard
      table.add([setting.rawValue, shown, origin.description, setting.meaning])
    }
    StandardOutput.write(table.text)
    let file = Paths(variables: ProcessInfo.processInfo.environment).settingsFile
    StandardOutput.write("\nsettings file: \(file)\n")
    let faults = try DashboardScreen.faults(DashboardScreen.checked(written))
    for fault in faults { StandardError.write("playhead: \(fault)\n") }
    if !faults.isEmpty { throw ExitCode.failure }
  }

  /// What holds where nothing says a setting.
  private func usual(_ setting: Setting, _ settings: Settings) throws -> String {
    let isClickHouse = settings[.clickhouse] != nil
    switch setting {
    case .store where !isClickHouse: return settings.storePath(of: try settings.environment())
    case .outbox where isClickHouse: return settings.outboxPath(of: try settings.environment())
    default: return "-"
    }
  }
}
