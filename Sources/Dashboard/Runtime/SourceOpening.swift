import Synchronization

/// The opening of a source, shared by all who wait for it; one that failed is tried again for the next.
final class SourceOpening: Sendable {
  private let open: @Sendable () async throws -> DashboardSource
  private let underWay = Mutex<Task<DashboardSource, any Error>?>(nil)

  init(_ open: @escaping @Sendable () async throws -> DashboardSource) {
    self.open = open
  }

  /// The source, once it is open.
  func opened() async throws -> DashboardSource {
    let opening = underWay.withLock { underWay in
      let opening = underWay ?? Task { [open] in try await open() }
      underWay = opening
      return opening
    }
    do {
      return try await opening.value
    } catch {
      underWay.withLock { if $0 == opening { $0 = nil } }
      throw error
    }
  }

  func cancel() {
    underWay.withLock { $0?.cancel() }
  }
}
