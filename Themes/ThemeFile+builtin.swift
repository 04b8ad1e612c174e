extension ThemeFile {
  /// The theme that others inherit from, unless they say otherwise.
  static let defaultName = "dark"

  /// The embedded files, in the order in which they are offered.
  static let builtin: [ThemeFile] = [
    embedded("dark", PackageResources.dark_toml),
    embedded("light", PackageResources.light_toml),
    embedded("high-contrast", PackageResources.high_contrast_toml),
    embedded("nord", PackageResources.nord_toml),
    embedded("gruvbox", PackageResources.gruvbox_toml),
    embedded("solarized", PackageResources.solarized_toml),
    embedded("mono", PackageResources.mono_toml),
  ]

  /// Whether it is the one that defines everything.
  var isDefault: Bool { self == Self.builtin.first { $0.name == Self.defaultName } }

  private static func embedded(_ name: String, _ bytes: [UInt8]) -> ThemeFile {
    ThemeFile(name: name, path: "\(name).toml", text: String(decoding: bytes, as: UTF8.self))
  }
}
