/// Where files are, by the XDG base directory rules.
struct Paths {
  private let variables: [String: String]

  init(variables: [String: String]) {
    self.variables = variables
  }

  /// `$XDG_CONFIG_HOME/playhead/config.toml`.
  var settingsFile: String { directory("XDG_CONFIG_HOME", ".config") + "/config.toml" }

  /// `$XDG_CONFIG_HOME/playhead/themes`.
  var themes: String { directory("XDG_CONFIG_HOME", ".config") + "/themes" }

  /// `$XDG_DATA_HOME/playhead/playhead.db`, or `playhead-sandbox.db`.
  func store(isSandbox: Bool) -> String {
    directory("XDG_DATA_HOME", ".local/share")
      + (isSandbox ? "/playhead-sandbox.db" : "/playhead.db")
  }

  /// `$XDG_DATA_HOME/playhead/outbox.db`: what ClickHouse does not have yet.
  var outbox: String { directory("XDG_DATA_HOME", ".local/share") + "/outbox.db" }

  /// `$XDG_STATE_HOME/playhead/dashboard.json`: what the dashboard remembers until its next start.
  var dashboardMemory: String { directory("XDG_STATE_HOME", ".local/state") + "/dashboard.json" }

  private func directory(_ variable: String, _ fallback: String) -> String {
    // Relative paths in these variables are to be ignored, as the rules say.
    if let path = variables[variable], path.hasPrefix("/") { return path + "/playhead" }
    return (variables["HOME"] ?? ".") + "/\(fallback)/playhead"
  }
}
