import AnalyticsClient
import AnalyticsSource
import ClickHouseStore
import Dashboard
import FactStore
import Foundation
import PlaybackFacts
import QueryCore
import TextAndBytes

/// The data that a subcommand asks: a store, a ClickHouse cluster, or a server elsewhere.
struct OpenSource {
  /// Answers queries.
  let answering: any QueryAnswering
  /// Parses query requests.
  let parser: QueryParser
  /// What people call it: `local`, the cluster's name, or the server's host.
  let name: String
  /// The address of the server that answers; empty for a store.
  let address: String
  /// Lists titles and tags.
  let media: any MediaListing
  /// What knows what became of pings.
  let pings: any PingHistoryReading
  /// How long facts are retained, as far as it is known before the source has answered.
  let assumedRetention: Retention
  private let observing: any SourceObserving
  private let store: (any AnalyticsStore)?

  /// Opens what the settings name; a store that does not exist yet is an error.
  ///
  /// - Parameters:
  ///   - settings: The settings.
  ///   - followsState: Whether a server says by itself when there is something new, to someone who asks all the
  ///     time.
  ///   - deadline: How long a server may take to answer one request.
  /// - Throws: where the settings name none, or it can't be opened.
  init(
    _ settings: Settings,
    followsState: Bool = false,
    deadline: Duration = .seconds(10)
  ) throws {
    let environment = try settings.environment()
    let retention = try settings.retention(of: environment)
    let referrers = try settings.referrers()
    let bots = try settings.bots() ?? .all
    let cluster = try settings.clickHouse()
    if let remote = settings[.remote] {
      guard let url = URL(string: remote), let host = url.host(),
        ["http", "https"].contains(url.scheme)
      else {
        throw settings.refusal(
          of: .remote,
          "'\(remote)' is not the address of a server, such as http://127.0.0.1:8080"
        )
      }
      store = nil
      assumedRetention = retention
      // Only the server knows how long it retains facts.
      parser = QueryParser(
        retention: Retention(milliseconds: 100 * 365 * Milliseconds.day),
        referrers: referrers,
        bots: bots
      )
      let server = RemoteAnswering(
        url: remote,
        apiKey: settings[.apiKey],
        deadline: deadline,
        followsState: followsState
      ) { .now }
      (answering, media, observing, pings) = (server, server, server, server)
      name = url.port.map { "\(host):\($0)" } ?? host
      address = remote
    } else {
      let store = try openStore(settings, .reading)
      self.store = store
      assumedRetention = store.retention
      parser = QueryParser(retention: store.retention, referrers: referrers, bots: bots)
      answering = QueryEngine(backend: store, cacheBytes: try settings.cacheBytes().answers)
      (media, observing, pings) = (store, store, store)
      name = cluster?.name ?? "local"
      address = ""
    }
  }

  /// The source as the dashboard asks it.
  var forDashboard: DashboardSource {
    DashboardSource(answering: answering, observing: observing, media: media)
  }

  /// Closes the store.
  func close() {
    store?.closeAfterReading()
  }
}

/// What a subcommand does with a store.
enum StoreUse {
  /// It reads; the store has to exist.
  case reading
  /// It writes; the store and its folder are made where they don't exist.
  case writing
  /// The same for a server, which collects into it for long.
  case collecting
}

/// Opens the store that the settings name, whichever kind it is.
func openStore(_ settings: Settings, _ use: StoreUse) throws -> any ManagedStore {
  let environment = try settings.environment()
  return try openStore(settings, of: environment, use, cacheBytes: settings.cacheBytes().sums)
}

/// Opens the store of an environment.
func openStore(
  _ settings: Settings,
  of environment: StoreEnvironment,
  _ use: StoreUse,
  cacheBytes: Int,
  pingHistoryBytes: Int? = nil
) throws -> any ManagedStore {
  if let address = try settings.clickHouse() {
    return try openClickHouse(
      address.address(of: environment),
      of: environment,
      settings,
      use,
      cacheBytes: cacheBytes,
      pingHistoryBytes: pingHistoryBytes
    )
  }
  return try openStore(
    at: settings.storeFile(of: environment),
    use,
    retention: settings.retention(of: environment),
    extendsRetention: settings.isRetentionSet,
    cacheBytes: cacheBytes,
    pingHistoryBytes: pingHistoryBytes
  )
}

/// Opens the store that the settings name, which has to be a file.
func openStoreFile(_ settings: Settings, _ use: StoreUse) throws -> FactStore {
  let environment = try settings.environment()
  return try openStore(
    at: settings.storeFile(of: environment),
    use,
    retention: settings.retention(of: environment),
    extendsRetention: settings.isRetentionSet,
    cacheBytes: settings.cacheBytes().sums
  )
}

extension Settings {
  /// The store's file of an environment, for what works on a file alone.
  ///
  /// - Throws: where the data is elsewhere.
  func storeFile(of environment: StoreEnvironment) throws -> String {
    if try clickHouse() != nil {
      throw refusal(
        of: .clickhouse,
        "this works on a store file, not on a ClickHouse cluster; leave --clickhouse out"
      )
    }
    if self[.remote] != nil {
      throw refusal(
        of: .remote,
        "this works on a store, not on a remote server; leave --remote out"
      )
    }
    return storePath(of: environment)
  }
}

/// Opens the store at a path.
func openStore(
  at path: String,
  _ use: StoreUse,
  retention: Retention,
  extendsRetention: Bool = false,
  cacheBytes: Int,
  pingHistoryBytes: Int? = nil
) throws -> FactStore {
  if use != .reading { try makeFolder(ofStoreAt: path) }
  do {
    return try FactStore.open(
      at: path,
      options: StoreOptions(
        retention: retention,
        extendsRetention: extendsRetention,
        cacheBytes: cacheBytes,
        isReadOnly: use == .reading,
        pingHistoryBytes: pingHistoryBytes,
        now: { .now }
      )
    )
  } catch StoreError.missing(let path), StoreError.folderMissing(let path) {
    throw CommandError(
      "there is no store at \(path) yet; 'playhead serve' or 'playhead import' creates one, 'playhead demo' needs none"
    )
  }
}

/// Makes the folder of a store; only its owner may open what this makes.
func makeFolder(ofStoreAt path: String) throws(CommandError) {
  let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
  let failure = PrivateFiles.createFolder(at: folder)
  guard failure == 0 else {
    throw CommandError(
      "the folder \(folder) can't be made; choose another with --store (\(String(cString: strerror(failure))))"
    )
  }
}

extension AnalyticsStore {
  /// Closes a store that was only read: what fails then is a warning, for nothing can be lost.
  func closeAfterReading() {
    do {
      try close()
    } catch {
      StandardError.write("playhead: warning: closing the store failed: \(error)\n")
    }
  }

  /// Closes the store after work that is committed: what fails then is a warning, for nothing is lost.
  func closeAfterWork() {
    do {
      try close()
    } catch let error as StoreError where error.isOfLostFile {
      StandardError.write("playhead: warning: the store was not closed: \(error)\n")
    } catch {
      StandardError.write(
        "playhead: warning: everything is on disk, but closing the store failed: \(error)\n"
      )
    }
  }
}

extension StoreError {
  /// Whether the files are not those any more that were opened.
  fileprivate var isOfLostFile: Bool {
    switch self {
    case .gone, .logGone, .overwritten: true
    default: false
    }
  }
}
