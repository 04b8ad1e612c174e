import PingCollector
import ServiceLifecycle
import Synchronization
import TextAndBytes

/// Holds what is known of countries, and reads its files again when they change.
final class CountryKeeper: Service {
  private struct State {
    var lookup: CountryLookup
    /// The files as they were when they were read last, well or not.
    var versions: [FileVersion?]
    /// Whether it was reported that they can't be read.
    var isReported = false
  }

  private let files: CountryFiles
  private let state: Mutex<State>

  /// Reads the files.
  /// - Throws: ``CommandError`` where they can't be used.
  init(_ files: CountryFiles) throws(CommandError) {
    self.files = files
    let (lookup, versions) = try files.read()
    state = Mutex(State(lookup: lookup, versions: versions))
  }

  /// The ISO 3166 code of the country in which an address lies, or `unknown`.
  func country(of address: String) -> String {
    state.withLock(\.lookup).country(of: address)
  }

  /// Looks at the files every two seconds, until cancelled.
  func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        // Only the end of the service interrupts it.
        try? await Task.sleep(for: .seconds(2))
        if let fault = self.refresh() { StandardError.write("playhead: \(fault)\n") }
      }
    }
  }

  /// Reads the files again if they have changed; those that can't be used change nothing.
  /// - Returns: what is wrong with them, the first time; nil where nothing is.
  func refresh() -> String? {
    let versions = files.versions
    guard versions != state.withLock(\.versions) else { return nil }
    do {
      let (lookup, versions) = try files.read()
      state.withLock { $0 = State(lookup: lookup, versions: versions) }
      return nil
    } catch {
      return state.withLock { state in
        state.versions = versions
        defer { state.isReported = true }
        return state.isReported ? nil : "\(error); the countries read before stay in use"
      }
    }
  }
}
