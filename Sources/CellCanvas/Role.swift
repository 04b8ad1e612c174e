/// What a cell means; a theme decides what that looks like.
///
/// The raw value is the role's key in a theme file.
public enum Role: String, CaseIterable, Hashable, Sendable {
  /// Plain text, and the background of everything.
  case text
  /// Less important than text.
  case dim
  /// The one colour that draws the eye.
  case accent
  /// A change or state for the better.
  case good
  /// Something to look at.
  case warn
  /// Something broken.
  case bad
  /// The row or item under the cursor.
  case selection
  /// Lines, axes, separators.
  case border
  /// Headings.
  case title
  /// Lines and bars of the first thing compared.
  case series1
  /// Lines and bars of the second thing compared.
  case series2
  /// Lines and bars of the third thing compared.
  case series3
  /// Lines and bars of the fourth thing compared.
  case series4
  /// Lines and bars of the fifth thing compared.
  case series5
  /// Lines and bars of the sixth thing compared.
  case series6
  /// Lines and bars of the seventh thing compared.
  case series7
  /// Lines and bars of the eighth thing compared.
  case series8
  /// The least of a shaded quantity.
  case gradient1
  /// The second step of a shaded quantity.
  case gradient2
  /// The third step of a shaded quantity.
  case gradient3
  /// The fourth step of a shaded quantity.
  case gradient4
  /// The fifth step of a shaded quantity.
  case gradient5
  /// The sixth step of a shaded quantity.
  case gradient6
  /// The seventh step of a shaded quantity.
  case gradient7
  /// The most of a shaded quantity.
  case gradient8

  private static let allSeries: [Role] = [
    .series1, .series2, .series3, .series4, .series5, .series6, .series7, .series8,
  ]
  private static let gradient: [Role] = [
    .gradient1, .gradient2, .gradient3, .gradient4, .gradient5, .gradient6, .gradient7,
    .gradient8,
  ]

  /// The role of the `index`th thing compared, from 0; the ninth looks like the first.
  public static func series(_ index: Int) -> Role {
    allSeries[((index % allSeries.count) + allSeries.count) % allSeries.count]
  }

  /// The step of the gradient for a share between 0 and 1; anything else is clamped.
  public static func gradient(_ fraction: Double) -> Role {
    guard fraction > 0 else { return .gradient1 }
    return gradient[Int(min(fraction, 1) * Double(gradient.count - 1) + 0.5)]
  }
}
