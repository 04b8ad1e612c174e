import TextAndBytes

/// Shows how far long work has come: one line on a terminal, nothing on a pipe.
///
/// It belongs to one task at a time.
struct ProgressBar {
  private let label: String
  private let unit: String
  private let isShown: Bool
  private let startedAt = ContinuousClock.now
  private var drawnAt: ContinuousClock.Instant?

  init(_ label: String, unit: String, isShown: Bool = StandardError.isTerminal) {
    self.label = label
    self.unit = unit
    self.isShown = isShown
  }

  /// Draws the bar if enough time has gone by since it was drawn last.
  ///
  /// - Parameters:
  ///   - fraction: how much is done, 0…1; nil if that can't be known.
  ///   - count: how many units are done.
  mutating func update(fraction: Double?, count: Int) {
    guard isShown else { return }
    let now = ContinuousClock.now
    guard drawnAt.map({ now - $0 >= .milliseconds(100) }) ?? true else { return }
    drawnAt = now
    StandardError.control("\r" + line(fraction, count, after: now - startedAt) + "\u{1b}[K")
  }

  /// Takes the bar off the screen.
  func clear() {
    guard drawnAt != nil else { return }
    StandardError.control("\r\u{1b}[K")
  }

  private func line(_ fraction: Double?, _ count: Int, after elapsed: Duration) -> String {
    let seconds = max(0.001, elapsed / .seconds(1))
    let rate =
      "\(Numbers.grouped(count)) \(unit)  \(Numbers.grouped(Int(Double(count) / seconds)))/s"
    guard let fraction else { return "\(label)  \(rate)" }
    let width = 24
    let filled = Int((min(1, max(0, fraction)) * Double(width)).rounded())
    let bar = String(repeating: "━", count: filled) + String(repeating: "─", count: width - filled)
    return "\(label)  \(bar) \(Int(fraction * 100)) %  \(rate)"
  }
}
