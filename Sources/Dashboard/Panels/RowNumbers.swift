import CellCanvas
import QueryCore
import TextAndBytes

extension DataTable.Field {
  /// By how much a row changed, as all lists show it: in a style, or in that of what the change means to whoever
  /// runs the players.
  static func change(
    from previous: Double?,
    to value: Double?,
    of measure: Measure,
    style: Style? = nil,
    _ symbols: Symbols
  ) -> DataTable.Field {
    if previous == 0, (value ?? 0) > 0, measure.isZeroWhereAbsent { return .text("new", .dim) }
    guard let change = Change(from: previous, to: value, of: measure) else {
      return .text(NumberText.noData, .dim)
    }
    return .text(change.text(symbols), style ?? change.style)
  }

  /// Which part of a total a row is: `31.2 %`; no data where nothing adds up to a total.
  static func share(_ value: Double?, of total: Double) -> DataTable.Field {
    guard let value, total > 0 else { return .text(NumberText.noData, .dim) }
    return .text(Numbers.fixed(value / total * 100, 1) + " %", .dim)
  }
}

extension Sequence<String> {
  /// The columns of the longest of these texts; 0 without any.
  var mostColumns: Int { reduce(0) { Swift.max($0, CharacterWidth.columns(of: $1)) } }
}
