import AnalyticsServer
import Dashboard
import Dispatch
import Foundation
import QueryCore

/// The sources that a dashboard can be turned to, each opened when it is asked for first.
actor SourceShelf {
  /// A source that can be opened.
  struct Entry: Sendable {
    /// What is known of it before it is opened.
    let description: DashboardState.Source
    /// Opens it.
    let open: @Sendable () throws -> OpenSource
  }

  /// What can be opened, the first to be shown first.
  nonisolated let entries: [Entry]
  private var opened: [Int: OpenSource] = [:]

  /// Puts the source that is open already before those of the settings file.
  ///
  /// - Parameters:
  ///   - first: The source that is open.
  ///   - settings: The settings with the others.
  ///   - deadline: How long a server may take to answer one request.
  /// - Throws: where the settings can't be read.
  init(_ first: OpenSource, _ settings: Settings, deadline: Duration = .seconds(10)) throws {
    let retention = first.assumedRetention
    entries =
      [
        Entry(
          description: .init(
            name: first.name,
            retention: retention,
            address: first.address,
            options: settings.sourceOptions,
            referrers: first.parser.referrers,
            collector: Self.collector(first.address, settings)
          ),
          open: { first }
        )
      ]
      + settings.file.sources.sorted { $0.key < $1.key }.map { name, source in
        Entry(
          description: .init(
            name: name,
            retention: retention,
            address: source.isServer ? source.place : "",
            options: settings.replacing(with: source).sourceOptions,
            referrers: first.parser.referrers,
            // Who writes to another store, these settings don't say.
            collector: source.isServer ? Self.collector(source.place, settings) : nil
          ),
          open: {
            try OpenSource(
              settings.replacing(with: source),
              followsState: true,
              deadline: deadline
            )
          }
        )
      }
    opened[0] = first
  }

  /// Where a server takes pings, or the one that writes to a store as the settings have it.
  private static func collector(_ address: String, _ settings: Settings) -> String? {
    guard address.isEmpty else {
      return address.hasSuffix("/") ? String(address.dropLast()) : address
    }
    guard let listen = try? settings.listenAddress() else { return nil }
    // Whoever listens at every address is reached at this one from this machine.
    let isEvery = ["0.0.0.0", "::"].contains(listen.host)
    let host = isEvery ? "127.0.0.1" : listen.host.contains(":") ? "[\(listen.host)]" : listen.host
    return "http://\(host):\(listen.port)"
  }

  /// The source of a number, opened now or before; while one takes its time, others can be opened.
  func source(_ index: Int) async throws -> DashboardSource {
    if let source = opened[index] { return source.forDashboard }
    let open = entries[index].open
    let source = try await withCheckedThrowingContinuation { continuation in
      DispatchQueue.global().async { continuation.resume(with: Result { try open() }) }
    }
    if let other = opened[index] {
      source.close()
      return other.forDashboard
    }
    opened[index] = source
    return source.forDashboard
  }
}
