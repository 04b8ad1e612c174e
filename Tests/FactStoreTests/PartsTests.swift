import Foundation
import Testing

/// What the comment of `FactStore` says of the parts, held against the code.
@Suite("Parts of the store")
struct PartsTests {
  private static let sources = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Sources/FactStore")

  /// The files of the module and what they say, by path in its folder.
  private static func files() throws -> [String: String] {
    let names = FileManager.default.enumerator(atPath: sources.path(percentEncoded: false))
    var files: [String: String] = [:]
    for case let name as String in try #require(names) where name.hasSuffix(".swift") {
      files[name] = try String(contentsOf: sources.appending(path: name), encoding: .utf8)
    }
    return files
  }

  /// The folder in which the SQL of a table stands; empty for that of the module.
  private static let folders = [
    "head": "", "journal": "Journal", "state": "Journal", "viewer_key": "Journal",
    "segment": "Segments", "segment_column": "Segments", "media_total": "Segments",
    "dictionary": "Values", "value_code": "Values", "new_value": "Values", "media": "Media",
    "retention": "Retention", "clock": "Retention", "doubtful_receipts": "Retention",
    "maintenance_lease": "Maintenance", "ledger": "Observing", "collector_minutes": "Observing",
    "import": "Import", "import_state": "Import", "imported_file": "Import",
    "api_key": "Access", "access_token": "Access",
  ]

  @Test func `the files to read first are there`() throws {
    let files = try Self.files()
    let comment = try #require(files["FactStore.swift"])
    let names = Set(files.keys.compactMap { $0.split(separator: "/").last.map(String.init) })

    let rows = comment.split(separator: "\n").filter { $0.hasPrefix("/// | ") }
    let named = rows.flatMap { row in row.matches(of: /`(?:\w+\/)?([\w+]+\.swift)`/).map(\.1) }

    #expect(named.count > 15)
    #expect(named.filter { !names.contains(String($0)) } == [])
  }

  @Test func `the SQL of a table stands in the folder of its part`() throws {
    // The journal's last row belongs to the head; a check trusts nobody; an import hands its states over; the
    // newest pings wait in the journal.
    let exceptions: Set = [
      "Head.swift journal", "Import/ImportTables.swift state",
      "PingHistory/PingHistoryTable.swift journal",
    ]
    var found: Set<String> = []
    var elsewhere: Set<String> = []
    for (name, text) in try Self.files() where !name.hasSuffix("StoreCheck.swift") {
      guard name != "Schema.swift" else { continue }
      let folder = name.contains("/") ? name.split(separator: "/").first.map(String.init) : ""
      for match in text.matches(of: /(?:FROM|INTO|UPDATE|UPDATE OR REPLACE) (?:main\.)?(\w+)/) {
        let table = String(match.1)
        guard let owner = Self.folders[table] else { continue }
        found.insert(table)
        if owner != folder { elsewhere.insert("\(name) \(table)") }
      }
    }

    #expect(found == Set(Self.folders.keys))
    #expect(elsewhere == exceptions)
  }

  @Test func `no part knows the store that it is a part of`() throws {
    for (name, text) in try Self.files() where !name.hasPrefix("FactStore") {
      let code = text.split(separator: "\n").filter { !$0.contains("//") }
      // What collectors count is named in the interface of the store.
      let uses = code.filter { $0.contains(/\bFactStore\b(?!\.LedgerEntry)/) }
      #expect(uses.allSatisfy { $0 == "extension FactStore {" }, "\(name)")
      #expect(uses.isEmpty || name == "Observing/LedgerTable.swift", "\(name)")
    }
  }
}
