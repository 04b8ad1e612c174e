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
    /// The first frame is ready.
    case load
    /// Play is asked for on the web; in an app, it plays now.
    case play
    case pause
    /// The media moves on; a multiple of 250 ms.
    case watch(Int64)
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

  var sender: SenderType { viewer.device.sender }
  var isLive: Bool { media.duration == nil }
}
