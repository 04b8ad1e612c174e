/// Why a subcommand failed, as the sentence that the user reads.
struct CommandError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}
