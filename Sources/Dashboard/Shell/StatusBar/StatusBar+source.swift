import TextAndBytes
import CellCanvas
import PlaybackFacts
import QueryCore

extension StatusBar {
  var source: FittingLine.Segment {
    let name = context.source.name
    switch context.retention.environment {
    case .production:
      return FittingLine.Segment(
        9,
        .dim,
        ["production · \(name)", name, ""],
        .show(.sources)
      )
    case .sandbox:
      let sign = TextRun(" SANDBOX ", Style(.warn, [.reverse, .bold]))
      return FittingLine.Segment(9, [[sign, TextRun(" \(name)", .dim)], [sign]], .show(.sources))
    }
  }

  var zone: FittingLine.Segment {
    // Of the times that are shown: clocks may have changed since.
    let shown = context.isInPast ? context.request.window.end - 1 : context.now
    let minutes = context.zone.offsetSeconds(at: shown) / 60
    let sign = minutes < 0 ? "-" : "+"
    let hours = "\(abs(minutes) / 60)"
    let rest = minutes % 60 == 0 ? "" : ":" + Numbers.padded(abs(minutes) % 60)
    let offset = minutes == 0 ? "UTC" : "UTC\(sign)\(hours)\(rest)"
    return FittingLine.Segment(7, .dim, [context.zone.name, offset, ""], .openZones)
  }

  /// Clocks of two machines may differ by so much, in milliseconds.
  private static let clockTolerance = 5 * Milliseconds.second

  var age: FittingLine.Segment {
    // What is frozen has the age of its answer, which a change of range while paused makes younger.
    if case .paused = context.mode, isOfRange, let asOf = context.snapshot?.asOf {
      let short = TimeText.clock(context.zone.civil(asOf))
      return FittingLine.Segment(4, .text, ["as of \(clock(asOf))", "as of \(short)", ""])
    }
    guard let data = data ?? context.snapshot?.data else {
      return FittingLine.Segment(4, .dim, ["data \(NumberText.unknown)", ""])
    }
    guard let newest = data.newestReceipt else {
      let words = data.collected == .untold ? "data age unknown" : "no data yet"
      return FittingLine.Segment(4, .dim, [words, ""])
    }
    guard newest <= context.now + Self.clockTolerance else {
      return FittingLine.Segment(4, .warn, ["clock behind data", "clock behind", ""])
    }
    let age = age(since: newest)
    guard data.isCollecting(at: context.now) else {
      let words = "! data \(age) old, collector down"
      return FittingLine.Segment(4, .warn, [words, "! data \(age) old", "! data \(age)", "!"])
    }
    return FittingLine.Segment(4, .text, ["data \(age) old", "data \(age)", ""])
  }

  /// A sign that an answer is late, or that limits of the source delay the question.
  var waiting: FittingLine.Segment {
    if let restsUntil = restsUntil {
      let wait = wait(until: restsUntil)
      return FittingLine.Segment(
        10,
        .dim,
        ["next refresh in \(wait)\(now)", "refresh in \(wait)", ""]
      )
    }
    guard let inFlight = context.fetching.inFlight,
      uptime - inFlight.startedAt >= .seconds(2)
    else { return .blank }
    return FittingLine.Segment(
      10,
      .warn,
      ["waiting for \(age(sinceUptime: inFlight.startedAt))", "waiting", ""]
    )
  }

  /// A sign that the screen is drawn seldom.
  var link: FittingLine.Segment {
    guard let interval = frameInterval else { return .blank }
    let every = "every \(interval.components.seconds) s"
    return FittingLine.Segment(4, .warn, ["slow link, \(every)", every, ""])
  }

  func time(of time: Timestamp) -> FittingLine.Segment {
    // Seconds that come in steps of five look like a clock that is wrong.
    let minute = TimeText.clock(context.zone.civil(time))
    let text = frameInterval == nil ? clock(time) : minute
    return FittingLine.Segment(8, .text, Self.late([text, minute, ""]))
  }

  /// Whether what is shown may be out of date because the source does not answer.
  var isFailing: Bool { context.fetching.isFailing }

  /// Whether it does not answer at all; one that limits questions does.
  var isDown: Bool { isFailing && context.fetching.limitedUntil == nil }

  /// That the source fails, and since when: it takes the place of LIVE.
  var failing: FittingLine.Segment {
    guard isFailing else { return .blank }
    guard isDown else {
      return FittingLine.Segment(0, Style(.warn, .bold), ["! LIMITED"], .refresh)
    }
    let since = context.fetching.failingSince.map { " \(age(sinceUptime: $0))" } ?? ""
    return FittingLine.Segment(
      0,
      Style(.bad, .bold),
      ["! SOURCE DOWN\(since)", "! SOURCE DOWN"],
      .refresh
    )
  }

  /// Why it fails, how old the numbers are, and when it is asked again.
  var failure: [FittingLine.Segment] {
    let fetching = context.fetching
    if let until = fetching.limitedUntil { return limited(until: until) }
    let reason = (fetching.failureReason ?? fetching.dataFailure ?? "").scrubbed
    // What is wrong rather than with what, which the source's name says.
    let cause = reason.split(separator: ": ").last.map { String($0.prefix(40)) } ?? ""
    return [FittingLine.Segment(3, .bad, ["  \(reason)", "  \(cause)"])] + frameAge
      + (fetching.retryAt.map { [retry(at: $0)] } ?? [])
  }

  /// A source that answers well, only not so often.
  private func limited(until: Duration) -> [FittingLine.Segment] {
    let wait = wait(until: until)
    return [FittingLine.Segment(3, .warn, ["  limited by the server", "  limited"])] + frameAge
      + [
        FittingLine.Segment(
          1,
          .warn,
          ["retry in \(wait)\(isOfRange ? now : "")", "retry in \(wait)", "retry \(wait)"],
          .refresh
        )
      ]
  }

  private var frameAge: [FittingLine.Segment] {
    guard let shownSince = context.fetching.shownSince, context.snapshot != nil else { return [] }
    return [FittingLine.Segment(0, .text, ["frame \(age(sinceUptime: shownSince)) old"])]
  }

  private func retry(at time: Duration) -> FittingLine.Segment {
    guard context.fetching.inFlight == nil else {
      return FittingLine.Segment(2, .warn, ["retrying", ""])
    }
    let wait = wait(until: time)
    return FittingLine.Segment(
      2,
      .warn,
      ["retry in \(wait)\(now)", "retry in \(wait)", "retry \(wait)", ""],
      .refresh
    )
  }

  /// The key that retries at once.
  private var now: String { context.keyMap.label(of: .refresh).map { " (\($0) now)" } ?? "" }

  private func wait(until time: Duration) -> String {
    let seconds = max(0, ((time - uptime) / .seconds(1)).rounded(.up))
    return NumberText.text(seconds, .seconds, width: 6)
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
