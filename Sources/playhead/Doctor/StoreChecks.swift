import AnalyticsSource
import FactStore
import Foundation
import Glibc
import PlaybackFacts
import QueryCore
import TextAndBytes

/// Checks of a store and of its keys.
struct StoreChecks {
  let environment: StoreEnvironment
  let settings: Settings
  let now: Timestamp

  private var name: String { environment == .production ? "store" : "sandbox" }

  /// The findings on the store, its clock, its disk and its keys; a missing sandbox is not reported.
  func findings() async throws -> [Finding] {
    let path = settings.storePath(of: environment)
    let store: FactStore
    do {
      store = try FactStore.open(
        at: path,
        options: StoreOptions(
          retention: settings.retention(of: environment),
          isReadOnly: true,
          now: { .now }
        )
      )
    } catch StoreError.missing, StoreError.folderMissing {
      guard environment == .production else { return [] }
      return [
        .warning(
          name,
          "there is none at \(path) yet",
          "'playhead serve' creates it; --store names another"
        ), MachineChecks.disk(of: path, growth: 0),
      ]
    } catch let error as StoreError {
      return [.error(name, "\(error)", "'playhead store check' says more")]
    }
    defer { store.closeAfterReading() }
    let summary = try await store.summary(now: now)
    var findings = [state(of: summary, at: path)]
    if let doubt = summary.clockDoubt {
      findings.append(
        .warning("clock", "\(doubt)", "set the clock right; 'playhead store info' shows the rest")
      )
    }
    let forecast = summary.forecastBytes(retention: summary.retention)
    if environment == .production {
      findings.append(
        MachineChecks.disk(
          of: path,
          growth: max(0, forecast - summary.fileBytes),
          daily: summary.dailyBytes
        )
      )
    }
    return findings + Self.keys(try await store.apiKeys(), of: environment, now: now)
  }

  /// A write-ahead log larger than this, in bytes, is reported as never emptied.
  private static let longLog = 512_000_000

  private func state(of summary: StoreSummary, at path: String) -> Finding {
    let size =
      "\(path), \(Numbers.bytes(summary.fileBytes)), \(Numbers.grouped(summary.facts)) facts"
    if access(path, W_OK) != 0 {
      return .warning(
        name,
        "\(size); this user can't write it",
        "run this as the user of the server: sudo -u playhead playhead doctor"
      )
    }
    if let warning = Self.accessWarning(ofStoreAt: path) {
      return .warning(name, "\(size); \(warning.text)", warning.advice)
    }
    if summary.logBytes > Self.longLog {
      return .warning(
        name,
        "\(size); its log has \(Numbers.bytes(summary.logBytes))",
        "a reader holds the log: end old 'playhead export' and backup runs"
      )
    }
    return .ok(name, size)
  }

  /// What is said of a store that others than its owner and group may open; nil where they may not.
  static func accessWarning(ofStoreAt path: String) -> (text: String, advice: String)? {
    let open = FactStore.filesOpenToOthers(ofStoreAt: path)
    guard !open.isEmpty else { return nil }
    return (
      "every user of this machine can open \(open.joined(separator: ", "))",
      "chmod o-rwx \(open.joined(separator: " "))"
    )
  }

  /// The findings on the keys of an environment.
  static func keys(
    _ keys: [APIKey],
    of environment: StoreEnvironment,
    now: Timestamp
  ) -> [Finding] {
    let check = environment == .production ? "keys" : "sandbox keys"
    let active = keys.filter { $0.state(at: now) == .active }
    if active.isEmpty, !keys.isEmpty {
      return [
        .error(
          check,
          "all \(Numbers.grouped(keys.count)) are revoked or expired, so nobody can ask",
          "create one with 'playhead keys create NAME'"
        )
      ]
    }
    let ending = active.filter { key in key.expiresAt.map { $0 - now < DoctorCommand.soon } ?? false
    }
    if let first = ending.first, let expiry = first.expiresAt {
      return [
        .warning(
          check,
          "'\(first.name)' expires at \(expiry.atom)"
            + (ending.count > 1 ? ", and \(ending.count - 1) more soon" : ""),
          "create its successor with 'playhead keys create NAME'"
        )
      ]
    }
    return active.isEmpty ? [] : [.ok(check, Numbers.counted(active.count, "active key"))]
  }
}
