import Foundation

/// Which process something belongs to, so that what a dead one left behind can be told.
struct ProcessIdentity: Hashable, Sendable {
  /// The boot of the machine and the namespace in which the number means something.
  let space: String
  /// The process's number.
  let number: Int32
  /// When it started, in clock ticks since boot: numbers are used again.
  let startedAt: String

  static let current: ProcessIdentity = {
    let number = ProcessInfo.processInfo.processIdentifier
    let boot = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
    let namespace = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")
    return ProcessIdentity(
      space: "\(boot?.trimmingCharacters(in: .whitespacesAndNewlines) ?? "") \(namespace ?? "")",
      number: number,
      startedAt: startTime(of: number) ?? ""
    )
  }()

  init(space: String, number: Int32, startedAt: String) {
    self.space = space
    self.number = number
    self.startedAt = startedAt
  }

  /// Reads what ``text`` wrote.
  init?(text: String) {
    let parts = text.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, let number = Int32(parts[0]) else { return nil }
    self.init(space: String(parts[2]), number: number, startedAt: String(parts[1]))
  }

  var text: String { "\(number)/\(startedAt)/\(space)" }

  /// Whether it has ended; nil where this can't be told from here.
  func hasEnded(seenBy observer: ProcessIdentity) -> Bool? {
    guard space == observer.space else { return nil }
    return Self.startTime(of: number) != startedAt
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
