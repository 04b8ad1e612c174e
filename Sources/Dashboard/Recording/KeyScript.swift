public import CellCanvas

/// Keys to press one after the other, and how long to wait between them.
///
/// ```swift
/// let script = KeyScript("b 2s down enter 3s")
/// ```
public struct KeyScript: Hashable, Sendable {
  /// A key and when it is pressed.
  public struct Step: Hashable, Sendable {
    /// The time since the start.
    public let time: Duration
    /// The key.
    public let key: Key
  }

  /// The keys in the order of time.
  public private(set) var steps: [Step] = []
  /// How long it takes, with what is waited after the last key.
  public private(set) var duration = Duration.zero

  /// How long after each key the next one is pressed, beside what is waited.
  private static let pause = Duration.milliseconds(400)

  /// How long a script may take: all its frames are in memory.
  private static let longest = Duration.seconds(600)

  /// Reads a script; nil where ``fault(in:)`` says what is wrong.
  ///
  /// - Parameter text: words with blanks between them: keys as the settings file names them, and times to wait in
  ///   seconds, such as `2s` or `0.5s`.
  public init?(_ text: String) {
    guard Self.fault(in: text) == nil else { return nil }
    for word in Self.words(of: text) {
      if let wait = Self.wait(word) {
        duration += wait
      } else if let key = Key(name: word) {
        steps.append(Step(time: duration, key: key))
        duration += Self.pause
      }
    }
  }

  /// What is wrong with a script, as a sentence; nil where nothing is.
  public static func fault(in text: String) -> String? {
    var length = Duration.zero
    for word in words(of: text) {
      guard let time = wait(word) ?? Key(name: word).map({ _ in pause }) else {
        return "'\(word)' is neither a key, such as b, enter or ctrl-l, nor a time, such as 2s"
      }
      length += time
    }
    return length > longest ? "a recording is of ten minutes at most" : nil
  }

  private static func words(of text: String) -> [String] {
    text.split(separator: " ").map(String.init)
  }

  /// A time of an hour at most.
  private static func wait(_ word: String) -> Duration? {
    guard word.hasSuffix("s"), let seconds = Double(word.dropLast()), (0...3600).contains(seconds)
    else { return nil }
    return .milliseconds(Int((seconds * 1000).rounded()))
  }
}
