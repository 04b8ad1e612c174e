import Glibc

/// Shows how far long work has come: one line on a terminal, nothing on a pipe.
///
/// It belongs to one task at a time; times are given by the caller, in milliseconds.
struct ProgressBar {
  private let label: String
  private let unit: String
  private let startedAt: Int64
  private var drawnAt: Int64 = .min
  private let isShown: Bool

  init(_ label: String, unit: String, now: Int64, isShown: Bool = StandardError.isTerminal) {
    self.label = label
    self.unit = unit
    self.startedAt = now
    self.isShown = isShown
  }

  /// Draws the bar if enough time has gone by since it was drawn last.
  ///
  /// - Parameters:
  ///   - fraction: how much is done, 0…1; nil if that can't be known.
  ///   - count: how many units are done.
  ///   - now: a monotonic time in milliseconds.
  mutating func update(fraction: Double?, count: Int, now: Int64) {
    guard isShown, drawnAt == .min || now - drawnAt >= 100 else { return }
    drawnAt = now
    StandardError.write("\r" + line(fraction: fraction, count: count, now: now) + "\u{1b}[K")
  }

  /// Takes the bar off the screen.
  func clear() {
    guard isShown, drawnAt != .min else { return }
    StandardError.write("\r\u{1b}[K")
  }

  /// The bar as text.
  func line(fraction: Double?, count: Int, now: Int64) -> String {
    let seconds = max(0.001, Double(now - startedAt) / 1000)
    let rate = "\(grouped(count)) \(unit)  \(grouped(Int(Double(count) / seconds)))/s"
    guard let fraction else { return "\(label)  \(rate)" }
    let width = 24
    let filled = Int((min(1, max(0, fraction)) * Double(width)).rounded())
    let bar = String(repeating: "━", count: filled) + String(repeating: "─", count: width - filled)
    return "\(label)  \(bar) \(Int(fraction * 100)) %  \(rate)"
  }
}

/// A whole number with its thousands apart: `1,234,567`.
func grouped(_ number: Int) -> String {
  var digits = Array(String(number.magnitude))
  var position = digits.count - 3
  while position > 0 {
    digits.insert(",", at: position)
    position -= 3
  }
  return (number < 0 ? "-" : "") + String(digits)
}

/// A number of things: `1 row`, `1,234 rows`.
func counted(_ number: Int, _ noun: String) -> String {
  "\(grouped(number)) \(noun)\(number == 1 ? "" : "s")"
}
