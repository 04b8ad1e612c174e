import NIOHTTP1
import PlaybackFacts

/// What an answer tells of how often its server may be asked.
///
/// | field | says |
/// |---|---|
/// | `X-RateLimit-Remaining` | how many more requests there may be until the reset |
/// | `X-RateLimit-Reset` | when that is: in so many seconds, or an instant in seconds since 1970 |
/// | `X-RateLimit-Retry-After` | the same in seconds, as the hosted API says it |
/// | `Retry-After` | when to ask again after a refusal: in so many seconds, or an HTTP date |
struct RateLimit: Hashable, Sendable {
  /// How many more requests there may be until the reset.
  var remaining: Int?
  /// In how many seconds all of them may be asked again.
  var resetSeconds: Int?
  /// In how many seconds a request that was refused may be repeated.
  var retryAfterSeconds: Int?

  /// Nothing is waited for longer than a day, whatever a server says.
  private static let seconds = 0...86_400
  /// Numbers from here on are instants: no server waits for 30 years.
  private static let firstInstant = 1_000_000_000

  /// Reads the fields of an answer that came at an instant; fields that make no sense say nothing.
  init(_ headers: HTTPHeaders, at now: Timestamp) {
    func number(_ name: String) -> Int? {
      headers.first(name: name).flatMap { Int($0.filter { $0 != " " }) }
    }
    func seconds(_ number: Int?) -> Int? {
      guard let number, number >= 0 else { return nil }
      let instant = Int(now.milliseconds / Milliseconds.second)
      let rest = number >= Self.firstInstant ? number - instant : number
      return min(max(rest, Self.seconds.lowerBound), Self.seconds.upperBound)
    }
    remaining = number("X-RateLimit-Remaining").flatMap { $0 >= 0 ? $0 : nil }
    let hosted = seconds(number("X-RateLimit-Retry-After"))
    resetSeconds = seconds(number("X-RateLimit-Reset")) ?? hosted
    let date = headers.first(name: "Retry-After").flatMap(Timestamp.init(httpDate:))
    retryAfterSeconds =
      seconds(number("Retry-After"))
      ?? date.flatMap { seconds(Int($0.milliseconds / Milliseconds.second)) } ?? resetSeconds
  }

  /// An answer that tells nothing.
  init() {}
}

extension Timestamp {
  /// Reads `Wed, 29 May 2024 11:15:07 GMT`, the form in which HTTP dates are written today.
  fileprivate init?(httpDate text: String) {
    let months = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    let parts = text.split(separator: " ")
    guard parts.count == 6, parts[5] == "GMT",
      let month = months.firstIndex(of: String(parts[2]))
    else { return nil }
    let number = month < 9 ? "0\(month + 1)" : "\(month + 1)"
    self.init(atom: "\(parts[3])-\(number)-\(parts[1])T\(parts[4])Z")
  }
}
