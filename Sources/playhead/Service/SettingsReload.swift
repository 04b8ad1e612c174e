import Logging
import Synchronization

/// Reloads the settings of a running server: applies those that may change, and logs which others wait for a
/// restart.
///
/// ```
/// HUP ─▶ settings ─▶ each part reads what it goes by ─▶ all parts take it
///           └ a mistake ──────┴▶ one line in the log; nothing changes
/// ```
final class SettingsReload: Sendable {
  /// Reads from settings what a part of the server goes by, and returns what lets the part go by it.
  typealias Part = @Sendable (Settings) throws -> @Sendable () -> Void

  private let atStart: Settings
  private let reloaded: Mutex<Settings>
  private let logger: Logger
  private let read: @Sendable () throws -> Settings
  private let parts: [Part]

  /// Makes one for the settings in force.
  /// - Parameters:
  ///   - settings: The settings in force.
  ///   - logger: Where it says what became of them.
  ///   - parts: What goes by them.
  ///   - read: Reads the settings again.
  init(
    _ settings: Settings,
    _ logger: Logger,
    parts: [Part],
    read: @escaping @Sendable () throws -> Settings
  ) {
    atStart = settings
    reloaded = Mutex(settings)
    self.logger = logger
    self.parts = parts
    self.read = read
  }

  /// Reloads the settings and logs the result; with a mistake in them nothing changes.
  func run() {
    let settings: Settings
    do {
      settings = try read()
      for take in try parts.map({ try $0(settings) }) { take() }
    } catch {
      return logger.error("settings not reloaded, nothing changed: \(error)")
    }
    let former = reloaded.withLock { reloaded in
      defer { reloaded = settings }
      return reloaded
    }
    func changed(since other: Settings, isReloaded: Bool) -> String {
      Setting.allCases.filter { setting in
        setting.isOfServer && setting.isReloaded == isReloaded
          && settings[setting] != other[setting]
      }
      .map(\.rawValue).joined(separator: ", ")
    }
    let now = changed(since: former, isReloaded: true)
    let later = changed(since: atStart, isReloaded: false)
    if !now.isEmpty { logger.notice("settings reloaded, in force now: \(now)") }
    if !later.isEmpty { logger.warning("\(later) changed: takes effect after a restart") }
    if now.isEmpty, later.isEmpty { logger.notice("settings reloaded, none has changed") }
  }
}

extension Setting {
  /// Whether the server uses it; the other settings are for the dashboard and the client.
  fileprivate var isOfServer: Bool {
    switch self {
    case .remote, .apiKey, .theme, .timezone, .graph, .color: false
    default: true
    }
  }
}
