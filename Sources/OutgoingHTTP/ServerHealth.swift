import AnalyticsSource
import OutgoingHTTP
import Synchronization

/// Which servers of a cluster do not answer.
///
/// A server that hangs takes requests and never answers them, and so does one behind a network that is cut. Whoever
/// waits for some seconds asks the server whether it is there (`/ping`, which costs it nothing). One that does not
/// say so counts as silent until it does, and nobody waits for it meanwhile.
final class NodeHealth: Sendable {
  private let client: HTTPClient
  private let silentNodes = Mutex<Set<ClickHouseAddress.Node>>([])

  /// So long a statement runs before its servers are asked whether they are there.
  static let patience = Duration.seconds(2)
  /// So long a server may take to say that it is there.
  private static let deadline = Duration.seconds(3)
  /// So often a silent server is asked again.
  private static let pause = Duration.milliseconds(500)

  init(_ client: HTTPClient) { self.client = client }

  /// Those of some nodes that are known to be silent.
  func known(among nodes: [ClickHouseAddress.Node]) -> [ClickHouseAddress.Node] {
    silentNodes.withLock { silent in silent.isEmpty ? [] : nodes.filter(silent.contains) }
  }

  /// Those of some nodes that do not say that they are there.
  func asked(among nodes: [ClickHouseAddress.Node]) async -> [ClickHouseAddress.Node] {
    let silent = await withTaskGroup(of: ClickHouseAddress.Node?.self) { group in
      for node in nodes { group.addTask { await self.answers(node) ? nil : node } }
      var silent: Set<ClickHouseAddress.Node> = []
      for await node in group { if let node { silent.insert(node) } }
      return silent
    }
    // Whoever was cancelled has learned nothing.
    guard !Task.isCancelled else { return [] }
    for node in silent { note(node) }
    return nodes.filter(silent.contains)
  }

  private func note(_ node: ClickHouseAddress.Node) {
    guard silentNodes.withLock({ $0.insert(node).inserted }) else { return }
    Task { [weak self] in
      while let self {
        if await answers(node) {
          _ = silentNodes.withLock { $0.remove(node) }
          return
        }
        try await Task.sleep(for: Self.pause)
      }
    }
  }

  /// Whether a server answers; what it says does not matter.
  private func answers(_ node: ClickHouseAddress.Node) async -> Bool {
    guard let address = HTTPAddress("\(node.url)/ping") else { return false }
    let client = client
    do {
      return try await withDeadline(Self.deadline) { () async throws(HTTPFailure) in
        _ = try await client.send(HTTPRequest(address: address)).collect(upTo: 1 << 16)
        return true
      } ?? false
    } catch {
      return false
    }
  }
}
