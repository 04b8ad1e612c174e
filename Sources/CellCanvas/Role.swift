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
  /// The body of columns and bars; also a ground.
  case bar
  /// The top of a column and the end of a bar: the part that is read.
  case barTop
  /// Whatever is of the period compared with, and nothing else.
  case comparison
  /// Lines at the ticks of an axis.
  case grid
  /// The ground of a row as far as its share reaches.
  case share
  /// The same in every other row, so that rows don't fuse.
  case shareBetween

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

  /// One of five shades, from 0, that look different at every depth that has colours.
  public static func shade(_ index: Int) -> Role {
    let shades: [Role] = [.gradient1, .gradient3, .gradient5, .gradient6, .gradient8]
    return shades[min(max(index, 0), shades.count - 1)]
  }

  /// The step of the gradient for a share between 0 and 1; anything else is clamped.
  public static func gradient(_ fraction: Double) -> Role {
    guard fraction > 0 else { return .gradient1 }
    return gradient[Int(min(fraction, 1) * Double(gradient.count - 1) + 0.5)]
  }
}
