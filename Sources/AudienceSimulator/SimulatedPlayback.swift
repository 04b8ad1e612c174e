public import PlaybackFacts

/// The plan of one load of one media item in one player, from the first event to the last.
///
/// It can be told in two ways that mean the same: as the facts it leads to, and as the pings that a
/// real player would send.
public struct SimulatedPlayback: Sendable {
  /// Which playback; its pings carry the 16 hex digits.
  public let id: PlaybackID
  /// Who watches.
  public let viewer: SimulatedViewer
  /// What is watched.
  public let media: SimulatedMedia
  /// The address of the page; empty from apps.
  public let referrer: String
  /// When the player was made, by the right clock; its ticker counts from here.
  public let startedAt: Timestamp
  /// How long after that the page or the app is closed, in ms; nothing is sent later.
  public let leavesAfter: Int64
  let session: UInt64
  /// Where in the media it begins, in ms.
  let firstPosition: Int64
  let steps: [Step]

  /// Something that happens, or time that passes; lengths of time are in ms.
  enum Step: Hashable, Sendable {
    /// The media becomes the player's source.
    case setSource
    /// The media becomes the source as the next item of a playlist, and plays when it is there.
    case setNextSource
    /// The first frame is ready.
    case load
    /// Play is asked for on the web; in an app, it plays now.
    case play
    case pause
    /// The media moves on; a multiple of 250 ms.
    case watch(Int64)
    /// The media moves on in a tab in the background, which says nothing; a multiple of 250 ms.
    case watchSilently(Int64)
    /// Nothing moves, and nobody says so.
    case wait(Int64)
    /// What comes next isn't there yet. Apps say that as a pause.
    case stall(Int64)
    /// To a position in ms.
    case seek(to: Int64)
    /// The player gives up; 1 means that the viewer did.
    case fail(code: Int64)
    /// The media is over.
    case end
  }

  /// When it is closed.
  public var leavesAt: Timestamp { startedAt + leavesAfter }

  /// How long the media moved, in ms, whatever pings say of it.
  public var watchedTime: Int64 {
    steps.reduce(0) { time, step in
      switch step {
      case .watch(let watched), .watchSilently(let watched): time + watched
      case .setSource, .setNextSource, .load, .play, .pause, .wait, .stall, .seek, .fail, .end: time
      }
    }
  }

  /// How long it waited for data after it had begun to move, in ms.
  public var stalledTime: Int64 {
    steps.reduce(0) { time, step in if case .stall(let stall) = step { time + stall } else { time }
    }
  }

  /// What sends its pings.
  public var sender: SenderType { viewer.device.sender }
  var isLive: Bool { media.duration == nil }

  /// Whether the device sleeps while it plays.
  var sleeps: Bool {
    zip(steps, steps.dropFirst()).contains { step, next in
      if case .watch = step, case .wait = next { true } else { false }
    }
  }

  /// Whether it plays in a tab in the background for a while.
  var isInBackground: Bool {
    steps.contains { if case .watchSilently = $0 { true } else { false } }
  }
}
