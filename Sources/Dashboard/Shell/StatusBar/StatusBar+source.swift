import TextAndBytes
import CellCanvas
import PlaybackFacts
import QueryCore

extension StatusBar {
  var right: [FittingLine.Segment] {
    [waiting, link, source, zone, age, time(of: context.now)]
  }

  private var source: FittingLine.Segment {
    let name = context.source.name
    switch context.retention.environment {
    case .production:
      return FittingLine.Segment(8, .dim, ["production · \(name)", "production", ""])
    case .sandbox:
      let sign = TextRun(" SANDBOX ", Style(.warn, [.reverse, .bold]))
      return FittingLine.Segment(8, [[sign, TextRun(" \(name)", .dim)], [sign]])
    }
  }

  private var zone: FittingLine.Segment {
    // Of the times that are shown: clocks may have changed since.
    let shown = context.isInPast ? context.request.window.end - 1 : context.now
    let minutes = context.zone.offsetSeconds(at: shown) / 60
    let sign = minutes < 0 ? "-" : "+"
    let hours = "\(abs(minutes) / 60)"
    let rest = minutes % 60 == 0 ? "" : ":" + Numbers.padded(abs(minutes) % 60)
    let offset = minutes == 0 ? "UTC" : "UTC\(sign)\(hours)\(rest)"
    return FittingLine.Segment(7, .dim, [context.zone.name, offset, ""])
  }

  /// Clocks of two machines may differ by so much, in milliseconds.
  private static let clockTolerance = 5 * Milliseconds.second

  private var age: FittingLine.Segment {
    // What is frozen has the age of its answer, which a change of range while paused makes younger.
    if case .paused = context.mode, isOfRange, let asOf = context.snapshot?.asOf {
      let short = TimeText.clock(context.zone.civil(asOf))
      return FittingLine.Segment(4, .text, ["as of \(clock(asOf))", "as of \(short)", ""])
    }
    guard let data = data ?? context.snapshot?.data else {
      return FittingLine.Segment(4, .dim, ["data \(NumberText.unknown)", ""])
    }
    guard let newest = data.newestReceipt else {
      let words = data.collected == .untold ? "data age not told" : "no data yet"
      return FittingLine.Segment(4, .dim, [words, ""])
    }
    guard newest <= context.now + Self.clockTolerance else {
      return FittingLine.Segment(4, .warn, ["data newer than this clock", "data newer", ""])
    }
    let age = age(since: newest)
    guard data.isCollecting(at: context.now) else {
      let words = "! data \(age) old, nobody collects"
      return FittingLine.Segment(4, .warn, [words, "! data \(age) old", "! data \(age)", "!"])
    }
    return FittingLine.Segment(4, .text, ["data \(age) old", "data \(age)", ""])
  }

  /// A sign that an answer is late, or that limits of the source delay the question.
  private var waiting: FittingLine.Segment {
    if let restsUntil = restsUntil {
      let wait = wait(until: restsUntil)
      return FittingLine.Segment(
        10,
        .dim,
        ["asks again in \(wait)\(hint("asks now"))", "asks in \(wait)", ""]
      )
    }
    guard let inFlight = context.fetching.inFlight,
      uptime - inFlight.startedAt >= .seconds(2)
    else { return FittingLine.Segment(10, [[]]) }
    return FittingLine.Segment(
      10,
      .warn,
      ["waiting for \(age(sinceUptime: inFlight.startedAt))", "waiting", ""]
    )
  }

  /// A sign that the screen is drawn seldom.
  private var link: FittingLine.Segment {
    guard let interval = frameInterval else { return FittingLine.Segment(10, [[]]) }
    let every = "every \(interval.components.seconds) s"
    return FittingLine.Segment(4, .warn, ["slow link, \(every)", every, ""])
  }

  private func time(of time: Timestamp) -> FittingLine.Segment {
    // Seconds that come in steps of five look like a clock that is wrong.
    let text = frameInterval == nil ? clock(time) : TimeText.clock(context.zone.civil(time))
    return FittingLine.Segment(6, .text, Self.late([text, ""]))
  }

  var failure: [FittingLine.Segment] {
    let fetching = context.fetching
    if let until = fetching.limitedUntil { return limited(until: until) }
    let reason = (fetching.failureReason ?? fetching.dataFailure ?? "").scrubbed
    return [
      FittingLine.Segment(1, .bad, ["! source fails: \(reason)", "! \(reason)", "! source fails"])
    ] + frameAge + (fetching.retryAt.map { [retry(at: $0)] } ?? [])
  }

  /// A source that answers well, only not so often.
  private func limited(until: Duration) -> [FittingLine.Segment] {
    let wait = wait(until: until)
    // Health asks no questions that could be asked now.
    let hint = !isOfRange ? "" : hint("asks now")
    let words = "limited by the server"
    return [
      FittingLine.Segment(
        1,
        .warn,
        [
          "! \(words), asks again in \(wait)\(hint)", "! \(words), asks again in \(wait)",
          "! limited, \(wait)", "! limited",
        ]
      )
    ] + frameAge
  }

  private var frameAge: [FittingLine.Segment] {
    guard let shownSince = context.fetching.shownSince, context.snapshot != nil else { return [] }
    let age = "frame \(age(sinceUptime: shownSince)) old"
    return [FittingLine.Segment(0, .text, [age])]
  }

  private func retry(at time: Duration) -> FittingLine.Segment {
    let wait = wait(until: time)
    return FittingLine.Segment(
      2,
      .warn,
      [
        "next try in \(wait)\(hint("tries now"))", "next try in \(wait)", "retry \(wait)", "",
      ]
    )
  }

  private func wait(until time: Duration) -> String {
    let seconds = max(0, ((time - uptime) / .seconds(1)).rounded(.up))
    return NumberText.text(seconds, .seconds, width: 6)
  }

  /// That the key which asks at once would do something.
  private func hint(_ words: String) -> String {
    context.keyMap.label(of: .refresh).map { ", \($0) \(words)" } ?? ""
  }

  // MARK: - Words

  /// How long ago an instant was, in whole seconds: what did not change must not move.
  private func age(since time: Timestamp) -> String {
    NumberText.text(Double(max(0, context.now - time) / Milliseconds.second), .seconds)
  }

  /// How long ago something was, by the uptime, in whole seconds.
  private func age(sinceUptime instant: Duration) -> String {
    NumberText.text(max(0, ((uptime - instant) / .seconds(1)).rounded(.down)), .seconds)
  }

  func clock(_ time: Timestamp) -> String {
    let civil = context.zone.civil(time)
    return TimeText.clock(civil) + ":" + Numbers.padded(civil.second)
  }

  /// The weekday, the date if it is another week, and the time of day.
  func moment(_ time: Timestamp) -> String {
    let civil = context.zone.civil(time)
    let date = date(time).map { " \($0)" } ?? ""
    return "\(TimeText.weekday(civil.date))\(date) \(TimeText.clock(civil))"
  }

  /// The date, with its year if that is not the current one; nil in the last seven days.
  func date(_ time: Timestamp) -> String? {
    let (date, today) = (context.zone.civil(time).date, context.zone.civil(context.now).date)
    guard !(0..<7).contains(today.daysSince1970 - date.daysSince1970) else { return nil }
    return TimeText.day(date, seenIn: today.components.year)
  }
}
