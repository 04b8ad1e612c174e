/// Why a theme cannot be used.
public enum ThemeError: Error, Hashable, Sendable {
  // When it is chosen.
  /// There is no theme of that name.
  case unknownTheme(name: String, known: [String])
  /// The file is not UTF-8 text or may not be read.
  case unreadable(file: String)

  // When its file is read.
  /// The file is not TOML.
  case syntax(file: String, line: Int, reason: String)
  /// A key that no theme has.
  case unknownKey(file: String, line: Int, key: String)
  /// A role that is not a row of texts, one for each colour depth.
  case wrongColumns(file: String, line: Int, role: String)
  /// A look that cannot be read, or that has more colours than its column.
  case wrongLook(file: String, line: Int, role: String, text: String, column: String)

  // When it inherits.
  /// The theme it inherits from does not exist.
  case unknownParent(file: String, line: Int, theme: String)
  /// The theme inherits from itself.
  case circularInheritance(file: String, theme: String)
}

extension ThemeError: CustomStringConvertible {
  /// One sentence for the user.
  public var description: String {
    switch self {
    case .unknownTheme(let name, let known):
      "there is no theme '\(name)'; the themes are \(known.joined(separator: ", "))"
    case .unreadable(let file):
      "\(file): the theme cannot be read; it must be a UTF-8 text file"
    case .syntax(let file, let line, let reason):
      "\(file), line \(line): not TOML: \(reason)"
    case .unknownKey(let file, let line, let key):
      "\(file), line \(line): a theme has no '\(key)'; it has 'inherits' and a table 'roles' of known roles"
    case .wrongColumns(let file, let line, let role):
      "\(file), line \(line): '\(role)' must be four texts, for 256, 16, 8 colours and none"
    case .wrongLook(let file, let line, let role, let text, let column):
      "\(file), line \(line): '\(text)' is no look for '\(role)' with \(column)"
    case .unknownParent(let file, let line, let theme):
      "\(file), line \(line): it inherits from '\(theme)', which does not exist"
    case .circularInheritance(let file, let theme):
      "\(file): it inherits from '\(theme)', which in turn inherits from it"
    }
  }
}
