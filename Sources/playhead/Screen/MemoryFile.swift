import Dashboard
import Foundation
import TextAndBytes

/// What the dashboard remembers, kept in a file of its own; the settings file is never written.
struct MemoryFile {
  private let path: String
  private var written: DashboardMemory?
  private var due: Duration?

  /// How long nothing must have changed before it is written.
  private static let patience = Duration.seconds(1)
  /// The time until the next try after a write failed.
  private static let retryPatience = Duration.seconds(60)

  init(path: String) {
    self.path = path
  }

  /// What was remembered; nil without a file, or one that can't be read any more.
  mutating func read() -> DashboardMemory? {
    guard let bytes = FileManager.default.contents(atPath: path),
      let memory = try? JSONDecoder().decode(DashboardMemory.self, from: bytes)
    else { return nil }
    written = memory
    return memory
  }

  /// Takes note of what should be remembered now, and writes it when it has stayed so.
  mutating func note(_ memory: DashboardMemory, at uptime: Duration) {
    guard memory != written else {
      due = nil
      return
    }
    guard let due else { return due = uptime + Self.patience }
    guard uptime >= due else { return }
    write(memory)
    if memory != written { self.due = uptime + Self.retryPatience }
  }

  /// Writes it, if it is not what was written last.
  ///
  /// A place that can't be written to is no reason to trouble anybody: nothing but looks is lost.
  mutating func write(_ memory: DashboardMemory) {
    due = nil
    guard memory != written else { return }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    guard let bytes = try? encoder.encode(memory) else { return }
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    guard PrivateFiles.createFolder(at: folder) == 0,
      PrivateFiles.write([UInt8](bytes), to: path) == 0
    else { return }
    written = memory
  }
}
