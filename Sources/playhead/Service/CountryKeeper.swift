import Logging
import PingCollector
import ServiceLifecycle
import Synchronization
import TextAndBytes

/// Looks countries up, and reads the files again when they change.
final class CountryKeeper: Service {
  private struct State {
    var files: CountryFiles
    var lookup: CountryLookup
    /// The versions of the files at the last reading, whether it succeeded or not.
    var versions: [FileVersion?]
    /// Whether it was reported that they can't be read.
    var isReported = false
  }

  private let state: Mutex<State>
  private let logger: Logger

  /// Reads the files.
  /// - Throws: ``CommandError`` where they can't be used.
  init(_ files: CountryFiles, logger: Logger) throws(CommandError) {
    let (lookup, versions) = try files.read()
    state = Mutex(State(files: files, lookup: lookup, versions: versions))
    self.logger = logger
  }

  /// Reads other files.
  /// - Returns: what looks countries up in them from then on.
  /// - Throws: ``CommandError`` where they can't be used.
  func reading(_ files: CountryFiles) throws(CommandError) -> @Sendable () -> Void {
    if state.withLock({ $0.files == files }) { return {} }
    let (lookup, versions) = try files.read()
    return {
      self.state.withLock { $0 = State(files: files, lookup: lookup, versions: versions) }
    }
  }

  /// The ISO 3166 code of the country in which an address lies, or `unknown`.
  func country(of address: String) -> String {
    state.withLock(\.lookup).country(of: address)
  }

  /// Checks the files every two seconds, until cancelled.
  func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        // Only the end of the service interrupts it.
        try? await Task.sleep(for: .seconds(2))
        if let fault = self.refresh() { self.logger.error("\(fault)") }
      }
    }
  }

  /// Reads the files again if they have changed; if they can't be used, the old countries stay.
  /// - Returns: What is wrong with the files, once per change; nil where nothing is.
  func refresh() -> String? {
    let (files, former) = state.withLock { ($0.files, $0.versions) }
    let versions = files.versions
    guard versions != former else { return nil }
    do {
      let (lookup, versions) = try files.read()
      state.withLock { $0 = State(files: files, lookup: lookup, versions: versions) }
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
