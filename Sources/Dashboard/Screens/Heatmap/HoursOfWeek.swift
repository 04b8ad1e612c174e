import PlaybackFacts
import QueryCore

/// Hours by their weekday and their time of day, as clocks of a zone show them.
struct HoursOfWeek: Sendable {
  /// A weekday and an hour of it.
  struct Place: Hashable, Sendable {
    /// From 0 for Monday.
    var weekday: Int
    var hour: Int

    static let all = (0..<7).flatMap { day in (0..<24).map { Place(weekday: day, hour: $0) } }

    /// `Mon 14:00`.
    var title: String { "\(TimeText.weekday(weekday)) \(TimeText.clock(hour: hour))" }

    /// So many hours on, within the week.
    func moved(byHours count: Int) -> Place {
      let index = min(max(0, weekday * 24 + hour + count), 167)
      return Place(weekday: index / 24, hour: index % 24)
    }
  }

  /// One hour of one day.
  struct Hour: Hashable, Sendable {
    let start: Timestamp
    let end: Timestamp
    /// Nil where nothing was measured.
    let value: Double?
    /// Whether it is not over.
    let isOpen: Bool
  }

  let measure: Measure
  private let zone: Zone
  private let hours: [Place: [Hour]]
  private let means: [Place: Double]

  init(_ hours: [Hour], of measure: Measure, in zone: Zone) {
    self.measure = measure
    self.zone = zone
    self.hours = Dictionary(grouping: hours) { zone.place(of: $0.start) }
    means = self.hours.compactMapValues { Self.mean($0) }
  }

  /// The hours of a place, the oldest first.
  func hours(at place: Place) -> [Hour] { hours[place] ?? [] }

  /// The mean of the whole hours of a place; nil where nothing was measured.
  func mean(at place: Place) -> Double? { means[place] }

  /// In how many weeks something was measured.
  func weeks(at place: Place) -> Int {
    Set(hours(at: place).filter { !$0.isOpen && $0.value != nil }.map { zone.civil($0.start).date })
      .count
  }

  /// The mean of all hours that belong to some places.
  func mean(where isIncluded: (Place) -> Bool) -> Double? {
    Self.mean(hours.filter { isIncluded($0.key) }.flatMap(\.value))
  }

  /// The places that were measured, the highest first; those that are equal in the order of the week.
  var ranked: [(place: Place, mean: Double)] {
    Place.all.compactMap { place in means[place].map { (place, $0) } }.enumerated()
      .sorted { ($1.element.1, $0.offset) < ($0.element.1, $1.offset) }
      .map { ($0.element.0, $0.element.1) }
  }

  private static func mean(_ hours: [Hour]) -> Double? {
    let values = hours.filter { !$0.isOpen }.compactMap(\.value)
    return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }
}

extension HoursOfWeek {
  /// The hours that an answer has; nil where it is none to this question.
  init?(_ snapshot: Snapshot?, _ question: Question) {
    guard let snapshot, let results = snapshot.others[question] else { return nil }
    var values: [Timestamp: Double] = [:]
    for case .timeseries(let points) in results.map(\.rows) {
      for point in points { values[point.emittedAt] = point.value.double }
    }
    let (window, measure) = (snapshot.request.window, question.measure)
    let known = min(snapshot.asOf, window.timeframe.to)
    let hours = zip(window.edges, window.edges.dropFirst()).compactMap { start, end -> Hour? in
      // Of an hour that has expired in part, only the rest would be counted.
      guard start >= window.timeframe.from, start <= known else { return nil }
      let isMeasured =
        measure.isZeroWhereAbsent && snapshot.data.isCollected(Timeframe(from: start, to: end))
      return Hour(
        start: start,
        end: end,
        value: values[start] ?? (isMeasured ? 0 : nil),
        isOpen: end > known
      )
    }
    self.init(hours, of: measure, in: snapshot.request.selection.zone)
  }
}

extension Zone {
  /// The weekday and the hour that clocks show at an instant.
  func place(of time: Timestamp) -> HoursOfWeek.Place {
    let time = civil(time)
    return HoursOfWeek.Place(weekday: time.date.weekday, hour: time.hour)
  }
}

extension TimeText {
  /// `Mon`, from 0 for Monday.
  static func weekday(_ number: Int) -> String { weekday(CivilDate(daysSince1970: number + 4)) }

  /// `14:00`.
  static func clock(hour: Int) -> String { "\(hour < 10 ? "0" : "")\(hour):00" }
}
