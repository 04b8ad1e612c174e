import CellCanvas
import FoundationEssentials

/// The themes that can be chosen: the built-in ones and the files of one folder.
///
/// A file of the folder hides the built-in theme of the same name, and may inherit from it.
public struct ThemeLibrary: Sendable {
  private let directory: String?

  /// Looks for files named `<theme>.toml` in a directory, which need not exist.
  ///
  /// - Parameter directory: for example `~/.config/playhead/themes`; nil for built-in themes only.
  public init(directory: String? = nil) {
    self.directory = directory
  }

  /// The names of all themes: built-in ones in their own order, then files by name.
  public var names: [String] {
    let builtin = ThemeFile.builtin.map(\.name)
    let files = directory.flatMap { try? FileManager.default.contentsOfDirectory(atPath: $0) } ?? []
    let own = files.filter { $0.hasSuffix(".toml") }.map { String($0.dropLast(5)) }
    return builtin + own.filter { !builtin.contains($0) }.sorted()
  }

  /// Loads a theme and what it inherits.
  public func theme(named name: String) throws(ThemeError) -> Theme {
    if let own = try ownFile(named: name) {
      return Theme(name: name, looks: try resolve(own, inheritors: []))
    }
    let builtin = try builtinFile(named: name, for: nil)
    return Theme(name: name, looks: try resolve(builtin, inheritors: []))
  }

  private func resolve(
    _ file: ThemeFile,
    inheritors: [ThemeFile]
  ) throws(ThemeError) -> [ColorDepth: [Role: Look]] {
    let contents = try file.contents()
    let inheritors = inheritors + [file]
    guard let parent = contents.inherits ?? (file.isDefault ? nil : ThemeFile.defaultName) else {
      return contents.columns
    }
    let inherited = try resolve(
      try self.parent(named: parent, of: inheritors),
      inheritors: inheritors
    )
    return contents.columns.merging(inherited) { own, inherited in
      own.merging(inherited) { own, _ in own }
    }
  }

  /// The file a theme inherits from: a file that is already among the inheritors means the
  /// built-in theme of that name.
  private func parent(
    named name: String,
    of inheritors: [ThemeFile]
  ) throws(ThemeError) -> ThemeFile {
    if let own = try ownFile(named: name), !inheritors.contains(own) { return own }
    let builtin = try builtinFile(named: name, for: inheritors.last)
    guard !inheritors.contains(builtin) else {
      throw .circularInheritance(file: inheritors.last?.path ?? name, theme: name)
    }
    return builtin
  }

  private func ownFile(named name: String) throws(ThemeError) -> ThemeFile? {
    guard let directory, !name.contains("/") else { return nil }
    let path = "\(directory)/\(name).toml"
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    do {
      return ThemeFile(
        name: name,
        path: path,
        text: try String(contentsOfFile: path, encoding: .utf8)
      )
    } catch {
      throw .unreadable(file: path)
    }
  }

  private func builtinFile(
    named name: String,
    for inheritor: ThemeFile?
  ) throws(ThemeError) -> ThemeFile {
    if let file = ThemeFile.builtin.first(where: { $0.name == name }) { return file }
    if let inheritor {
      throw .unknownParent(
        file: inheritor.path,
        line: try inheritor.contents().inheritsLine,
        theme: name
      )
    }
    throw .unknownTheme(name: name, known: names)
  }
}
