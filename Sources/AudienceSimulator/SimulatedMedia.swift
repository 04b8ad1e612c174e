/// Something to watch.
public struct SimulatedMedia: Hashable, Sendable {
  /// The id: 24 characters, `vi…` for a recording, `li…` for a live stream.
  public let id: String
  /// The title.
  public let title: String
  /// What it is about.
  public let tags: [String]
  /// The length in ms, a multiple of 250; nil for a live stream.
  public let duration: Int64?
}

extension SimulatedMedia {
  /// Makes a recording.
  static func recording(_ generator: inout SeededGenerator) -> SimulatedMedia {
    let topic = topics[generator.below(topics.count)]
    let minutes = generator.logNormal(median: 4, spread: 0.9)
    return SimulatedMedia(
      id: id("vi", &generator),
      title: "\(opening(&generator)) \(topic.noun)\(ending(&generator))",
      tags: [topic.tag],
      duration: max(20_000, min(5_400_000, Int64(minutes * 240) * 250))
    )
  }

  /// Makes a live stream; of a channel it never ends.
  static func live(isChannel: Bool, _ generator: inout SeededGenerator) -> SimulatedMedia {
    let topic = topics[generator.below(topics.count)]
    return SimulatedMedia(
      id: id("li", &generator),
      title: isChannel
        ? "\(opening(&generator)) Channel" : "\(opening(&generator)) \(topic.noun), live",
      tags: ["live", topic.tag],
      duration: nil
    )
  }

  private static func id(_ prefix: String, _ generator: inout SeededGenerator) -> String {
    prefix + String((0..<22).map { _ in idCharacters[generator.below(idCharacters.count)] })
  }

  private static func opening(_ generator: inout SeededGenerator) -> String {
    openings[generator.below(openings.count)]
  }

  private static func ending(_ generator: inout SeededGenerator) -> String {
    let ending = generator.below(endings.count)
    return endings[ending] == " #" ? " #\(1 + generator.below(24))" : endings[ending]
  }

  private static let idCharacters = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
  )

  private static let openings = [
    "Quiet", "Northern", "Open", "Golden", "Little", "Early", "Distant", "Silver", "Green", "Slow",
    "Bright", "Hidden", "Coastal", "Autumn", "Paper", "Wooden", "Second", "Blue", "Winter",
    "Common",
  ]

  private static let endings = [
    "", "", "", " #", " #", ", Part One", ", Explained", " in a Minute",
  ]

  private static let topics = [
    (noun: "Harbor", tag: "travel"), (noun: "Kitchen", tag: "cooking"),
    (noun: "Garden", tag: "nature"), (noun: "Workshop", tag: "making"),
    (noun: "Mountains", tag: "travel"), (noun: "Concert", tag: "music"),
    (noun: "Match", tag: "sports"), (noun: "Lecture", tag: "learning"),
    (noun: "Evening News", tag: "news"), (noun: "Railway", tag: "technology"),
    (noun: "Forest", tag: "nature"), (noun: "Orchestra", tag: "music"),
    (noun: "Bakery", tag: "cooking"), (noun: "Telescope", tag: "learning"),
    (noun: "Bicycle Race", tag: "sports"), (noun: "Interview", tag: "news"),
    (noun: "Product Tour", tag: "technology"), (noun: "Stories", tag: "making"),
  ]
}
