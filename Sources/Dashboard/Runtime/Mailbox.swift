import AnalyticsSource
import PlaybackFacts
import QueryCore
import Synchronization

/// What the runtime has to say, of each kind only the newest: it can't grow while nobody takes it.
final class Mailbox: Sendable {
  private struct Contents {
    var data: DashboardMessage?
    var fetch: DashboardMessage?
    var health: DashboardMessage?
    var media: DashboardMessage?
    var facts: RecentFacts?
  }

  /// Of the sender that is listened to.
  private struct Box {
    weak var sender: SourceOpening?
    var contents = Contents()
  }

  private let box = Mutex(Box())
  /// Of all sources, by their numbers, whichever is listened to.
  private let sources = Mutex<[Int: DashboardMessage]>([:])
  private let wake: @Sendable () -> Void

  init(wake: @escaping @Sendable () -> Void) {
    self.wake = wake
  }

  /// From now on takes what one source says, and nothing that another said.
  func listen(to sender: SourceOpening) {
    box.withLock { $0 = Box(sender: sender) }
  }

  func post(data message: DashboardMessage, from sender: SourceOpening) {
    post(from: sender) { $0.data = message }
  }

  func post(fetch message: DashboardMessage, from sender: SourceOpening) {
    post(from: sender) { $0.fetch = message }
  }

  func post(health message: DashboardMessage, from sender: SourceOpening) {
    post(from: sender) { $0.health = message }
  }

  func post(media message: DashboardMessage, from sender: SourceOpening) {
    post(from: sender) { $0.media = message }
  }

  /// Takes what is said of one of several sources, of each only the newest.
  func post(source index: Int, _ message: DashboardMessage) {
    sources.withLock { $0[index] = message }
    wake()
  }

  /// Facts are not replaced but joined; the oldest go when there are too many.
  func post(facts recent: RecentFacts, from sender: SourceOpening) {
    post(from: sender) { contents in
      // Facts end the failure to read them.
      contents.health = nil
      guard var waiting = contents.facts else { return contents.facts = recent }
      waiting.cursor = recent.cursor
      waiting.skipped += recent.skipped
      let facts = waiting.facts + recent.facts
      waiting.skipped += max(0, facts.count - Observed.limit)
      waiting.facts = Array(facts.suffix(Observed.limit))
      contents.facts = waiting
    }
  }

  private func post(from sender: SourceOpening, _ change: (inout Contents) -> Void) {
    let isHeard = box.withLock { box in
      guard box.sender === sender else { return false }
      change(&box.contents)
      return true
    }
    if isHeard { wake() }
  }

  func take() -> [DashboardMessage] {
    let contents = box.withLock { box in
      defer { box.contents = Contents() }
      return box.contents
    }
    // An answer is judged by what is known of the data: that comes first.
    let facts = contents.facts.map { DashboardMessage.factsPassed($0) }
    let sources = sources.withLock { sources in
      defer { sources = [:] }
      return sources
    }
    return [contents.media, contents.data, contents.fetch, facts, contents.health]
      .compactMap { $0 } + sources.sorted { $0.key < $1.key }.map(\.value)
  }
}
