public import PingCollector
import PlaybackFacts

extension SimulatedPlayback {
  /// The pings that the player sends, in their order; each arrives the moment it is sent.
  ///
  /// They carry the viewer's country, because the address lies in none.
  public func pings() -> [RecordedPing] {
    var pings: [RecordedPing] = []
    var batch: [SentEvent] = []
    forEachSentEvent(until: leavesAfter) { event in
      if let first = batch.first, first.batchAt != event.batchAt {
        pings.append(ping(batch))
        batch.removeAll()
      }
      batch.append(event)
    }
    if !batch.isEmpty { pings.append(ping(batch)) }
    return pings
  }

  private func ping(_ batch: [SentEvent]) -> RecordedPing {
    let sentAt = startedAt + (batch.first?.batchAt ?? 0)
    let name = hexDigits(id.rawValue)
    return RecordedPing(
      PlayerPing(
        sentAt: sentAt + viewer.clockError,
        sessionID: hexDigits(session),
        playbackID: name,
        mediaID: media.id,
        referrer: referrer,
        version: sender.version,
        events: batch.map(playerEvent)
      ),
      receivedAt: sentAt,
      address: viewer.address,
      userAgent: viewer.userAgent,
      hints: viewer.device.hints,
      country: viewer.countryCode
    )
  }

  private func playerEvent(_ event: SentEvent) -> PlayerEvent {
    PlayerEvent(
      event.kind,
      at: startedAt + event.at + viewer.clockError,
      position: sentPosition(of: event),
      isPaused: event.isPaused,
      // Apps leave it out where there is none.
      errorCode: sender == .web || event.errorCode > 0 ? event.errorCode : nil
    )
  }

  /// The position in seconds as the player sends it; iOS has 32 bits for it.
  private func sentPosition(of event: SentEvent) -> Double {
    let seconds = Double(inWindow(event.position)) / 1000
    return sender == .ios ? Double(Float(seconds)) : seconds
  }

  /// The position as the player sees it: on Android, that of a live stream lies in a window that moves.
  func inWindow(_ position: Int64) -> Int64 {
    isLive && sender == .android ? position % Self.liveWindow : position
  }

  /// No multiple of it passes between two events, so that the position always seems to move.
  private static let liveWindow: Int64 = 31_750
}

extension SenderType {
  /// The version that senders of the type say they have.
  fileprivate var version: String {
    switch self {
    case .web: "web-2.4.1"
    case .android: "android-1.6.0"
    case .ios: "ios-1.3.2"
    }
  }
}
