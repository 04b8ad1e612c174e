import PlaybackFacts
import QueryCore
import Synchronization

/// What the runtime has to say, of each kind only the newest: it can't grow while nobody listens.
final class Mailbox: Sendable {
  private struct Contents {
    var data: DashboardMessage?
    var fetch: DashboardMessage?
    var health: DashboardMessage?
    var media: DashboardMessage?
    var facts: RecentFacts?
  }

  private let contents = Mutex(Contents())
  private let wake: @Sendable () -> Void

  init(wake: @escaping @Sendable () -> Void) {
    self.wake = wake
  }

  func post(data message: DashboardMessage) {
    contents.withLock { $0.data = message }
    wake()
  }

  func post(fetch message: DashboardMessage) {
    contents.withLock { $0.fetch = message }
    wake()
  }

  func post(health message: DashboardMessage) {
    contents.withLock { $0.health = message }
    wake()
  }

  func post(media message: DashboardMessage) {
    contents.withLock { $0.media = message }
    wake()
  }

  /// Facts are not replaced but joined; the oldest go when there are too many.
  func post(facts recent: RecentFacts) {
    contents.withLock { contents in
      // Facts end a failure to tell them.
      contents.health = nil
      guard var waiting = contents.facts else { return contents.facts = recent }
      waiting.cursor = recent.cursor
      waiting.skipped += recent.skipped
      let facts = waiting.facts + recent.facts
      waiting.skipped += max(0, facts.count - Observed.limit)
      waiting.facts = Array(facts.suffix(Observed.limit))
      contents.facts = waiting
    }
    wake()
  }

  func take() -> [DashboardMessage] {
    contents.withLock { contents in
      defer { contents = Contents() }
      // An answer is judged by what is known of the data: that comes first.
      let facts = contents.facts.map { DashboardMessage.factsPassed($0) }
      return [contents.media, contents.data, contents.fetch, facts, contents.health]
        .compactMap { $0 }
    }
  }
}
