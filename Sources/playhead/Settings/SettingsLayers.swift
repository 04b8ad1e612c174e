import Configuration
import Synchronization

/// The layers of settings in order of precedence: options, variables, the file, what the dashboard remembers,
/// defaults.
///
/// A value is the text as it was written; it is parsed later, so that an error can name its source.
struct SettingsLayers: Sendable {
  /// The values on the command line.
  var options: [Setting: String] { didSet { reader = makeReader() } }
  /// The environment of the process.
  private var variables: [String: String] { didSet { reader = makeReader() } }
  /// The values in the settings file.
  var file: [Setting: String] { didSet { reader = makeReader() } }
  /// What the dashboard remembers.
  var remembered: [Setting: String] = [:] { didSet { reader = makeReader() } }
  private let defaults: [Setting: String]
  private var reader: ConfigReader

  /// Which layer a value comes from.
  enum Layer: Int {
    case option
    case variable
    case file
    case remembered
    case standard
  }

  init(
    options: [Setting: String],
    variables: [String: String],
    file: [Setting: String],
    defaults: [Setting: String]
  ) {
    self.options = options
    // A variable that is set to nothing says nothing.
    self.variables = variables.filter {
      $0.key.hasPrefix(Setting.variablePrefix) && !$0.value.isEmpty
    }
    self.file = file
    self.defaults = defaults
    reader = ConfigReader(provider: InMemoryProvider(values: [:]))
    reader = makeReader()
  }

  /// The value in force and the layer that has it.
  func value(_ setting: Setting) -> (text: String, layer: Layer)? {
    let answer = Answer()
    let text = Answer.$current.withValue(answer) {
      reader.string(forKey: ConfigKey([setting.rawValue]), isSecret: setting.isSecret)
    }
    guard let text, let layer = answer.layer else { return nil }
    return (text, layer)
  }

  /// Removes some settings from all layers but the defaults.
  mutating func remove(_ settings: Set<Setting>) {
    options = options.filter { !settings.contains($0.key) }
    file = file.filter { !settings.contains($0.key) }
    let names = Set(settings.map(\.variable))
    variables = variables.filter { !names.contains($0.key) }
  }

  /// Lets the highest layer that says where the data is say it alone, as far as ClickHouse is concerned: an option
  /// `--store` hides a `clickhouse` of the file, and `--clickhouse` a `store` or `remote`.
  mutating func hideLowerPlaces() {
    func places(_ names: (Setting) -> Bool) -> Set<Setting> { Setting.places.filter(names) }
    let variables = self.variables
    let layers = [
      places { options[$0] != nil }, places { variables[$0.variable] != nil },
      places { file[$0] != nil },
    ]
    guard let first = layers.first(where: { !$0.isEmpty }),
      layers.contains(where: { $0.contains(.clickhouse) })
    else { return }
    let hidden = Setting.places.subtracting(first)
      .filter { ($0 == .clickhouse) != first.contains(.clickhouse) }
    remove(hidden)
  }

  private func makeReader() -> ConfigReader {
    ConfigReader(
      providers: [
        Self.provider("options", options),
        EnvironmentVariablesProvider(environmentVariables: variables)
          .prefixKeys(with: ["playhead"]),
        Self.provider("file", file),
        Self.provider("remembered", remembered),
        Self.provider("defaults", defaults),
      ],
      accessReporter: AnswerReporter()
    )
  }

  private static func provider(_ name: String, _ values: [Setting: String]) -> InMemoryProvider {
    InMemoryProvider(
      name: name,
      values: Dictionary(
        uniqueKeysWithValues: values.map { setting, text in
          ([setting.rawValue], ConfigValue(.string(text), isSecret: setting.isSecret))
        }
      )
    )
  }
}

/// The layer in which a value was found.
private final class Answer: Sendable {
  @TaskLocal static var current: Answer?

  private let found = Mutex<SettingsLayers.Layer?>(nil)

  var layer: SettingsLayers.Layer? { found.withLock(\.self) }

  func note(_ layer: SettingsLayers.Layer?) { found.withLock { $0 = layer } }
}

/// Notes which layer has the value; layers are asked in order of precedence.
private struct AnswerReporter: AccessReporter {
  func report(_ event: AccessEvent) {
    Answer.current?.note(SettingsLayers.Layer(rawValue: event.providerResults.count - 1))
  }
}
