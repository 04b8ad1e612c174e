import PlaybackFacts
import QueryCommandLine
import TextAndBytes

/// Filters with names in place of codes, as the screen and `--filter` take them.
///
/// ```
/// title=Slow Lecture   ─▶  mediaId=vi4k0jvEUuaTdRAEjQ4Jfagz
/// country=Fran         ─▶  country=FR
/// France               ─▶  country=FR
/// ```
/// What names a dimension as the API does, with its codes, stays as it is.
public enum FilterNames {
  /// Why a filter can't be read.
  public struct Fault: Error, CustomStringConvertible {
    /// One sentence: what is wrong, or what the text may mean.
    public let description: String
  }

  /// The dimension by the names that people give media items.
  private static let titles = ["title", "media"]

  /// Whether the titles of media items have to be known to read a filter.
  public static func needTitles(_ text: String) -> Bool {
    let name = text.trimmed.lowercased().prefix { !" =!".contains($0) }
    guard !titles.contains(String(name)) else { return name.count < text.trimmed.count }
    return isBare(text)
  }

  /// The filters of a text, each by codes as ``QueryRequest/Parameter/filters(_:)`` reads them.
  ///
  /// - Parameters:
  ///   - text: what was typed.
  ///   - titles: what media items are called.
  /// - Returns: a text for each filter.
  /// - Throws: ``Fault`` where no or several values are called so.
  public static func coded(_ text: String, by titles: MediaNames) throws(Fault) -> [String] {
    guard needTitles(text) || namesCountry(text) else { return [text] }
    do {
      return try FilterText(media: titles).parse(text).map(FilterText.text)
    } catch {
      throw Fault(description: error.sentence)
    }
  }

  /// Whether a text has no dimension: `France`.
  private static func isBare(_ text: String) -> Bool {
    let word = text.trimmed.lowercased()
    let names = Dimension.allCases.flatMap { [$0.title, $0.filterName, $0.breakdownName] }
    return !word.isEmpty && !text.contains("=") && !FilterText.namesDimension(text)
      && !names.contains { $0.lowercased() == word }
  }

  /// Whether a text has a country by more than its two letters.
  private static func namesCountry(_ text: String) -> Bool {
    let text = text.trimmed.lowercased()
    guard text.hasPrefix("country") else { return false }
    let values = text.dropFirst("country".count).drop { " =!".contains($0) }
    return values.split(separator: ",").contains {
      $0.trimmed.count > 2 && $0.trimmed != Dimension.unknown
    }
  }
}
