import PlaybackFacts

/// Facts as short lines such as `impression 1000 at 2.5`, in the order of time.
///
/// Times are in seconds since `start`. Watch and stall facts of a slot are added up, as the store does.
func lines(_ facts: [Fact], from start: Timestamp = Timeline.start) -> [String] {
  var slots: [FactKind: [Timestamp: Int64]] = [:]
  var lines: [(time: Timestamp, kind: FactKind, value: Int64?)] = []
  for fact in facts {
    if fact.kind.isSlotted {
      slots[fact.kind, default: [:]][fact.time, default: 0] += fact.value ?? 0
    } else {
      lines.append((fact.time, fact.kind, fact.value))
    }
  }
  for (kind, sums) in slots {
    for (time, sum) in sums where sum != 0 { lines.append((time, kind, sum)) }
  }
  lines.sort {
    ($0.time, $0.kind.rawValue, $0.value ?? 0) < ($1.time, $1.kind.rawValue, $1.value ?? 0)
  }
  return lines.map { line in
    let milliseconds = line.time - start
    let time =
      milliseconds.isMultiple(of: 1000)
      ? "\(milliseconds / 1000)" : "\(Double(milliseconds) / 1000)"
    return line.kind.name + (line.value.map { " \($0)" } ?? "") + " at " + time
  }
}

/// The values of all facts of a kind, added up.
func total(_ kind: FactKind, _ facts: [Fact]) -> Int64 {
  facts.reduce(0) { $0 + ($1.kind == kind ? $1.value ?? 0 : 0) }
}
