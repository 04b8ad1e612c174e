import AnalyticsSource
import ClickHouseStore
import PlaybackFacts
import QueryCore
import TextAndBytes

/// Checks of an environment's data in a ClickHouse cluster, and of its keys.
struct ClusterChecks {
  /// The cluster with the database of the environment.
  let address: ClickHouseAddress
  let environment: StoreEnvironment
  let settings: Settings
  let now: Timestamp

  private var name: String { environment == .production ? "store" : "sandbox" }

  /// The findings on the cluster, its clock and its keys, and on the disk of the outbox.
  func findings() async -> [Finding] {
    var findings: [Finding]
    do {
      findings = try await self.cluster()
    } catch {
      findings = [
        .error(
          name,
          "\(address): \(error)".withoutDot,
          "check that the servers run, and address, user and password"
        )
      ]
    }
    if environment == .production {
      let disk = MachineChecks.disk(
        of: settings.outboxPath(of: environment),
        growth: 0,
        option: .outbox
      )
      findings.append(disk)
    }
    return findings
  }

  private func cluster() async throws -> [Finding] {
    let store = try openClickHouse(
      address,
      of: environment,
      settings,
      .reading,
      cacheBytes: settings.cacheBytes().sums
    )
    defer { store.closeAfterReading() }
    let health = try await store.health()
    let facts = health.store.map { ", \(Numbers.grouped($0.facts)) facts" } ?? ""
    var findings = [Finding.ok(name, "\(address)\(facts)")]
    if let doubt = health.store?.clockDoubt {
      findings.append(.warning("clock", "\(doubt)", "set the clock right"))
    }
    return findings + StoreChecks.keys(try await store.apiKeys(), of: environment, now: now)
  }
}
