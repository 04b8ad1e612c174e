package import NIOHTTP1
import Synchronization

/// Which servers of a group do not answer.
///
/// A server that hangs takes requests and never answers them, and so does one behind a network that is cut. Whoever
/// waits for some seconds asks the server whether it is there, at a path that costs it nothing. One that does not
/// say so counts as silent until it does, and nobody waits for it meanwhile.
package final class ServerHealth<Server: Hashable & Sendable>: Sendable {
  private let client: HTTPClient
  /// Where a server says that it is there.
  private let url: @Sendable (Server) -> String
  /// What it is asked with once it counts as silent, so that it finds out.
  private let notice: HTTPHeaders
  /// So long a server may take to say that it is there.
  private let deadline: Duration
  private let silentServers = Mutex<Set<Server>>([])

  /// So often a silent server is asked again.
  private static var pause: Duration { .milliseconds(500) }

  /// Makes a group in which nobody is known to be silent.
  package init(
    _ client: HTTPClient,
    deadline: Duration = .seconds(3),
    notice: HTTPHeaders = [:],
    url: @escaping @Sendable (Server) -> String
  ) {
    self.client = client
    self.url = url
    self.deadline = deadline
    self.notice = notice
  }

  /// Those of some servers that are known to be silent.
  package func known(among servers: [Server]) -> [Server] {
    silentServers.withLock { silent in silent.isEmpty ? [] : servers.filter(silent.contains) }
  }

  /// Those of some servers that do not say that they are there.
  package func asked(among servers: [Server]) async -> [Server] {
    let silent = await withTaskGroup(of: Server?.self) { group in
      for server in servers { group.addTask { await self.answers(server) ? nil : server } }
      var silent: Set<Server> = []
      for await server in group { if let server { silent.insert(server) } }
      return silent
    }
    // Whoever was cancelled has learned nothing.
    guard !Task.isCancelled else { return [] }
    for server in silent { note(server) }
    return servers.filter(silent.contains)
  }

  /// Notes that a server is silent, until it answers again.
  package func note(_ server: Server) {
    guard silentServers.withLock({ $0.insert(server).inserted }) else { return }
    Task { [weak self] in
      while let self {
        if await answers(server, to: notice) {
          _ = silentServers.withLock { $0.remove(server) }
          return
        }
        try await Task.sleep(for: Self.pause)
      }
    }
  }

  /// Whether a server answers; what it says does not matter.
  private func answers(_ server: Server, to headers: HTTPHeaders = [:]) async -> Bool {
    guard let address = HTTPAddress(url(server)) else { return false }
    let (client, deadline) = (client, deadline)
    return await withTaskGroup(of: Bool.self) { group in
      defer { group.cancelAll() }
      group.addTask {
        let request = HTTPRequest(address: address, headers: headers)
        // A connection that was open may have been closed by now.
        for _ in 0..<2 {
          do throws(HTTPFailure) {
            _ = try await client.send(request).collect(upTo: 1 << 16)
            return true
          } catch {
            // What this process lacks says nothing of the server.
            if error.isLocal { return true }
            if !error.mayHaveArrived { return false }
          }
        }
        return false
      }
      group.addTask {
        // Only cancellation ends it early.
        try? await Task.sleep(for: deadline)
        return false
      }
      return await group.next() ?? false
    }
  }
}
