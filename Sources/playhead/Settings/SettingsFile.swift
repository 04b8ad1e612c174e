import Dashboard
import Foundation
import Glibc
import TextAndBytes

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
/// cluster = { clickhouse = "http://10.0.0.1:8123/playhead?cluster=main" }
/// ```
struct SettingsFile: Sendable {
  /// A source that can be chosen on the screen.
  struct Source: Equatable, Sendable {
    /// The address of a server or of a ClickHouse cluster, or the path of a store.
    var place: String
    /// The key for the server: the one of another server is never sent to it.
    var apiKey: String?

    /// Whether the address is that of a ClickHouse cluster.
    var isClickHouse = false

    /// Whether it is a Playhead server, and no store.
    var isServer: Bool { setting == .remote }

    /// The setting that names such a source.
    var setting: Setting {
      if isClickHouse { return .clickhouse }
      return place.hasPrefix("http://") || place.hasPrefix("https://") ? .remote : .store
    }
  }

  /// The settings, as they are written.
  var values: [Setting: String] = [:]
  /// For the names of commands, the keys that they get instead of their own.
  var keys: [String: [String]] = [:]
  /// More sources to choose from, by the name people call them.
  var sources: [String: Source] = [:]
  /// What is wrong in it, a sentence each; what is wrong sets nothing.
  private(set) var faults: [String] = []
  /// Those of them for which another source than was meant might be opened, and what they may hide.
  private(set) var sourceFaults: [(sentence: String, hidden: Set<Setting>)] = []

  /// Which say what source is opened.
  private static let sourceSettings = Setting.places.union([.environment])

  /// Where it is, or would be.
  let path: String

  /// Reads the file; one that does not exist sets nothing.
  init(_ path: String) {
    self.path = path
    // A file that may not even be seen is one that is not followed, which its owner should know.
    if access(path, R_OK) != 0 {
      let fault = errno
      if fault == ENOENT || fault == ENOTDIR { return }
      refuse("can't be read: \(String(cString: strerror(fault)))", hiding: Self.sourceSettings)
      return
    }
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      refuse("can't be read as UTF-8 text", hiding: Self.sourceSettings)
      return
    }
    read(text)
  }

  /// Reads the text of a file.
  init(_ path: String, text: String) {
    self.path = path
    read(text)
  }

  private mutating func read(_ text: String) {
    do {
      take(try TOMLTable(text: text))
    } catch {
      refuse(
        error.description,
        at: ":\(error.line):\(error.column)",
        hiding: Self.sourceSettings(namedIn: text)
      )
    }
  }

  private mutating func take(_ table: TOMLTable) {
    for (key, value) in table {
      if key == "keys", let keys = value.table {
        takeKeys(keys)
      } else if key == "sources", let sources = value.table {
        takeSources(sources)
      } else if let setting = Setting(rawValue: key) {
        if let text = value.text {
          values[setting] = text
        } else if setting.isTruth, let truth = value.boolean {
          values[setting] = "\(truth)"
        } else {
          refuse(
            "\(key) must be a text or a whole number",
            hiding: [setting]
          )
        }
      } else {
        let near = Self.setting(near: key)
        let suggestion = near.map { "; did you mean '\($0.rawValue)'?" } ?? ""
        refuse(
          "there is no setting '\(key)'\(suggestion); 'playhead config' lists all",
          hiding: near.map { [$0] } ?? []
        )
      }
    }
  }

  private mutating func refuse(
    _ fault: String,
    at place: String = "",
    hiding settings: Set<Setting> = []
  ) {
    let sentence = "\(path)\(place): \(fault)"
    faults.append(sentence)
    let hidden = settings.intersection(Self.sourceSettings)
    if !hidden.isEmpty { sourceFaults.append((sentence, hidden)) }
  }

  /// The source settings that lines of a broken file seem to set.
  private static func sourceSettings(namedIn text: String) -> Set<Setting> {
    let names = text.split(whereSeparator: \.isNewline).map { line in
      line.trimmingCharacters(in: .whitespaces).prefix { $0.isLetter || $0 == "-" }
    }
    return sourceSettings.filter { names.contains($0.rawValue[...]) }
  }

  private mutating func takeKeys(_ table: TOMLTable) {
    var asked: [String: [String]] = [:]
    for (name, value) in table {
      guard let texts = value.string.map({ [$0] }) ?? value.strings else {
        refuse("keys.\(name) must be a text or a row of texts")
        continue
      }
      asked[name] = texts
    }
    if (try? KeyMap(rebinding: asked)) != nil { return keys = asked }
    // One by one, to find the wrong one; `quit` first, since another command may get its key.
    for (name, texts) in asked.sorted(by: {
      ($0.key == "quit" ? "" : $0.key) < ($1.key == "quit" ? "" : $1.key)
    }) {
      var wanted = keys
      wanted[name] = texts
      do {
        _ = try KeyMap(rebinding: wanted)
        keys = wanted
      } catch {
        refuse("\(error)")
      }
    }
  }

  private mutating func takeSources(_ table: TOMLTable) {
    for (name, value) in table {
      let own = value.table
      if let own, own.keys.elementsEqual(["clickhouse"]), let address = own["clickhouse"]?.string {
        sources[name] = Source(place: address, isClickHouse: true)
        continue
      }
      let key = own?["api-key"]?.string
      guard let place = value.string ?? own?["address"]?.string, !place.isEmpty,
        own?.keys.allSatisfy(["address", "api-key"].contains) ?? true,
        own?["api-key"] == nil || key != nil
      else {
        refuse(
          "sources.\(name) must be the address of a server, the path of a store, { address = \"…\", api-key = \"…\" } or { clickhouse = \"…\" }"
        )
        continue
      }
      sources[name] = Source(place: place, apiKey: key)
    }
  }

  /// The setting that a misspelt name may mean.
  private static func setting(near key: String) -> Setting? {
    let near = Setting.allCases.min { distance($0.rawValue, key) < distance($1.rawValue, key) }
    return near.flatMap { distance($0.rawValue, key) <= 2 ? $0 : nil }
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
