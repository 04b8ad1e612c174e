import CellCanvas
import Foundation

/// How a colour of the palette looks to different eyes.
///
/// Deficiencies by the matrices of Machado, Oliveira and Fernandes (2009) at full severity; distances
/// are those of CIE Lab (1976), in which 2.3 is just noticeable.
enum Sight: CaseIterable {
  case usual, withoutRed, withoutGreen, withoutBlue

  private var matrix: [[Double]] {
    switch self {
    case .usual: [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    case .withoutRed:
      [
        [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
      ]
    case .withoutGreen:
      [
        [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
      ]
    case .withoutBlue:
      [
        [1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
      ]
    }
  }

  /// How far apart two colours are.
  func distance(_ a: UInt8, _ b: UInt8) -> Double {
    sqrt(zip(lab(a), lab(b)).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) })
  }

  /// The lightness of a colour, 0–100.
  func lightness(_ color: UInt8) -> Double { lab(color)[0] }

  private func lab(_ color: UInt8) -> [Double] {
    let linear = Self.linear(color)
    let seen = matrix.map { row in
      min(1, max(0, zip(row, linear).reduce(0) { $0 + $1.0 * $1.1 }))
    }
    func f(_ t: Double) -> Double { t > 0.008856 ? cbrt(t) : 7.787 * t + 16 / 116 }
    let x = f((0.4124 * seen[0] + 0.3576 * seen[1] + 0.1805 * seen[2]) / 0.95047)
    let y = f(0.2126 * seen[0] + 0.7152 * seen[1] + 0.0722 * seen[2])
    let z = f((0.0193 * seen[0] + 0.1192 * seen[1] + 0.9505 * seen[2]) / 1.08883)
    return [116 * y - 16, 500 * (x - y), 200 * (y - z)]
  }

  /// The contrast of two colours by WCAG 2: 1–21.
  static func contrast(_ a: UInt8, _ b: UInt8) -> Double {
    let values = [a, b].map { color in
      zip([0.2126, 0.7152, 0.0722], linear(color)).reduce(0) { $0 + $1.0 * $1.1 }
    }.sorted()
    return (values[1] + 0.05) / (values[0] + 0.05)
  }

  private static func linear(_ color: UInt8) -> [Double] {
    let (red, green, blue) = PaletteColor.components(of: color)
    return [red, green, blue].map { value in
      let share = Double(value) / 255
      return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
    }
  }
}
