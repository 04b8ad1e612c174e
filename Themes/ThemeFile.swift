import CellCanvas
import TextAndBytes

/// A theme as it is written down.
///
/// ```toml
/// inherits = "dark"           # the default
///
/// [roles]
/// #            256 colours    16 colours              8 colours        none
/// accent    = ["75 bold",     "bright-blue bold",     "cyan bold",     "bold"]
/// selection = ["255 on 24",   "bright-white on blue", "white on blue", "reverse"]
/// ```
struct ThemeFile: Hashable {
  /// What a file says, before anything is inherited.
  struct Contents {
    var inherits: String?
    /// The line that says so, from 1.
    var inheritsLine = 1
    var columns: [ColorDepth: [Role: Look]] = [:]
  }

  let name: String
  let path: String
  let text: String

  /// The columns of a role, in the order of a file.
  private static let depths: [ColorDepth] = [.twoHundredFiftySix, .sixteen, .eight, .mono]

  func contents() throws(ThemeError) -> Contents {
    let table = try parse()
    var contents = Contents()
    for (key, value) in table {
      switch key {
      case "inherits" where value.string != nil:
        contents.inherits = value.string
        contents.inheritsLine = value.line
      case "roles" where value.table != nil: break
      default: throw .unknownKey(file: path, line: value.line, key: key)
      }
    }
    guard let roles = table["roles"]?.table else { return contents }
    for (key, value) in roles {
      guard let role = Role(rawValue: key) else {
        throw .unknownKey(file: path, line: value.line, key: key)
      }
      guard let texts = value.strings, texts.count == Self.depths.count else {
        throw .wrongColumns(file: path, line: value.line, role: key)
      }
      for (depth, text) in zip(Self.depths, texts) {
        guard let look = Look(text, depth: depth) else {
          throw .wrongLook(
            file: path,
            line: value.line,
            role: key,
            text: text,
            column: depth.caption
          )
        }
        contents.columns[depth, default: [:]][role] = look
      }
    }
    return contents
  }

  private func parse() throws(ThemeError) -> TOMLTable {
    do {
      return try TOMLTable(text: text)
    } catch {
      throw .syntax(file: path, line: error.line, reason: error.description)
    }
  }
}

extension ColorDepth {
  /// The depth as the heading of a column.
  fileprivate var caption: String {
    switch self {
    case .mono: "no colours"
    case .eight: "8 colours"
    case .sixteen: "16 colours"
    case .twoHundredFiftySix: "256 colours"
    }
  }
}
