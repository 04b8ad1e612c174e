import Foundation
import PlaybackFacts
import Subprocess
import SystemPackage
import Testing

@testable import ClickHouseStore

/// Real servers of ClickHouse on loopback, in a folder of their own; they end with the test.
struct TestServers {
  /// Of all servers; a single server is asked without the cluster.
  let address: ClickHouseAddress
  let folder: URL

  /// Whether there is a server to start.
  static let isInstalled = Process.succeeds(
    "sh",
    "-c",
    "PATH=$PATH:/usr/sbin command -v clickhouse-server"
  )

  /// Whether the newest version can be asked, as a library.
  static let hasNewest = Process.succeeds("python3", "-c", "import chdb.session")

  private static let script = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "ClickHouse/servers").path

  /// Servers of so many tests run at the same time: each takes 100 MB and dozens of threads.
  private static let turns = StatementLimit(2)

  /// Starts so many servers, makes the tables, and ends the servers after the body.
  static func run(
    shards: Int,
    _ body: @Sendable (TestServers) async throws -> Void
  ) async throws {
    try await turns.run { try await runNow(shards: shards, body) }
  }

  private static func runNow(
    shards: Int,
    _ body: (TestServers) async throws -> Void
  ) async throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "playhead-clickhouse-\(UInt64.random(in: .min ... .max))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let port = try await start(shards, in: folder)
    let servers = TestServers(
      address: ClickHouseAddress(
        nodes: (0..<shards).map { .init(host: "127.0.0.1", port: port + 3 * $0) },
        cluster: shards > 1 ? "playhead_test" : nil
      ),
      folder: folder
    )
    let result: Result<Void, any Error>
    do {
      try await ClickHouseStore.open(at: servers.address, options: options(nil)).migrate()
      result = .success(try await body(servers))
    } catch {
      result = .failure(error)
    }
    for number in 1...shards {
      // It may have been ended by the test.
      _ = try await call("kill", folder.path, "\(number)")
    }
    try FileManager.default.removeItem(at: folder)
    try result.get()
  }

  private static func start(_ shards: Int, in folder: URL) async throws -> Int {
    for _ in 0..<20 {
      let port = Int.random(in: 20_000...60_000)
      if try await call("start", folder.path, "\(shards)", "\(port)") == nil { return port }
    }
    let fault = try await call("start", folder.path, "\(shards)", "61000")
    try #require(fault == nil, "\(fault ?? "")")
    return 61_000
  }

  /// Calls the script; returns what it says where it fails.
  private static func call(_ arguments: String...) async throws -> String? {
    let result = try await Subprocess.run(
      .path("/bin/bash"),
      arguments: Arguments([script] + arguments),
      // They end with the tests, whatever ends these.
      environment: .inherit.updating(["OWNER": "\(ProcessInfo.processInfo.processIdentifier)"]),
      output: .discarded,
      error: .string(limit: 1 << 16)
    )
    return result.terminationStatus.isSuccess ? nil : result.standardError
  }

  /// Ends a server as a crash would; the first is 1.
  func kill(_ number: Int) async throws {
    let fault = try await Self.call("kill", folder.path, "\(number)")
    try #require(fault == nil, "\(fault ?? "")")
  }

  /// Sends a signal to a server.
  func signal(_ number: Int, _ signal: Int32) throws {
    let file = folder.appending(path: "\(number)/pid")
    let text = try String(contentsOf: file, encoding: .utf8)
    let pid = try #require(pid_t(text.filter(\.isNumber)))
    try #require(Foundation.kill(pid, signal) == 0)
  }

  /// Starts a server again on its data.
  func restart(_ number: Int) async throws {
    let fault = try await Self.call("restart", folder.path, "\(number)")
    try #require(fault == nil, "\(fault ?? "")")
  }

  /// Opens the tables, with an outbox.
  ///
  /// - Parameters:
  ///   - outbox: Its name in the folder.
  ///   - hasOthers: Whether it is one of several collectors.
  ///   - now: What its clock says.
  /// - Returns: the store.
  /// - Throws: ``ClickHouseError`` where its outbox can't be opened.
  func open(
    outbox: String = "outbox.db",
    hasOthers: Bool = false,
    now: Timestamp = noon
  ) throws -> ClickHouseStore {
    var options = Self.options(folder.appending(path: outbox).path)
    options.collectors = hasOthers ? 2 : 1
    options.handOver = .zero
    options.now = { now }
    return try ClickHouseStore.open(at: address, options: options)
  }

  private static func options(_ outbox: String?) -> ClickHouseOptions {
    // Beside other tests a statement may wait for long.
    ClickHouseOptions(outboxPath: outbox, statementSeconds: 300, now: { noon })
  }
}

extension Process {
  /// Runs a command of the search path, and says whether it succeeds.
  static func succeeds(_ command: String...) -> Bool {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = command
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    do { try process.run() } catch { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }
}
