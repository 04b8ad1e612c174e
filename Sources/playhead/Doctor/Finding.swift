/// What a check of the set-up found: one line.
struct Finding: Hashable, Sendable {
  /// How bad it is.
  enum Level: String, CaseIterable, Comparable, Sendable {
    case ok
    case warning
    case error

    static func < (a: Level, b: Level) -> Bool {
      (allCases.firstIndex(of: a) ?? 0) < (allCases.firstIndex(of: b) ?? 0)
    }
  }

  /// What was checked: `store`, `clock`, `disk`.
  let check: String
  let level: Level
  /// What was found, in a sentence without its dot.
  let text: String
  /// What to do about it; nil where nothing has to be done.
  let advice: String?

  static func ok(_ check: String, _ text: String) -> Finding {
    Finding(check: check, level: .ok, text: text, advice: nil)
  }

  static func warning(_ check: String, _ text: String, _ advice: String) -> Finding {
    Finding(check: check, level: .warning, text: text, advice: advice)
  }

  static func error(_ check: String, _ text: String, _ advice: String) -> Finding {
    Finding(check: check, level: .error, text: text, advice: advice)
  }
}
