import AnalyticsSource
import ArgumentParser
import CellCanvas
import PlaybackFacts
import QueryCommandLine
import QueryCore

/// `playhead keys`: who may ask a server.
struct KeysCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys",
    abstract: "Create, list and revoke the API keys of an environment.",
    discussion: """
      From the first key on, a server answers nobody without one. A server that runs takes notice \
      within a second. Players need no key.

      Example: playhead keys create wall-display
      """,
    subcommands: [Create.self, List.self, Revoke.self]
  )

  /// `playhead keys create NAME`.
  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Create an API key and print it; it can't be shown again.",
      discussion: """
        The store has only the key's hash. Programs send the key as user name of HTTP Basic with an \
        empty password; playhead itself takes it from --api-key or PLAYHEAD_API_KEY.

        Example: playhead keys create wall-display --expires 90d
        """
    )

    @Argument(help: "What the key is for, such as wall-display.") var name: String
    @Option(help: "When it expires: 90d, 2027-01-31 or an ATOM date-time (default: never).")
    var expires: String?
    @OptionGroup var source: SourceOptions

    private static let longestName = 100

    func validate() throws {
      guard !name.isEmpty, name.count <= Self.longestName, name == name.scrubbed,
        name.contains(where: { !$0.isWhitespace && !$0.isNumber })
      else {
        throw ValidationError(
          "'\(name.scrubbed)' is not a name of 1 to \(Self.longestName) characters, such as wall-display"
        )
      }
      if let expires { _ = try expiry(expires, now: .now) }
    }

    func run() async throws {
      let now = Timestamp.now
      let expiresAt = try expires.map { try expiry($0, now: now) }
      let settings = try source.settings()
      let environment = try settings.environment()
      let store = try openStore(settings, .writing)
      let created = try await store.createKey(named: name, expiresAt: expiresAt, now: now)
      store.closeAfterWork()
      guard let created else {
        throw CommandError(
          "there is an active key '\(name)' already; revoke it first or choose another name"
        )
      }
      StandardOutput.write(created.secret + "\n")
      let validity = expiresAt.map { "valid until \($0.atom)" } ?? "valid until it is revoked"
      StandardError.write(
        "API key '\(name)' of \(environment.rawValue), \(validity); it can't be shown again\n"
      )
    }

    /// The instant that `--expires` means.
    private func expiry(_ text: String, now: Timestamp) throws -> Timestamp {
      let date = text.count == 10 ? Timestamp(atom: text + "T00:00:00Z") : nil
      let instant = LengthText.parse(text).map { now + $0 } ?? date ?? Timestamp(atom: text)
      guard let instant, instant > now else {
        throw ValidationError(
          "--expires '\(text)' is not a time in the future, such as 90d, 2027-01-31 or 2027-01-31T12:00:00+01:00"
        )
      }
      return instant
    }
  }

  /// `playhead keys list`.
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List API keys: name, expiry, last use; never the keys themselves.",
      discussion: "Example: playhead keys list --environment sandbox"
    )

    @OptionGroup var source: SourceOptions

    func run() async throws {
      let store = try openStore(try source.settings(), .reading)
      defer { store.closeAfterReading() }
      var table = TextTable([
        ("ID", .right), ("NAME", .left), ("STATE", .left), ("CREATED", .left),
        ("EXPIRES", .left), ("LAST USED", .left),
      ])
      for key in try await store.apiKeys() {
        table.add([
          "\(key.id)", key.name.scrubbed, key.state(at: .now).rawValue, key.createdAt.atom,
          key.expiresAt?.atom ?? "never", key.lastUsedAt?.atom ?? "never",
        ])
      }
      StandardOutput.write(table.text)
    }
  }

  /// `playhead keys revoke NAME|ID`.
  struct Revoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Revoke an API key for ever, with all tokens issued for it.",
      discussion: "Example: playhead keys revoke wall-display"
    )

    @Argument(
      help: ArgumentHelp("The key's name, or its number in 'keys list'.", valueName: "name")
    )
    var nameOrID: String
    @OptionGroup var source: SourceOptions

    func run() async throws {
      let settings = try source.settings()
      // Only a store that is there has keys to revoke.
      try openStore(settings, .reading).close()
      let store = try openStore(settings, .writing)
      let revoked = try await store.revokeKey(nameOrID, now: .now)
      store.closeAfterWork()
      guard let revoked else {
        throw CommandError(
          "there is no active key '\(nameOrID.scrubbed)'; 'playhead keys list' shows all"
        )
      }
      StandardOutput.tell("revoked '\(revoked.name.scrubbed)' (\(revoked.id))\n")
    }
  }
}
