import PlaybackFacts

/// Who is there and what attracts them, for ten minutes.
struct AudienceScene: Sendable {
  /// How long it stays the same, in ms.
  static let duration = 10 * Milliseconds.minute

  /// When it begins; a multiple of the duration.
  let start: Timestamp
  /// How many of each country are awake and at leisure.
  let liveliness: WeightedChoice
  /// How popular each of the catalogue's media is.
  let popularity: WeightedChoice
  /// The live events to which somebody may come.
  let events: [LiveEvent]

  /// How many playbacks of recordings and channels begin in a minute, in average hours of them.
  var arrivalsPerMinute: Double { liveliness.total / AudienceCountry.totalWeight / 60 }
}
