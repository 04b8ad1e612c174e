import Logging
import Synchronization

/// Reads the settings again while a server runs: takes those that may change at once, and says of the others
/// that they wait for its next start.
final class SettingsReload: Sendable {
  private let atStart: Settings
  private let reloaded: Mutex<Settings>
  private let output: LogOutput
  private let countries: CountryKeeper
  private let read: @Sendable () throws -> Settings

  /// Makes one for the settings in force.
  /// - Parameters:
  ///   - settings: The settings in force.
  ///   - output: Where the log goes.
  ///   - countries: What looks countries up.
  ///   - read: Reads the settings again.
  init(
    _ settings: Settings,
    _ output: LogOutput,
    _ countries: CountryKeeper,
    read: @escaping @Sendable () throws -> Settings
  ) {
    atStart = settings
    reloaded = Mutex(settings)
    self.output = output
    self.countries = countries
    self.read = read
  }

  /// Reads them, and logs what became of it; settings with a mistake change nothing.
  func run() {
    let former = reloaded.withLock(\.self)
    let settings: Settings
    do {
      settings = try read()
      let style = try settings.logStyle()
      if settings[.countryDatabase] != former[.countryDatabase] {
        try countries.use(settings.countryFiles)
      }
      output.style = style
    } catch {
      return output.logger.error("settings not reloaded, nothing changed: \(error)")
    }
    reloaded.withLock { $0 = settings }
    let changed = Setting.allCases.filter { setting in
      setting.isOfServer
        && settings[setting] != (setting.isReloaded ? former : atStart)[setting]
    }
    let now = changed.filter(\.isReloaded).map(\.rawValue).joined(separator: ", ")
    let later = changed.filter { !$0.isReloaded }.map(\.rawValue).joined(separator: ", ")
    var metadata: Logger.Metadata = [:]
    if !now.isEmpty { metadata["changed"] = "\(now)" }
    if !later.isEmpty { metadata["needs-restart"] = "\(later)" }
    output.logger.notice(
      changed.isEmpty ? "settings reloaded, none has changed" : "settings reloaded",
      metadata: metadata
    )
  }
}

extension Setting {
  /// Whether a server goes by it; the rest are the dashboard's and the client's.
  fileprivate var isOfServer: Bool {
    switch self {
    case .remote, .apiKey, .theme, .timezone, .graph, .color: false
    default: true
    }
  }
}
