/// Who may read without an API key.
public enum KeyRequirement: Hashable, Sendable {
  /// Everybody; a key that is shown all the same has to be valid.
  case never
  /// Everybody until there is a key in any environment, which suits a server that only its machine reaches.
  case onceThereAreAny
  /// Nobody.
  case always
}
