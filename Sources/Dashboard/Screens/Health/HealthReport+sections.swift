import AnalyticsSource
import CellCanvas
import PlaybackFacts
import QueryCore
import TextAndBytes

extension HealthReport {
  private typealias Line = HealthSection.Line

  /// All numbers, the most important section first.
  var sections: [HealthSection] { [collector, store, source, program] }

  // MARK: - Collector

  private var collector: HealthSection {
    guard let health else { return missing("Collector") }
    guard let ledger = health.ledger else {
      return HealthSection(title: "Collector", lines: [Line(name: "no collector is running")])
    }
    let total = ledger.acceptedPings + ledger.refusedPingCount
    let refusedEvents = ledger.refusedEvents.filter { $0.count > 0 }
    let events =
      ledger.acceptedEvents + ledger.duplicateEvents + ledger.lateEvents
      + refusedEvents.reduce(0) { $0 + $1.count }
    var lines = [
      counter("pings accepted", ledger.acceptedPings, .title) { $0.acceptedPings }
    ]
    lines += refusals("pings refused", ledger.refusedPings, of: total) { $0.refusedPings }
    lines.append(counter("events accepted", ledger.acceptedEvents) { $0.acceptedEvents })
    lines.append(
      part("duplicate events", ledger.duplicateEvents, of: events) { $0.duplicateEvents }
    )
    lines.append(part("late events", ledger.lateEvents, of: events) { $0.lateEvents })
    lines += refusals("events refused", ledger.refusedEvents, of: events) { $0.refusedEvents }
    lines.append(counter("facts committed", ledger.facts) { $0.facts })
    for item in ledger.otherPlaybacks where item.count > 0 {
      lines.append(
        counter("(other) \(item.name.scrubbed)", item.count, .warn) { ledger in
          ledger.otherPlaybacks.first { $0.name == item.name }?.count
        }
      )
    }
    if ledger.refusedReads.contains(where: { $0.count > 0 }) {
      let reads = ledger.refusedReads.reduce(0) { $0 + $1.count }
      lines += refusals("reads refused", ledger.refusedReads, of: reads) { $0.refusedReads }
    }
    let since = ledger.since.map { "counted since \(moment($0))" } ?? ""
    return HealthSection(title: "Collector", note: since, lines: lines)
  }

  /// A count of the collector, with how fast it grows.
  private func counter(
    _ name: String,
    _ count: Int,
    _ style: Style = .text,
    trendStyle: Style = Style(.barTop),
    counter: @escaping (SourceHealth.Ledger) -> Int?
  ) -> HealthSection.Line {
    let rate = history.currentRate { $0.ledger.flatMap(counter) }
    return Line(
      name: name,
      value: [TextRun(NumberText.text(Double(count), .count), style)],
      rate: rate.map { "\(Self.rate($0)) /s" } ?? "",
      trend: history.rates { $0.ledger.flatMap(counter) },
      trendStyle: trendStyle
    )
  }

  /// A count with its share of others.
  private func part(
    _ name: String,
    _ count: Int,
    of total: Int,
    _ counter: @escaping (SourceHealth.Ledger) -> Int?
  ) -> HealthSection.Line {
    var line = self.counter(name, count, counter: counter)
    line.value = share(count, of: total, .dim)
    return line
  }

  /// What was refused, in all and by reason; reasons that did not occur are left out.
  private func refusals(
    _ name: String,
    _ counts: [SourceHealth.Count],
    of total: Int,
    _ all: @escaping (SourceHealth.Ledger) -> [SourceHealth.Count]
  ) -> [HealthSection.Line] {
    let count = counts.reduce(0) { $0 + $1.count }
    var sum = counter(name, count, trendStyle: .warn) { all($0).reduce(0) { $0 + $1.count } }
    sum.value = count == 0 ? [TextRun("0", .good)] : share(count, of: total)
    let reasons = counts.filter { $0.count > 0 }.map { item in
      counter("  \(item.name.scrubbed)", item.count, .dim, trendStyle: .warn) { ledger in
        // One that has not occurred yet is not listed.
        all(ledger).first { $0.name == item.name }?.count ?? 0
      }
    }
    return [sum] + reasons
  }

  /// A number with its share; refusals that are more than one in a hundred stand out.
  private func share(_ number: Int, of total: Int, _ quiet: Style? = nil) -> [TextRun] {
    let share = total > 0 ? Double(number) / Double(total) : 0
    let isMany = share >= HealthVerdict.refusedShare
    let style = quiet ?? (isMany ? .bad : .warn)
    let sign = quiet == nil && isMany ? "! " : ""
    return (number == 0 ? [] : [TextRun("\(NumberText.text(share, .ratio)) ", .dim)]) + [
      TextRun("\(sign)\(NumberText.text(Double(number), .count))", style)
    ]
  }

  // MARK: - Store

  private var store: HealthSection {
    guard let health else { return missing("Store") }
    guard let store = health.store else {
      return HealthSection(title: "Store", lines: [Line(name: "store statistics unavailable")])
    }
    let days = retention.milliseconds / Milliseconds.day
    /// What is known only once a day has ended.
    func known(_ name: String, _ isKnown: Bool, _ text: String) -> HealthSection.Line {
      Line(name: name, value: [isKnown ? TextRun(text) : TextRun(NumberText.noData, .dim)])
    }
    func level(_ line: HealthSection.Line, _ number: @escaping (SourceHealth.Store) -> Int?)
      -> HealthSection.Line
    {
      var line = line
      line.isLevel = true
      line.trend = history.levels { $0.health?.store.flatMap(number).map(Double.init) }
      return line
    }
    let doubt = store.clockDoubt.map { doubt in
      let days = Numbers.fixed(Double(abs(doubt.offset)) / Double(Milliseconds.day), 0)
      let direction = doubt.offset < 0 ? "behind" : "ahead"
      return Line(
        name: "clock",
        value: [TextRun("! \(days) d \(direction); expiry paused", .bad)]
      )
    }
    let size = "size at \(days) day\(days == 1 ? "" : "s")"
    return HealthSection(
      title: "Store",
      lines: [doubt].compactMap { $0 } + [
        level(
          Line(name: "on disk", value: [TextRun(Numbers.bytes(store.bytes), .title)])
        ) { $0.bytes },
        level(
          known("log", store.logBytes != nil, Numbers.bytes(store.logBytes ?? 0))
        ) { $0.logBytes },
        level(
          Line(name: "facts", value: [TextRun(NumberText.text(Double(store.facts), .count))])
        ) { $0.facts },
        known("bytes per fact", store.bytesPerFact > 0, Numbers.fixed(store.bytesPerFact, 2)),
        known(
          "facts per day",
          store.dailyFacts > 0,
          NumberText.text(Double(store.dailyFacts), .count)
        ),
        known("growth per day", store.dailyBytes > 0, "+" + Numbers.bytes(store.dailyBytes)),
        known(
          "covers",
          store.span != nil,
          store.span.map { "\(day($0.from)) – \(day($0.to - 1))" } ?? ""
        ),
        known("retention reached", store.span != nil, store.span.map(retentionReached) ?? ""),
        known(size, store.forecastBytes > 0, Numbers.bytes(store.forecastBytes)),
        level(freeDisk(store)) { $0.freeDiskBytes },
        diskFull(store),
      ]
    )
  }

  /// What the disk has left.
  private func freeDisk(_ store: SourceHealth.Store) -> HealthSection.Line {
    guard let free = store.freeDiskBytes else {
      return Line(name: "disk free", value: [TextRun(NumberText.noData, .dim)])
    }
    let isShort = HealthVerdict.diskFault(store) != nil
    let text = (isShort ? "! " : "") + Numbers.bytes(free)
    return Line(name: "disk free", value: [TextRun(text, isShort ? .bad : .text)])
  }

  /// When the disk is full, at the growth per day.
  private func diskFull(_ store: SourceHealth.Store) -> HealthSection.Line {
    let value =
      switch store.diskForecast {
      case .unknown: TextRun(NumberText.noData, .dim)
      case .enough: TextRun("not at this rate")
      case .full(let days): TextRun("in \(Numbers.grouped(days)) d at this rate", .warn)
      }
    return Line(name: "disk full", value: [value])
  }

  /// When the store has facts of the whole retention: from then on, as much expires as is added.
  private func retentionReached(_ span: Timeframe) -> String {
    let left = span.from + retention.milliseconds - now
    guard left > 0 else { return "yes" }
    let days = (left + Milliseconds.day - 1) / Milliseconds.day
    return "in \(Numbers.grouped(Int(days))) d"
  }

  // MARK: - Source and program

  private var source: HealthSection {
    func duration(_ milliseconds: Int64?) -> [TextRun] {
      guard let milliseconds else { return [TextRun(NumberText.noData, .dim)] }
      return [TextRun(NumberText.text(Double(milliseconds), .milliseconds))]
    }
    let count = queries.count == 0 ? "none yet" : "the last \(queries.count)"
    var lines = [
      Line(name: "name", value: [TextRun(sourceName)]),
      Line(name: "environment", value: [TextRun(retention.environment.rawValue)]),
      Line(name: "queries", value: [TextRun(count, .dim)]),
      Line(
        name: "duration, p50",
        value: duration(queries.p50),
        trend: queries.durations.map(Double.init)
      ),
      Line(name: "p95", value: duration(queries.p95)),
    ]
    if queries.failures > 0 {
      lines.append(
        Line(name: "failures in a row", value: [TextRun("! \(queries.failures)", .bad)])
      )
    }
    if let reason = queries.fault ?? (health == nil ? nil : fault) {
      lines.append(Line(name: "! \(reason.scrubbed)"))
    }
    return HealthSection(title: "Queries of this dashboard", lines: lines)
  }

  private var program: HealthSection {
    guard let process else {
      return HealthSection(title: "This program", lines: [Line(name: NumberText.unknown)])
    }
    return HealthSection(
      title: "This program",
      lines: [
        Line(
          name: "CPU of one core",
          value: [TextRun(NumberText.text(process.cpuShare, .ratio))],
          trend: history.levels { $0.process?.cpuShare }
        ),
        Line(
          name: "memory",
          value: [TextRun(Numbers.bytes(process.memoryBytes))],
          trend: history.levels { $0.process.map { Double($0.memoryBytes) } },
          isLevel: true
        ),
      ]
    )
  }

  /// What is not known, with the reason where there is one.
  private func missing(_ title: String) -> HealthSection {
    let reason = fault.map { " \($0)" } ?? ""
    return HealthSection(title: title, lines: [Line(name: NumberText.unknown + reason)])
  }

  // MARK: - Words

  private func day(_ time: Timestamp) -> String {
    TimeText.day(
      zone.civil(time).date,
      seenIn: zone.civil(now).date.components.year
    )
  }

  func clock(_ time: Timestamp) -> String { TimeText.clock(zone.civil(time)) }

  func moment(_ time: Timestamp) -> String { "\(day(time)) \(clock(time))" }
}
