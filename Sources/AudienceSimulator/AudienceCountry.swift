import PlaybackFacts

/// A country that viewers are in.
struct AudienceCountry: Sendable {
  /// ISO 3166 alpha-2.
  let code: String
  /// Its share of the audience.
  let weight: Double
  /// What most of its people add to UTC to tell the time, in minutes.
  let offsetMinutes: Int64

  init(_ code: String, _ weight: Double, _ offsetMinutes: Int64) {
    self.code = code
    self.weight = weight
    self.offsetMinutes = offsetMinutes
  }

  /// All countries with viewers.
  static let all = [
    AudienceCountry("FR", 16, 60), AudienceCountry("US", 15, -300), AudienceCountry("DE", 9, 60),
    AudienceCountry("GB", 8, 0), AudienceCountry("ES", 5, 60), AudienceCountry("IT", 4.5, 60),
    AudienceCountry("NL", 3, 60), AudienceCountry("BE", 3, 60), AudienceCountry("CH", 2.5, 60),
    AudienceCountry("CA", 3, -300), AudienceCountry("BR", 4, -180), AudienceCountry("MX", 2, -360),
    AudienceCountry("AR", 1.2, -180), AudienceCountry("JP", 3, 540),
    AudienceCountry("KR", 1.5, 540),
    AudienceCountry("IN", 4, 330), AudienceCountry("ID", 1.5, 420), AudienceCountry("SG", 0.8, 480),
    AudienceCountry("AU", 1.6, 600), AudienceCountry("NZ", 0.5, 720), AudienceCountry("ZA", 1, 120),
    AudienceCountry("NG", 0.8, 60), AudienceCountry("MA", 1.2, 60), AudienceCountry("SE", 1.5, 60),
    AudienceCountry("PL", 2, 60), AudienceCountry("TR", 1.4, 180),
  ]

  /// The weights of all countries together.
  static let totalWeight = all.reduce(0) { $0 + $1.weight }

  /// How lively a country is at an instant, compared to its average over a week, which is 1.
  func liveliness(at time: Timestamp) -> Double {
    let local = time + offsetMinutes * Milliseconds.minute
    let day = local.floored(to: Milliseconds.day)
    let date = CivilDate(daysSince1970: Int(day.milliseconds / Milliseconds.day))
    let hours = Double(local - day) / Double(Milliseconds.hour)
    let hour = Int(hours)
    let (now, next) = (Self.byHour[hour], Self.byHour[(hour + 1) % 24])
    return (now + (next - now) * (hours - Double(hour))) * Self.byWeekday[date.weekday]
  }

  private static let byHour: [Double] = normalized([
    0.42, 0.24, 0.14, 0.10, 0.09, 0.13, 0.25, 0.45, 0.60, 0.68, 0.74, 0.82,
    1.00, 0.98, 0.86, 0.86, 0.98, 1.14, 1.40, 1.68, 1.92, 1.96, 1.52, 0.88,
  ])

  /// From Monday to Sunday.
  private static let byWeekday: [Double] = normalized([0.92, 0.94, 0.96, 0.99, 1.04, 1.14, 1.10])

  private static func normalized(_ weights: [Double]) -> [Double] {
    let mean = weights.reduce(0, +) / Double(weights.count)
    return weights.map { $0 / mean }
  }
}
