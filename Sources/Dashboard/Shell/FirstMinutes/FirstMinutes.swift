import CellCanvas
import PlaybackFacts
import QueryCore
import TextAndBytes

/// The wait for the first ping of a source that has no facts.
///
/// ```
/// waiting ── newest receipt ──▶ arrived ── its facts, or 3 s later ──▶ the screen
/// ```
enum FirstMinutes: Hashable, Sendable {
  /// There never was a ping.
  case waiting
  /// There is one, since an uptime; what it says is not known yet.
  case arrived(Duration)
}

extension DashboardState {
  /// What a ping says is waited for so long.
  private static let firstPingPatience = Duration.seconds(3)

  /// Whether the source says that it never had a fact.
  private var hasNeverHadFacts: Bool {
    data.map { $0.newestReceipt == nil && $0.collected != .untold } ?? false
  }

  /// Begins to wait where there are no facts; names the first ping once it is known, and gives way to the
  /// screen.
  mutating func followFirstPing() {
    guard !hasNeverHadFacts else { return firstMinutes = .waiting }
    guard let waiting = firstMinutes else { return }
    var since = uptime
    if case .arrived(let time) = waiting { since = time }
    firstMinutes = .arrived(since)
    let fact = observed.facts.first { $0.kind == .play } ?? observed.facts.first
    guard fact != nil || uptime >= since + Self.firstPingPatience else { return }
    firstMinutes = nil
    notice = fact.map { "first ping: \(words($0))" } ?? "the first ping was collected"
  }

  /// When and where something was watched, on what, and which title: `14:05:32, FR France, phone safari, …`.
  private func words(_ fact: Fact) -> String {
    let time = zone.civil(fact.time)
    let playback = fact.playback
    let country =
      playback.country == Dimension.unknown
      ? "country unknown" : names[playback.country, in: .country]
    let device = [playback.deviceType, playback.browser].filter { $0 != Dimension.unknown }
    return [
      "\(TimeText.clock(time)):\(Numbers.padded(time.second))", country,
      device.isEmpty ? "device unknown" : device.joined(separator: " ").scrubbed,
      names[playback.mediaID, in: .mediaID],
    ].joined(separator: " · ")
  }

  /// A command line that sends a ping which counts, with fresh times and the user agent of a browser.
  ///
  /// Its lines have at most 76 columns with an address of this machine, and can be copied as they are: a line
  /// ends only where a shell goes on.
  var firstPingCommand: [String] {
    let address = source.collector ?? "http://127.0.0.1:8080"
    return [
      "now=$(date +%s)000; ua='Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0'",
      "curl -A \"$ua\" \(address)/watch -d '{\"sat\":'$now',\"sid\":\"s1\",",
      "\"pid\":\"p'$now'\",\"mid\":\"vi4k0jvEUuaTdRAEjQ4Jfrgz\",\"eve\":[{\"eat\":'$now',",
      "\"typ\":1,\"vti\":0,\"pau\":true},{\"eat\":'$now',\"typ\":2,\"vti\":0,\"pau\":false}]}'",
    ]
  }
}
