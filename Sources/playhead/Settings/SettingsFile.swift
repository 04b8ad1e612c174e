import Foundation
import TOMLKit

/// The file with a person's settings, which Playhead reads and never writes.
enum SettingsFile {
  /// Reads the file; one that does not exist sets nothing.
  static func read(_ path: String) throws -> [Setting: String] {
    guard FileManager.default.fileExists(atPath: path) else { return [:] }
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw CommandError("\(path): can't be read as UTF-8 text")
    }
    return try parse(text, path: path)
  }

  /// Reads the text of a file; `path` is what errors call it.
  static func parse(_ text: String, path: String) throws -> [Setting: String] {
    let table: TOMLTable
    do {
      table = try TOMLTable(string: text)
    } catch let error as TOMLParseError {
      let place = error.source.begin
      throw CommandError("\(path):\(place.line):\(place.column): \(error.description)")
    }
    var values: [Setting: String] = [:]
    for key in table.keys {
      guard let setting = Setting(rawValue: key) else {
        throw CommandError(
          "\(path): there is no setting '\(key)'\(suggestion(for: key)); 'playhead config' lists all"
        )
      }
      guard let value = table[key], let text = value.string ?? value.int.map(String.init) else {
        throw CommandError("\(path): \(key) must be a text or a whole number")
      }
      values[setting] = text
    }
    return values
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
