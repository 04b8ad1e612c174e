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

    /// The lines of the standard error.
    var errorLines: [Substring] { error.split(separator: "\n") }
  }

  /// A run that should have succeeded and did not.
  struct Failure: Error, CustomStringConvertible {
    let description: String
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
    let countries = folder.appending(path: "countries.mmdb")
    try CountryDatabase.bytes.write(to: countries)
    let own = [
      "HOME": folder.path, "PATH": "\(programFolder):/usr/bin:/bin", "LC_ALL": "C.UTF-8",
      "TZ": "UTC",
      "XDG_CONFIG_HOME": folder.path + "/config", "XDG_DATA_HOME": folder.path + "/data",
      "XDG_STATE_HOME": folder.path + "/state", "SWIFT_BACKTRACE": "enable=no",
      "PLAYHEAD_COUNTRY_DATABASE": countries.path,
    ]
    return try await body(
      World(folder: folder, variables: own.merging(more, uniquingKeysWith: { $1 }))
    )
  }

  // MARK: - Files

  /// A file's path in the folder.
  func path(_ name: String) -> String { folder.appending(path: name).path }

  /// Writes a file into the folder and returns its path.
  @discardableResult
  func write(_ text: String, to name: String) throws -> String {
    try write(Data(text.utf8), to: name)
  }

  /// Writes a file into the folder and returns its path.
  @discardableResult
  func write(_ bytes: Data, to name: String) throws -> String {
    let file = folder.appending(path: name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(),
      withIntermediateDirectories: true
    )
    try bytes.write(to: file)
    return file.path
  }

  /// What a file in the folder holds.
  func bytes(of name: String) throws -> Data {
    try Data(contentsOf: folder.appending(path: name))
  }

  // MARK: - Runs

  /// Runs the program to its end.
  func run(_ arguments: String..., input: String = "") async throws -> Outcome {
    try await run(arguments, input: input)
  }

  /// Runs the program to its end.
  func run(_ arguments: [String], input: String = "") async throws -> Outcome {
    try await run(Self.program, arguments, input: input)
  }

  /// Runs the program to its end and returns what it printed.
  ///
  /// - Throws: ``Failure`` where it did not exit with 0, or said something on the standard error.
  func output(_ arguments: String..., input: String = "") async throws -> String {
    let outcome = try await run(arguments, input: input)
    guard outcome.code == 0, outcome.error.isEmpty else {
      throw Failure(description: "\(arguments): \(outcome)")
    }
    return outcome.output
  }

  /// Runs a line of shell in which `playhead` is the program.
  func shell(_ line: String) async throws -> Outcome {
    try await run("/bin/bash", ["-c", line], input: "")
  }

  /// Runs a line of shell on a terminal of its own, whose text becomes the output.
  func onTerminal(_ line: String) async throws -> Outcome {
    try await run("/usr/bin/script", ["-qec", line, "/dev/null"], input: "")
  }

  /// Runs the program with `input` on its standard input, and kills it when all but what fits into
  /// the pipe was read; the input doesn't end before.
  func runAndKill(_ arguments: String..., input: String) async throws -> Outcome {
    let result = try await Subprocess.run(
      .path(FilePath(Self.program)),
      arguments: Arguments(arguments),
      environment: environment,
      workingDirectory: FilePath(folder.path),
      input: .inputWriter,
      output: .string(limit: 1 << 20),
      error: .string(limit: 1 << 20)
    ) { execution in
      _ = try await execution.standardInputWriter.write(input)
      try execution.send(signal: .kill)
    }
    return Outcome(
      code: Self.code(result.terminationStatus),
      output: result.standardOutput,
      error: result.standardError
    )
  }

  /// Runs `playhead serve` on a free port of this machine while `body` talks to it.
  ///
  /// - Parameters:
  ///   - arguments: further options.
  ///   - signal: what ends the server when `body` is done.
  ///   - fileLimit: the size that no file of the server may exceed, in KiB.
  ///   - openFiles: how many files the server may have open at once.
  ///   - body: gets the server's address.
  /// - Returns: how the server ended.
  /// - Throws: what `body` throws; ``Failure`` where the server never listened.
  @discardableResult
  func serve(
    _ arguments: String...,
    until signal: Signal = .terminate,
    fileLimit: Int? = nil,
    openFiles: Int? = nil,
    body: (_ url: String) async throws -> Void
  ) async throws -> Outcome {
    let limit =
      (fileLimit.map { "ulimit -f \($0) && " } ?? "")
      + (openFiles.map { "ulimit -n \($0) && " } ?? "")
    let exec = "exec env \(Self.usualSignals)"
    let result = try await Subprocess.run(
      .path("/bin/bash"),
      arguments: Arguments(
        ["-c", "\(limit)\(exec) \"$@\"", "serve", Self.program, "serve", "--listen", "127.0.0.1:0"]
          + arguments
      ),
      environment: environment,
      workingDirectory: FilePath(folder.path),
      input: .none,
      output: .string(limit: 1 << 20),
      error: .sequence
    ) { execution in
      var lines: [String] = []
      var hasListened = false
      for try await line in execution.standardError.strings() {
        lines.append(line)
        guard !hasListened, let start = line.firstRange(of: /https?:\/\//) else { continue }
        hasListened = true
        do {
          try await body(
            String(line[start.lowerBound...].prefix { !$0.isWhitespace && !",\"".contains($0) })
          )
        } catch {
          try? execution.send(signal: .kill)
          throw error
        }
        try execution.send(signal: signal)
      }
      guard hasListened else { throw Failure(description: lines.joined(separator: "\n")) }
      return lines.joined(separator: "\n")
    }
    return Outcome(
      code: Self.code(result.terminationStatus),
      output: result.standardOutput,
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
      output: result.standardOutput,
      error: result.standardError
    )
  }

  private static func code(_ status: TerminationStatus) -> Int32 {
    switch status {
    case .exited(let code): code
    case .signaled(let signal): 128 + signal
    }
  }

  /// The option of `env` that undoes what whoever runs the tests ignores.
  static let usualSignals = "--default-signal=XFSZ,PIPE,INT"

  private static let program = programFolder + "/playhead"

  /// Where the build has put the program, beside the tests.
  private static let programFolder: String = {
    let tests = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    return tests.deletingLastPathComponent().path
  }()
}
