import Foundation
import Glibc

/// Which process something belongs to, so that what a dead one left behind can be told.
struct ProcessIdentity: Hashable, Sendable {
  /// Which start of which machine.
  let boot: String
  /// The namespace in which the number means something: a container has its own.
  let namespace: String
  /// The process's number.
  let number: Int32
  /// When it started, in clock ticks since boot: numbers are used again.
  let startedAt: String

  static let current: ProcessIdentity = {
    let number = ProcessInfo.processInfo.processIdentifier
    let boot = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
    let namespace = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")
    return ProcessIdentity(
      boot: boot?.trimmingCharacters(in: .whitespacesAndNewlines) ?? "",
      namespace: namespace ?? "",
      number: number,
      startedAt: startTime(of: number) ?? ""
    )
  }()

  init(boot: String, namespace: String, number: Int32, startedAt: String) {
    self.boot = boot
    self.namespace = namespace
    self.number = number
    self.startedAt = startedAt
  }

  /// Reads what ``text`` wrote.
  init?(text: String) {
    let parts = text.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count == 4, let number = Int32(parts[0]) else { return nil }
    self.init(
      boot: String(parts[2]),
      namespace: String(parts[3]),
      number: number,
      startedAt: String(parts[1])
    )
  }

  var text: String { "\(number)/\(startedAt)/\(boot)/\(namespace)" }

  /// Whether it has ended; nil where this can't be told from here.
  func hasEnded(seenBy observer: ProcessIdentity) -> Bool? {
    guard boot == observer.boot else { return true }
    guard namespace == observer.namespace else { return nil }
    // A process of another user may be hidden: systemd's ProtectProc and the mount option hidepid do that.
    return Self.hasEnded(startedAt, seen: Self.startTime(of: number)) {
      kill(number, 0) == 0 || errno == EPERM
    }
  }

  /// Whether the process that started at `startedAt` has ended, where that of its number is seen to have started
  /// at `seen`; nil where it is hidden and there is one of its number.
  static func hasEnded(
    _ startedAt: String,
    seen: String?,
    exists: () -> Bool
  ) -> Bool? {
    if let seen { return seen != startedAt }
    return exists() ? nil : true
  }

  /// Field 22 of `/proc/…/stat`; the name in field 2 may hold anything, but ends at the last `)`.
  private static func startTime(of number: Int32) -> String? {
    guard let stat = try? String(contentsOfFile: "/proc/\(number)/stat", encoding: .utf8),
      let nameEnd = stat.lastIndex(of: ")")
    else { return nil }
    let fields = stat[nameEnd...].split(separator: " ")
    return fields.count > 20 ? String(fields[20]) : nil
  }
}
