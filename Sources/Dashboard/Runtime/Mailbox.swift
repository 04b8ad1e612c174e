import Synchronization

/// What the runtime has to say, of each kind only the newest: it can't grow while nobody listens.
final class Mailbox: Sendable {
  private struct Contents {
    var data: DashboardMessage?
    var fetch: DashboardMessage?
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

  func take() -> [DashboardMessage] {
    contents.withLock { contents in
      defer { contents = Contents() }
      // An answer is judged by what is known of the data: that comes first.
      return [contents.data, contents.fetch].compactMap { $0 }
    }
  }
}
