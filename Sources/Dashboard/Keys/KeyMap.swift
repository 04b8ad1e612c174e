public import CellCanvas

/// What every key does: the one table that keys, help, palette and the key bar are made from.
public struct KeyMap: Sendable {
  /// What commands are about: the headings of help and palette.
  enum Group: CaseIterable, Sendable {
    case goTo, time, filter, look

    var title: String {
      switch self {
      case .goTo: "Go to"
      case .time: "Time"
      case .filter: "Filter"
      case .look: "Look"
      }
    }
  }

  /// A command with its keys.
  public struct Binding: Hashable, Sendable {
    /// What the settings file calls it.
    public let name: String
    /// The keys.
    public internal(set) var keys: [Key]
    /// What it does.
    public let command: Command
    /// What it does, as a line of the help.
    public let help: String
    /// A word for the key bar; empty where it is not on it.
    public let hint: String
    /// The screens on which it means something; nil for all.
    public let views: Set<ScreenID>?
    /// The heading that it stands below.
    var group = Group.look

    init(
      _ name: String,
      _ keys: [Key],
      _ command: Command,
      _ help: String,
      hint: String = "",
      on views: Set<ScreenID>? = nil
    ) {
      self.name = name
      self.keys = keys
      self.command = command
      self.help = help
      self.hint = hint
      self.views = views
    }

    /// Whether it means something on a screen.
    func applies(on view: ScreenID) -> Bool { views?.contains(view) ?? true }
  }

  /// All bindings, in the order of the help.
  public private(set) var bindings: [Binding]

  /// The keys as they are unless somebody wants others.
  public static let standard = KeyMap(bindings: standardBindings)

  private init(bindings: [Binding]) {
    self.bindings = bindings
  }

  /// The standard keys, but for some commands.
  ///
  /// A key that is given to a command is taken from every other that is given nothing.
  ///
  /// - Parameter keys: for each name of a command, the keys that it gets instead.
  /// - Throws: ``KeyMapError`` for a name that no command has and a text that is no key.
  public init(rebinding keys: [String: [String]]) throws(KeyMapError) {
    bindings = Self.standardBindings
    var given: Set<Key> = []
    for (name, texts) in keys.sorted(by: { $0.key < $1.key }) {
      guard let index = bindings.firstIndex(where: { $0.name == name }) else {
        throw .unknownCommand(name)
      }
      var wanted: [Key] = []
      for text in texts {
        guard let key = Key(name: text) else { throw .unknownKey(text, command: name) }
        guard !wanted.contains(key) else { continue }
        guard given.insert(key).inserted else { throw .givenTwice(text, command: name) }
        wanted.append(key)
      }
      bindings[index].keys = wanted
    }
    for index in bindings.indices where keys[bindings[index].name] == nil {
      bindings[index].keys.removeAll { given.contains($0) }
    }
    guard bindings.contains(where: { $0.command == .quit && !$0.keys.isEmpty }) else {
      throw .noWayOut
    }
  }

  /// What a key asks for on a screen; nil for keys without a meaning there.
  public func command(for key: Key, on view: ScreenID) -> Command? {
    bindings.first { $0.keys.contains(key) && $0.applies(on: view) }?.command
  }

  /// What a key does and on which screens, as a sentence; nil for a key that no command has.
  func meaningElsewhere(of key: Key) -> String? {
    let meanings = bindings.filter { $0.keys.contains(key) }.map { binding in
      let titles = ScreenID.allCases.filter(binding.applies).map(\.title)
      let last = titles.last ?? ""
      let list =
        titles.count > 1 ? "\(titles.dropLast().joined(separator: ", ")) and \(last)" : last
      return "for \(list): \(binding.help)"
    }
    return meanings.isEmpty ? nil : "\(key.label) is \(meanings.joined(separator: "; "))"
  }

  /// The bindings of the help on a screen, below their headings.
  func help(on view: ScreenID) -> [(group: Group, bindings: [Binding])] {
    let known = bindings.filter { $0.applies(on: view) && !$0.help.isEmpty && !$0.keys.isEmpty }
    return Group.allCases.map { group in (group, known.filter { $0.group == group }) }
  }

  /// The entries of the key bar on a screen.
  func hints(on view: ScreenID) -> [Binding] {
    bindings.filter { $0.applies(on: view) && !$0.hint.isEmpty && !$0.keys.isEmpty }
  }

  /// The first key of a command, as it is written; nil without one.
  func label(of command: Command) -> String? {
    bindings.first { $0.command == command }?.keys.first?.label
  }
}

/// Why keys can't be bound.
public enum KeyMapError: Error, Hashable, Sendable, CustomStringConvertible {
  case unknownCommand(String)
  case unknownKey(String, command: String)
  case givenTwice(String, command: String)
  case noWayOut

  /// One sentence for the user.
  public var description: String {
    switch self {
    case .unknownCommand(let name):
      "there is no command '\(name)' to bind keys to; the README and the help (?) list all"
    case .unknownKey(let text, let command):
      "'\(text)' is no key for '\(command)'; keys are written x, X, ctrl-l, alt-x, f5, space, enter, tab, up"
    case .givenTwice(let text, let command):
      "the key '\(text)' of '\(command)' is already given to another command"
    case .noWayOut: "'quit' must have a key"
    }
  }
}
