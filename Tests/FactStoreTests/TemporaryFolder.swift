import FactStore
import Foundation

/// A folder for the stores of one test, removed with it.
final class TemporaryFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "playhead-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit {
    // Not an error of the test: the system clears its temporary folder.
    try? FileManager.default.removeItem(at: url)
  }

  /// The path of a store's file that does not exist yet.
  var storePath: String { path("playhead.db") }

  func path(_ name: String) -> String {
    url.appending(path: name).path(percentEncoded: false)
  }
}
