import PlaybackFacts
import QueryCore

extension DashboardState {
  /// Says of filters that were typed that no fact passes them, once the answer shows it.
  mutating func checkTypedFilters(_ snapshot: Snapshot) {
    guard let typed = typedFilters, snapshot.request.selection.filter == Filter(filters) else {
      return
    }
    typedFilters = nil
    guard !filters.isEmpty, let nothing = snapshot.nothing else { return }
    let others = filters.filter { !typed.contains($0) }
    let words = typed.filter(filters.contains).map(words).joined(separator: ", ")
    notice =
      "no \(nothing) in this range have \(words)" + (others.isEmpty ? "" : " and the other filters")
  }
}

extension Snapshot {
  /// What there is nothing of, where all numbers are empty; nil where there is something, or nothing is asked.
  var nothing: String? {
    func isNothing(_ value: Double?) -> Bool { (value ?? 0) == 0 }
    let isAsked = !tiles.isEmpty || !curves.isEmpty || !rankings.isEmpty || table != nil
    guard isAsked, tiles.allSatisfy({ isNothing($0.value) }),
      curves.allSatisfy({ $0.values.allSatisfy(isNothing) }),
      rankings.allSatisfy({ $0.rows.allSatisfy { isNothing($0.value) } }),
      table?.rows.allSatisfy({ $0.values.allSatisfy(isNothing) }) ?? true
    else { return nil }
    let isOfAll = tiles.contains { $0.measure == .plays } || table != nil
    return isOfAll ? "facts" : request.selection.measure.title.lowercased()
  }
}
