import Glibc

/// Numbers, sizes and lengths of time as people read them, in the one way in which all of Playhead writes them.
///
/// | what | text |
/// |---|---|
/// | ``grouped(_:)`` | `1 204`, `-12 345` |
/// | ``fixed(_:_:)`` | `41.0` |
/// | ``bytes(_:)`` | `812 B`, `1.2 kB`, `321 MB`: powers of 1000 |
/// | ``duration(milliseconds:)`` | `412 ms`, `3 m 12 s`, `2 h 05 m`, `3 d 04 h` |
/// | ``counted(_:_:)`` | `1 row`, `1 204 rows` |
public enum Numbers {
  /// A whole number in groups of three digits.
  public static func grouped(_ value: Int) -> String {
    var digits = String(value.magnitude)[...]
    var groups: [Substring] = []
    while digits.count > 3 {
      groups.append(digits.suffix(3))
      digits = digits.dropLast(3)
    }
    return (value < 0 ? "-" : "") + ([digits] + groups.reversed()).joined(separator: " ")
  }

  /// A number with a fixed count of digits after the point, 0…15; what is beyond ±9·10¹⁷ units of the last
  /// digit is cut there.
  public static func fixed(_ value: Double, _ digits: Int) -> String {
    let scale = pow(10, Double(digits))
    let scaled = Int(min(max((value * scale).rounded(), -9e17), 9e17))
    guard digits > 0 else { return "\(scaled)" }
    let fraction = String(abs(scaled) % Int(scale))
    let zeros = String(repeating: "0", count: digits - fraction.count)
    return "\(scaled < 0 ? "-" : "")\(abs(scaled) / Int(scale)).\(zeros)\(fraction)"
  }

  /// A number of two digits at least: `07`.
  public static func padded(_ number: Int) -> String {
    number < 10 ? "0\(number)" : "\(number)"
  }

  /// A number of bytes, in powers of 1000.
  public static func bytes(_ count: Int) -> String {
    var value = Double(count)
    for unit in ["B", "kB", "MB", "GB", "TB"] {
      if abs(value) < 999.5 || unit == "TB" {
        return "\(fixed(value, unit == "B" || abs(value) >= 99.95 ? 0 : 1)) \(unit)"
      }
      value /= 1000
    }
    return ""
  }

  /// A length of time, in its two largest units.
  public static func duration(milliseconds: Int64) -> String {
    let sign = milliseconds < 0 ? "-" : ""
    let magnitude = milliseconds.magnitude
    let seconds = Int(magnitude / 1000)
    return sign
      + {
        switch seconds {
        case ..<1: return "\(magnitude) ms"
        case ..<60: return "\(seconds) s"
        case ..<3600: return "\(seconds / 60) m \(padded(seconds % 60)) s"
        case ..<86_400: return "\(seconds / 3600) h \(padded(seconds / 60 % 60)) m"
        default: return "\(grouped(seconds / 86_400)) d \(padded(seconds / 3600 % 24)) h"
        }
      }()
  }

  /// A number of things: `1 row`, `1 204 rows`.
  public static func counted(_ number: Int, _ noun: String) -> String {
    "\(grouped(number)) \(noun)\(number == 1 ? "" : "s")"
  }
}

extension [UInt8] {
  /// Appends a whole number in decimal digits.
  public mutating func append(decimal number: Int64) {
    if number < 0 { append(UInt8(ascii: "-")) }
    let first = count
    var rest = number.magnitude
    repeat {
      append(UInt8(ascii: "0") + UInt8(rest % 10))
      rest /= 10
    } while rest > 0
    self[first...].reverse()
  }

  /// Appends a number as sixteen hexadecimal digits.
  public mutating func append(hex number: UInt64) {
    for shift in stride(from: 60, through: 0, by: -4) {
      append(hexDigit: UInt8(number >> UInt64(shift) & 15))
    }
  }

  mutating func append(hexDigit digit: UInt8) {
    append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
  }
}
