extension Playhead {
  /// The version of the program: what `--version`, `/metrics` and the package say.
  static let version = "0.1.0"
}
