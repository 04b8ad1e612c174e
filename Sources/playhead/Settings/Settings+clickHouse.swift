import AnalyticsServer
import AnalyticsSource
import ClickHouseStore
import Foundation
import QueryCore

// Data in a ClickHouse cluster instead of a file.
extension Settings {
  /// The cluster with the data; nil where it is in a file, or on a remote server.
  ///
  /// - Throws: where the address can't be read, or another place is named beside it.
  func clickHouse() throws -> ClickHouseAddress? {
    guard let text = self[.clickhouse] else { return nil }
    for other in [Setting.remote, .store] where self[other] != nil {
      throw refusal(
        of: .clickhouse,
        "clickhouse and \(other.rawValue) can't be used together: each says where the data is; "
          + "leave one of them out"
      )
    }
    do {
      return try ClickHouseAddress(text)
    } catch {
      throw refusal(of: .clickhouse, "\(error)")
    }
  }

  /// The collectors of the cluster, of which this server is one; nil where it is the only one.
  ///
  /// - Throws: where an address is malformed, `clickhouse` or `own-address` is not set, or the own address is not in the
  ///   list.
  func collectorGroup() throws -> CollectorGroup? {
    guard let text = self[.collectors] else { return nil }
    guard self[.clickhouse] != nil else {
      throw refusal(
        of: .collectors,
        "several collectors write to one ClickHouse cluster; set clickhouse"
      )
    }
    guard let own = self[.ownAddress] else {
      throw refusal(of: .collectors, "set own-address to the one of them that this server is")
    }
    do {
      return try CollectorGroup(
        text.split { $0 == "," || $0 == " " }.map(String.init),
        own: own
      )
    } catch {
      throw refusal(of: .collectors, "\(error)")
    }
  }

  /// The file in which a server holds what the cluster does not have yet; that of the sandbox lies beside it.
  func outboxPath(of environment: StoreEnvironment) -> String {
    let paths = Paths(variables: ProcessInfo.processInfo.environment)
    return Self.path(self[.outbox] ?? paths.outbox, of: environment)
  }
}

/// Opens the data of an environment in a ClickHouse cluster.
///
/// - Parameters:
///   - address: Where it is; its database is that of the environment.
///   - environment: The environment.
///   - settings: The settings with the rest.
///   - use: What it is opened for.
///   - cacheBytes: The most memory for what is cached.
///   - pingHistoryBytes: The most bytes for the history of pings; nil leaves it as it is.
/// - Returns: the store.
/// - Throws: where it can't be opened.
func openClickHouse(
  _ address: ClickHouseAddress,
  of environment: StoreEnvironment,
  _ settings: Settings,
  _ use: StoreUse,
  cacheBytes: Int,
  pingHistoryBytes: Int? = nil
) throws -> any ManagedStore {
  let outbox = settings.outboxPath(of: environment)
  if use != .reading { try makeFolder(ofStoreAt: outbox) }
  var options = ClickHouseOptions(
    retention: try settings.retention(of: environment),
    // A server has it open for as long as it runs: other commands work beside it.
    outboxPath: use == .collecting ? outbox : nil,
    importFolder: URL(fileURLWithPath: outbox).deletingLastPathComponent().path
  ) { .now }
  options.collectors = try settings.collectorGroup()?.addresses.count ?? 1
  return try ClickHouseStore.open(at: address, options: options)
}
