/// A player on a web page that has been watched for a while and tells it all at once, as one whose
/// machine slept does.
struct WebPlayer {
  let playback: String
  var media = "vi4k0jvEUuaTdRAEjQ4Jfrgz"
  var userAgent = Self.phone

  static let phone = """
    Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
    Version/17.4 Mobile/15E148 Safari/604.1
    """
  static let computer = """
    Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
    Chrome/124.0.0.0 Safari/537.36
    """

  /// The bodies of its pings, oldest first: the first frame after 300 ms, then 5 s watched in each.
  ///
  /// - Parameters:
  ///   - count: how many pings.
  ///   - now: the time at which the last event happens and all are sent, in ms since 1970.
  /// - Returns: JSON.
  func pings(_ count: Int, at now: Int64) -> [String] {
    let start = now - Int64(count) * 5000
    return (1...count).map { number in
      let opening = [
        event(8, at: start - 400, position: 0, isPaused: true),
        event(1, at: start - 100, position: 0, isPaused: true),
        event(2, at: start, position: 0, isPaused: false),
      ]
      let update = event(
        4,
        at: start + Int64(number) * 5000,
        position: number * 5,
        isPaused: false
      )
      let events = (number == 1 ? opening : []) + [update]
      return """
        {"sat":\(now),"sid":"s-\(playback)","pid":"\(playback)","mid":"\(media)",\
        "ref":"https://example.org/","ver":"1.2.3","eve":[\(events.joined(separator: ","))]}
        """
    }
  }

  /// Sends pings one after the other, as a player does, and expects each to be kept.
  func send(_ pings: [String], to url: String) async throws {
    for ping in pings {
      let answer = try await HTTPAnswer.post(ping, to: url + "/watch", userAgent: userAgent)
      guard answer.status == 204 else {
        throw World.Failure(description: "\(answer)")
      }
    }
  }

  private func event(_ type: Int, at time: Int64, position: Int, isPaused: Bool) -> String {
    """
    {"eat":\(time),"typ":\(type),"vti":\(position),"vwi":640,"vhe":360,"pau":\(isPaused),"eco":0}
    """
  }
}
