import Foundation
import Subprocess
import SystemPackage

/// A place of its own in which the built program runs: its home, settings and store are in a new
/// folder, and nothing of the machine's user is seen.
struct World {
  /// What a finished run left behind.
  struct Outcome {
    /// The exit code; 128 and the signal's number where a signal ended it.
    let code: Int32
    let output: String
    let error: String
  }

  private let folder: URL
  private let variables: [String: String]

  /// Makes the folder, lets `body` work in it, and removes it.
  static func with<Result>(
    _ more: [String: String] = [:],
    _ body: (World) async throws -> Result
  ) async throws -> Result {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "playhead-\(UUID().uuidString)", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let own = [
      "HOME": folder.path, "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC",
      "XDG_CONFIG_HOME": folder.path + "/config", "XDG_DATA_HOME": folder.path + "/data",
      "XDG_STATE_HOME": folder.path + "/state", "SWIFT_BACKTRACE": "enable=no",
    ]
    return try await body(
      World(folder: folder, variables: own.merging(more, uniquingKeysWith: { $1 }))
    )
  }

  /// A file's path in the folder.
  func path(_ name: String) -> String { folder.appending(path: name).path }

  /// Writes a file into the folder and returns its path.
  @discardableResult
  func write(_ text: String, to name: String) throws -> String {
    let file = folder.appending(path: name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(),
      withIntermediateDirectories: true
    )
    try Data(text.utf8).write(to: file)
    return file.path
  }

  /// Runs the program to its end.
  func run(_ arguments: String..., input: String = "") async throws -> Outcome {
    try await run(Self.program, arguments, input: input)
  }

  /// Runs a line of shell in which `playhead` is the program.
  func shell(_ line: String) async throws -> Outcome {
    try await run(
      "/bin/bash",
      ["-c", "playhead() { \"\(Self.program)\" \"$@\"; }; \(line)"],
      input: ""
    )
  }

  /// Runs `playhead serve` on a free port of this machine while `body` talks to it.
  ///
  /// - Parameters:
  ///   - arguments: further options.
  ///   - body: gets the server's address and a function that sends it a signal.
  /// - Returns: how the server ended; it is asked to (TERM) when `body` is done.
  /// - Throws: what `body` throws.
  @discardableResult
  func serve(
    _ arguments: String...,
    body: (_ url: String, _ send: (Signal) throws -> Void) async throws -> Void
  ) async throws -> Outcome {
    let result = try await Subprocess.run(
      .path(FilePath(Self.program)),
      arguments: Arguments(["serve", "--listen", "127.0.0.1:0"] + arguments),
      environment: environment,
      workingDirectory: FilePath(folder.path),
      input: .none,
      output: .string(limit: 1 << 20),
      error: .sequence
    ) { execution in
      var lines: [String] = []
      for try await line in execution.standardError.strings() {
        lines.append(line)
        guard let start = line.range(of: "http://") else { continue }
        let url = line[start.lowerBound...].prefix { !$0.isWhitespace }
        do {
          try await body(String(url)) { try execution.send(signal: $0) }
        } catch {
          try execution.send(signal: .kill)
          throw error
        }
        // One that has ended already can't be asked any more.
        try? execution.send(signal: .terminate)
      }
      return lines.joined(separator: "\n")
    }
    return Outcome(
      code: Self.code(result.terminationStatus),
      output: result.standardOutput ?? "",
      error: result.closureResult
    )
  }

  private var environment: Subprocess.Environment {
    .custom(
      Dictionary(
        uniqueKeysWithValues: variables.map { (.init(stringLiteral: $0.key), $0.value) }
      )
    )
  }

  private func run(_ program: String, _ arguments: [String], input: String) async throws -> Outcome
  {
    let result = try await Subprocess.run(
      .path(FilePath(program)),
      arguments: Arguments(arguments),
      environment: environment,
      workingDirectory: FilePath(folder.path),
      input: .string(input),
      output: .string(limit: 64 << 20),
      error: .string(limit: 1 << 20)
    )
    return Outcome(
      code: Self.code(result.terminationStatus),
      output: result.standardOutput ?? "",
      error: result.standardError ?? ""
    )
  }

  private static func code(_ status: TerminationStatus) -> Int32 {
    switch status {
    case .exited(let code): code
    case .signaled(let signal): 128 + signal
    }
  }

  /// The program that the build has put beside the tests.
  private static let program: String = {
    let tests = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    return tests.deletingLastPathComponent().appending(path: "playhead").path
  }()
}
