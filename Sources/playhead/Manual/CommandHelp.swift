import ArgumentParser
import Foundation

/// A command as its own help describes it, with its subcommands.
struct CommandHelp: Decodable {
  /// An option, flag or argument.
  struct Argument: Decodable {
    /// A spelling of it.
    struct Name: Decodable {
      let kind: String
      let name: String

      /// As it is typed: `--listen`, `-h`.
      var text: String { (kind == "long" ? "--" : "-") + name }
    }

    /// `positional`, `option` or `flag`.
    let kind: String
    let names: [Name]?
    let valueName: String?
    let abstract: String?
    let isOptional: Bool
    let isRepeating: Bool
    let shouldDisplay: Bool
  }

  let commandName: String
  let abstract: String?
  let discussion: String?
  let shouldDisplay: Bool
  let arguments: [Argument]?
  let subcommands: [CommandHelp]?

  /// The subcommands that people call.
  var children: [CommandHelp] {
    (subcommands ?? []).filter { $0.shouldDisplay && $0.commandName != "help" }
  }

  /// What is typed beside the command, but for `--help` and `--version`.
  var parameters: [Argument] {
    (arguments ?? []).filter { argument in
      argument.shouldDisplay
        && !(argument.names ?? []).contains { ["help", "version"].contains($0.name) }
    }
  }

  /// The paragraphs of the discussion without its examples.
  var paragraphs: [String] {
    (discussion ?? "").components(separatedBy: "\n\n")
      .map { $0.components(separatedBy: "\n").filter { !$0.hasPrefix(Self.example) } }
      .filter { !$0.isEmpty && $0 != [""] }
      .map { $0.joined(separator: "\n") }
  }

  /// The command lines of the examples.
  var examples: [String] {
    (discussion ?? "").components(separatedBy: "\n")
      .filter { $0.hasPrefix(Self.example) }
      .map { String($0.dropFirst(Self.example.count)) }
  }

  private static let example = "Example: "

  /// All commands.
  static func read() throws -> CommandHelp {
    struct Dump: Decodable {
      let command: CommandHelp
    }
    return try JSONDecoder().decode(Dump.self, from: Data(Playhead._dumpHelp().utf8)).command
  }
}
