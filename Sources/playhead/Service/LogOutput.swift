import CellCanvas
import Logging
import PlaybackFacts
import Synchronization
import TextAndBytes

/// How lines of the log are written.
enum LogFormat: String, CaseIterable, Sendable {
  /// A line for people: time, level, message, and `name=value` for the rest.
  case text
  /// A JSON object per line.
  case json
}

/// Where the log is written, and from which level on; all loggers share it, so that a change counts at once.
///
/// ```
/// 2024-05-29T11:15:07+00:00 info listening on http://127.0.0.1:8080 environment=production
/// {"time":"2024-05-29T11:15:07+00:00","level":"info","logger":"playhead","message":"listening on …","environment":"production"}
/// ```
final class LogOutput: Sendable {
  /// Which lines are written, and how.
  struct Style: Hashable, Sendable {
    var format = LogFormat.text
    var level = Logger.Level.info
  }

  private let current: Mutex<Style>
  private let isJournal: Bool
  private let now: @Sendable () -> Timestamp
  private let write: @Sendable (String) -> Void

  /// Makes an output.
  /// - Parameters:
  ///   - style: Which lines are written, and how.
  ///   - isJournal: Whether systemd's journal reads the lines of text: it notes the time by itself, and takes
  ///     the level from a number at the beginning.
  ///   - now: The time.
  ///   - write: Takes a line with its end.
  init(
    _ style: Style,
    isJournal: Bool = false,
    now: @escaping @Sendable () -> Timestamp = { .now },
    write: @escaping @Sendable (String) -> Void = StandardError.write
  ) {
    current = Mutex(style)
    self.isJournal = isJournal
    self.now = now
    self.write = write
  }

  /// Which lines are written, and how.
  var style: Style {
    get { current.withLock(\.self) }
    set { current.withLock { $0 = newValue } }
  }

  /// The logger of this program.
  var logger: Logger { Logger(label: "playhead") { LineLogHandler($0, self) } }

  /// The logger for libraries; their `info` lines are written only at `debug`.
  var libraryLogger: Logger {
    Logger(label: "http") { LineLogHandler($0, self, isLibrary: true) }
  }

  fileprivate func write(
    _ level: Logger.Level,
    _ label: String,
    _ message: String,
    _ metadata: [(name: String, value: String)]
  ) {
    switch style.format {
    case .json:
      var json = JSONWriter()
      json.object { json in
        let head = [
          ("time", now().atom), ("level", level.rawValue), ("logger", label), ("message", message),
        ]
        let names = Set(head.map(\.0))
        for (name, value) in head + metadata.filter({ !names.contains($0.name) }) {
          json.key(name)
          json.string(value)
        }
      }
      write(json.text + "\n")
    case .text:
      let start = isJournal ? "<\(level.priority)>" : "\(now().atom) \(level.rawValue) "
      let rest = metadata.map { " \($0.name)=\(Self.quoted($0.value))" }.joined()
      write(start + message.scrubbed + rest + "\n")
    }
  }

  private static func quoted(_ value: String) -> String {
    let isPlain = !value.isEmpty && value.allSatisfy { !$0.isWhitespace && !"\"=\\".contains($0) }
    if isPlain { return value.scrubbed }
    return "\"\(value.scrubbed.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
  }
}

/// Writes what one logger logs.
private struct LineLogHandler: LogHandler {
  private let label: String
  private let output: LogOutput
  private let isLibrary: Bool
  /// The level set for this logger alone.
  private var ownLevel: Logger.Level?
  var metadata: Logger.Metadata = [:]
  var metadataProvider: Logger.MetadataProvider?

  init(_ label: String, _ output: LogOutput, isLibrary: Bool = false) {
    self.label = label
    self.output = output
    self.isLibrary = isLibrary
  }

  var logLevel: Logger.Level {
    get {
      let level = output.style.level
      return ownLevel ?? (isLibrary && level > .debug ? max(level, .warning) : level)
    }
    set { ownLevel = newValue }
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var all = metadata
    all.merge(metadataProvider?.get() ?? [:]) { $1 }
    all.merge(event.metadata ?? [:]) { $1 }
    if let error = event.error { all["error"] = "\(error)" }
    output.write(
      event.level,
      label,
      event.message.description,
      all.sorted { $0.key < $1.key }.map { ($0.key, "\($0.value)") }
    )
  }
}

extension Logger.Level {
  /// Its priority in syslog and the journal.
  fileprivate var priority: Int {
    switch self {
    case .trace, .debug: 7
    case .info: 6
    case .notice: 5
    case .warning: 4
    case .error: 3
    case .critical: 2
    }
  }
}
