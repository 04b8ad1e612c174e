import AnalyticsAPI
import NIOCore
import OutgoingHTTP
import PlaybackFacts
import QueryCore
import Synchronization

/// The state of a server's data as it says it by itself, in a stream of server-sent events.
///
/// The stream is opened when the server is known to have it, and again some seconds after it ended. While it is
/// not open, or has been silent for 40 seconds, there is no state here, and the client asks the server.
final class StateFeed: Sendable {
  private struct Heard {
    var state: DataState?
    var at = Timestamp(milliseconds: 0)
    var task: Task<Void, Never>?
  }

  private let server: RemoteServer
  private let now: @Sendable () -> Timestamp
  private let heard = Mutex(Heard())

  /// How long silence means nothing; a heartbeat comes every 15 seconds.
  private static let patience = 40 * Milliseconds.second
  private static let pause = Duration.seconds(5)

  /// Makes a feed that is not open.
  init(_ server: RemoteServer, now: @escaping @Sendable () -> Timestamp) {
    self.server = server
    self.now = now
  }

  deinit {
    heard.withLock { $0.task?.cancel() }
  }

  /// The newest state that the server has sent; nil while the stream is closed or silent.
  func state(at now: Timestamp) -> DataState? {
    heard.withLock { heard in
      guard now >= heard.at, now - heard.at < Self.patience else { return nil }
      return heard.state
    }
  }

  /// Begins to listen, unless it has.
  func open() {
    heard.withLock { heard in
      guard heard.task == nil else { return }
      let server = server
      let hear: @Sendable (News) -> Bool = { [weak self] in self?.hear($0) ?? false }
      heard.task = Task { await Self.listen(to: server, hear) }
    }
  }

  private enum News {
    case state(DataState)
    /// A sign that the stream is open.
    case heartbeat
    /// Nothing comes any more.
    case end
  }

  /// Takes note of news; false where nobody wants any more.
  private func hear(_ news: News) -> Bool {
    let now = now()
    heard.withLock { heard in
      heard.at = now
      switch news {
      case .state(let state): heard.state = state
      case .heartbeat: break
      case .end: heard.state = nil
      }
    }
    return true
  }

  private static func listen(
    to server: RemoteServer,
    _ hear: @Sendable (News) -> Bool
  ) async {
    while !Task.isCancelled {
      let isOffered = await readStream(of: server, hear)
      guard hear(.end), isOffered else { return }
      // Until then, the server is asked.
      guard (try? await Task.sleep(for: pause)) != nil else { return }
    }
  }

  /// Reads one stream to its end; false where the server has none.
  private static func readStream(
    of server: RemoteServer,
    _ hear: @Sendable (News) -> Bool
  ) async -> Bool {
    guard let response = try? await server.stream(DataState.eventsPath) else { return true }
    guard response.status == 200 else { return ![404, 405].contains(response.status) }
    var reader = EventReader()
    do {
      for try await chunk in response.body {
        var isNews = false
        for event in try reader.read(chunk.readableBytesView) where event.name == "state" {
          isNews = true
          guard hear(.state(try DataState(json: event.data))) else { return false }
        }
        if !isNews { guard hear(.heartbeat) else { return false } }
      }
    } catch {
      // Whatever ended it, it is opened again.
    }
    return true
  }
}

/// Reads server-sent events from a stream of bytes that comes in pieces.
struct EventReader {
  /// An event.
  struct Event: Hashable {
    var name = "message"
    var data: [UInt8] = []
  }

  /// An event is longer than any that is expected.
  struct TooLong: Error {}

  private static let longest = 1 << 20

  private var line: [UInt8] = []
  private var event = Event()
  private var hasData = false

  /// Takes the next bytes; the events that end with them.
  mutating func read(_ bytes: some Sequence<UInt8>) throws(TooLong) -> [Event] {
    var events: [Event] = []
    for byte in bytes {
      guard byte == UInt8(ascii: "\n") else {
        line.append(byte)
        guard line.count + event.data.count <= Self.longest else { throw TooLong() }
        continue
      }
      if line.last == UInt8(ascii: "\r") { line.removeLast() }
      if line.isEmpty {
        if hasData { events.append(event) }
        (event, hasData) = (Event(), false)
      } else {
        take(line)
      }
      line = []
    }
    return events
  }

  private mutating func take(_ line: [UInt8]) {
    let name = line.prefix { $0 != UInt8(ascii: ":") }
    var value = line.dropFirst(name.count + 1)
    if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
    switch String(decoding: name, as: UTF8.self) {
    case "data":
      if hasData { event.data.append(UInt8(ascii: "\n")) }
      hasData = true
      event.data += value
    case "event": event.name = String(decoding: value, as: UTF8.self)
    default: break
    }
  }
}
