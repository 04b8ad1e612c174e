import Dashboard
import Foundation
import TOMLKit

/// The file with a person's settings, which Playhead reads and never writes.
///
/// ```toml
/// theme = "nord"
///
/// [keys]                       # commands by the names of the help
/// pause = ["space", "f5"]
///
/// [sources]                    # more to choose from than the one that is opened
/// staging = "http://127.0.0.1:8081"
/// archive = "/srv/playhead/old.db"
/// hosted = { address = "https://example.org", api-key = "…" }
/// ```
struct SettingsFile: Sendable {
  /// A source that can be chosen on the screen.
  struct Source: Equatable, Sendable {
    /// The address of a server or the path of a store.
    var place: String
    /// The key for the server: the one of another server is never sent to it.
    var apiKey: String?

    /// Whether it is a server, and no store.
    var isServer: Bool { place.hasPrefix("http://") || place.hasPrefix("https://") }
  }

  /// The settings, as they are written.
  var values: [Setting: String] = [:]
  /// For the names of commands, the keys that they get instead of their own.
  var keys: [String: [String]] = [:]
  /// More sources to choose from, by the name people call them.
  var sources: [String: Source] = [:]

  /// Reads the file; one that does not exist sets nothing.
  static func read(_ path: String) throws -> SettingsFile {
    guard FileManager.default.fileExists(atPath: path) else { return SettingsFile() }
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw CommandError("\(path): can't be read as UTF-8 text")
    }
    return try parse(text, path: path)
  }

  /// Reads the text of a file; `path` is what errors call it.
  static func parse(_ text: String, path: String) throws -> SettingsFile {
    let table: TOMLTable
    do {
      table = try TOMLTable(string: text)
    } catch let error as TOMLParseError {
      let place = error.source.begin
      throw CommandError("\(path):\(place.line):\(place.column): \(error.description)")
    }
    var file = SettingsFile()
    for key in table.keys {
      if key == "keys", let keys = table[key]?.table {
        file.keys = try Self.keys(keys, path: path)
        continue
      }
      if key == "sources", let sources = table[key]?.table {
        file.sources = try Self.sources(sources, path: path)
        continue
      }
      guard let setting = Setting(rawValue: key) else {
        throw CommandError(
          "\(path): there is no setting '\(key)'\(suggestion(for: key)); 'playhead config' lists all"
        )
      }
      guard let value = table[key], let text = value.string ?? value.int.map(String.init) else {
        throw CommandError("\(path): \(key) must be a text or a whole number")
      }
      file.values[setting] = text
    }
    return file
  }

  private static func keys(_ table: TOMLTable, path: String) throws -> [String: [String]] {
    var keys: [String: [String]] = [:]
    for name in table.keys {
      let value = table[name]
      let several = value?.array.map { array in array.compactMap(\.string) }
      guard let texts = value?.string.map({ [$0] }) ?? several,
        value?.array == nil || value?.array?.count == texts.count
      else { throw CommandError("\(path): keys.\(name) must be a text or a row of texts") }
      keys[name] = texts
    }
    do {
      _ = try KeyMap(rebinding: keys)
    } catch {
      throw CommandError("\(path): \(error)")
    }
    return keys
  }

  private static func sources(_ table: TOMLTable, path: String) throws -> [String: Source] {
    var sources: [String: Source] = [:]
    for name in table.keys {
      let own = table[name]?.table
      let key = own?["api-key"]?.string
      guard let place = table[name]?.string ?? own?["address"]?.string, !place.isEmpty,
        own?.keys.allSatisfy(["address", "api-key"].contains) ?? true,
        own?["api-key"] == nil || key != nil
      else {
        throw CommandError(
          "\(path): sources.\(name) must be the address of a server, the path of a store, or { address = \"…\", api-key = \"…\" }"
        )
      }
      sources[name] = Source(place: place, apiKey: key)
    }
    return sources
  }

  private static func suggestion(for key: String) -> String {
    let near = Setting.allCases.map(\.rawValue).min { distance($0, key) < distance($1, key) }
    guard let near, distance(near, key) <= 2 else { return "" }
    return "; did you mean '\(near)'?"
  }

  /// The number of letters to add, drop or change to get from one word to the other.
  private static func distance(_ a: String, _ b: String) -> Int {
    var row = Array(0...b.count)
    for (i, x) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, y) in b.enumerated() {
        let change = diagonal + (x == y ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(change, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[b.count]
  }
}
