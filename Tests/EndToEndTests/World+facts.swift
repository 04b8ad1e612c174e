import Foundation

extension String {
  /// What lies between the spaces.
  var words: [String] { split(separator: " ").map(String.init) }
}

extension World {
  static let columns = """
    time,fact,value,mediaId,country,deviceType,operatingSystem,browser,referrer,viewer,playback
    """

  /// A file of facts of the last hours: an impression and a play for each playback, of which every third is a bot's.
  static func facts(playbacks: Int = 3) -> String {
    let now = Int64(Date().timeIntervalSince1970 * 1000)
    let countries = ["FR", "DE", "US"]
    return (0..<playbacks).reduce(into: columns + ",bot\n") { text, number in
      let time = now - 60_000 - Int64(number)
      let rest =
        "vi\(number % 5),\(countries[number % 3]),phone,ios,safari,,viewer \(number),p\(number),"
        + (number % 3 == 2 ? "1" : "0")
      text += "\(time),impression,\(number % 1000),\(rest)\n\(time),play,,\(rest)\n"
    }
  }

  /// The usual store's name in the folder.
  static let usualStore = "data/playhead/playhead.db"

  /// Puts a store into the folder that has ``facts(playbacks:)`` of three playbacks.
  func fill(_ name: String = usualStore) async throws {
    let path = try write(await Self.filled.value, to: name)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
  }

  /// The bytes of such a store, made once for all tests.
  private static let filled = Task { try await store(of: facts()) }

  /// The bytes of a store into which facts were imported.
  static func store(of facts: String) async throws -> Data {
    try await with(["PLAYHEAD_RETENTION": "20000d"]) { world in
      _ = try await world.output("import", "-", input: facts)
      return try world.bytes(of: usualStore)
    }
  }

  /// The number that `playhead query metrics` answers.
  func number(
    _ metric: String,
    _ aggregation: String,
    _ arguments: String...
  ) async throws -> String {
    let outcome = try await run(
      ["query", "metrics", metric, aggregation, "--format", "spark"] + arguments
    )
    guard outcome.code == 0, outcome.error.isEmpty else {
      throw Failure(description: "\(outcome)")
    }
    return String(outcome.output.dropLast())
  }
}
