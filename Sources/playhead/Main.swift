import ArgumentParser
import Glibc

/// Parses the command line and runs one subcommand.
///
/// The main thread is never given to the concurrency runtime: it belongs to the terminal, whose
/// owner must receive the signals of the process. Asynchronous subcommands run beside it.
@main
enum Main {
  static func main() {
    // A reader that leaves early (`playhead query … | head`) must not look like a crash.
    signal(SIGPIPE, SIG_IGN)
    // Nor a file that may not grow: its writer is told.
    signal(SIGXFSZ, SIG_IGN)
    do {
      var command = try Playhead.parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try waitFor { try await asynchronous.run() }
      } else {
        try command.run()
      }
      leave(nil)
    } catch {
      leave(error)
    }
  }

  /// Ends the process with the exit code that the manual promises: 0, 1, 2 or 130.
  static func leave(_ error: (any Error)?) -> Never {
    guard let error, !(error is OutputClosed) else {
      fflush(nil)
      exit(0)
    }
    let code = Playhead.exitCode(for: error)
    if error is ValidationError {
      // Found while running: which subcommand it was is not known any more.
      StandardError.write("playhead: \(error)\n")
    } else if code == .success || code == .validationFailure {
      let text = Playhead.fullMessage(for: error)
      code == .success ? StandardOutput.write(text + "\n") : StandardError.write(text + "\n")
    } else if let failure = error as? ExitCode {
      exit(failure.rawValue)
    } else {
      StandardError.write("playhead: \(error)\n")
    }
    exit(code == .success ? 0 : code == .validationFailure ? 2 : 1)
  }
}
