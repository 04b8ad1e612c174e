import AnalyticsSource
import AnalyticsAPI
import ArgumentParser
import CellCanvas
import PlaybackFacts
import QueryCore
import TextAndBytes

/// How `playhead why` prints pings.
enum HistoryFormat: String, CaseIterable, ExpressibleByArgument {
  case table, json, csv
}

/// What became of pings, as text.
struct HistoryText {
  private let selection: PingSelection
  private let zone: Zone
  private let guardsFormulas: Bool

  init(_ selection: PingSelection, _ zone: Zone, guardsFormulas: Bool = true) {
    self.selection = selection
    self.zone = zone
    self.guardsFormulas = guardsFormulas
  }

  /// The pings in a format, with a line break at the end; the newest last.
  func text(of history: PingHistory, _ format: HistoryFormat) -> String {
    switch format {
    case .json: String(decoding: history.json(), as: UTF8.self) + "\n"
    case .csv: csv(history)
    case .table: table(history)
    }
  }

  // MARK: - Table

  private func table(_ history: PingHistory) -> String {
    guard let last = history.pings.last else { return nothing(history) }
    var hasPlaybacks = true
    var heading = "\(selection.name) \(selection.id.scrubbed)"
    if case .playback = selection {
      hasPlaybacks = false
      // The first ping may have been refused before the viewer was known.
      let viewer = history.pings.last { $0.viewer.rawValue != 0 }?.viewer
      heading += ", media \(last.mediaID.scrubbed), viewer \(text(of: viewer))"
    }
    var table = TextTable(
      [("RECEIVED", .left)] + (hasPlaybacks ? [("PLAYBACK", .left)] : [])
        + [("VERDICT", .left), ("EVENTS", .left), ("FACTS", .left)]
    )
    for ping in history.pings {
      table.add(
        [instant(ping.receivedAt)] + (hasPlaybacks ? [hexDigits(ping.playback.rawValue)] : [])
          + [ping.outcome.verdict.rawValue, events(ping.outcome), facts(ping.facts)]
      )
    }
    return heading + "\n" + table.text + count(history)
  }

  private func nothing(_ history: PingHistory) -> String {
    let since = history.since.map {
      "the ping history begins at \(instant($0))"
    }
    return
      "no pings of \(selection.name) \(selection.id.scrubbed) in the last 48 h; "
      + (since
        ?? "there is no ping history: no pings came, or the server runs with --ping-history off")
      + "\n"
  }

  private func count(_ history: PingHistory) -> String {
    let shown = history.pings
    let facts = Numbers.counted(shown.reduce(0) { $0 + $1.facts.count }, "fact")
    let verdicts = PingVerdict.allCases.compactMap { verdict in
      let count = shown.count { $0.outcome.verdict == verdict }
      return count == 0 ? nil : "\(Numbers.grouped(count)) \(verdict.rawValue)"
    }
    let pings =
      history.total > shown.count
      ? "newest \(Numbers.grouped(shown.count)) of \(Numbers.counted(history.total, "ping"))"
      : Numbers.counted(shown.count, "ping")
    return "\(pings): \(verdicts.joined(separator: ", ")); \(facts)\n"
  }

  private func events(_ outcome: PingOutcome) -> String {
    var parts: [String] = []
    func add(_ count: Int, _ name: String) {
      if count > 0 { parts.append("\(Numbers.grouped(count)) \(name)") }
    }
    add(outcome.accepted, "accepted")
    add(outcome.duplicates, "duplicate")
    add(outcome.late, "late")
    for (reason, count) in outcome.refused.sorted(by: { $0.key < $1.key }) {
      add(count, "refused (\(reason))")
    }
    return parts.isEmpty ? "-" : parts.joined(separator: ", ")
  }

  private func facts(_ facts: [PingHistory.MadeFact]) -> String {
    let texts = facts.sorted { $0.time < $1.time }.map { fact in
      [clock(fact.time), fact.kind.name, value(fact)].compactMap(\.self).joined(separator: " ")
    }
    return texts.isEmpty ? "-" : texts.joined(separator: ", ")
  }

  private func value(_ fact: PingHistory.MadeFact) -> String? {
    guard let value = fact.value else { return nil }
    return switch fact.kind {
    case .watch, .stall: "\(Numbers.fixed(Double(value) / 1000, 1)) s"
    case .view: "\(value) s"
    case .impression: "\(value) ms"
    case .play, .start, .end, .error: "\(value)"
    }
  }

  // MARK: - CSV

  private func csv(_ history: PingHistory) -> String {
    var text = "receivedAt,playback,viewer,mediaId,verdict,accepted,outOfOrder,duplicates,late,"
    text += "refused,facts\n"
    for ping in history.pings {
      let outcome = ping.outcome
      let refused = outcome.refused.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      let facts = ping.facts.map { fact in
        "\(fact.kind.name)@\(fact.time.milliseconds)" + (fact.value.map { "=\($0)" } ?? "")
      }
      let mediaID = guardsFormulas ? FormulaGuard.adding(to: ping.mediaID) : ping.mediaID
      text +=
        csvRow([
          instant(ping.receivedAt), hexDigits(ping.playback.rawValue),
          ping.viewer.rawValue == 0 ? "" : hexDigits(ping.viewer.rawValue), mediaID,
          outcome.verdict.rawValue, "\(outcome.accepted)", "\(outcome.outOfOrder)",
          "\(outcome.duplicates)", "\(outcome.late)", refused.joined(separator: ";"),
          facts.joined(separator: ";"),
        ]) + "\n"
    }
    return text
  }

  // MARK: - Parts

  private func text(of viewer: ViewerID?) -> String {
    viewer.map { hexDigits($0.rawValue) } ?? "unknown"
  }

  private func instant(_ time: Timestamp) -> String {
    time.atom(offsetSeconds: zone.offsetSeconds(at: time))
  }

  private func clock(_ time: Timestamp) -> String {
    let civil = zone.civil(time)
    return [civil.hour, civil.minute, civil.second].map(Numbers.padded).joined(separator: ":")
  }
}
