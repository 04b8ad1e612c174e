import Foundation
import Logging
import Testing

@testable import playhead

@Suite("The Debian package")
struct PackageTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appending(path: "../../.debian").standardized

  private static func text(of name: String) throws -> String {
    try String(contentsOf: folder.appending(path: name), encoding: .utf8)
  }

  @Test func `has settings that are understood, the commented ones as well`() throws {
    #expect(SettingsFile(Self.folder.appending(path: "config.toml").path).faults == [])
    let lines = try Self.text(of: "config.toml").split(separator: "\n")
    let names = lines.compactMap { line -> String? in
      let words = line.drop { "# ".contains($0) }.split(separator: " ", maxSplits: 2)
      return words.count == 3 && words[1] == "=" ? String(words[0]) : nil
    }

    #expect(names.count > 5)
    for name in names { #expect(Setting(rawValue: name) != nil, "\(name)") }
  }

  @Test func `has a unit that waits for readiness and stops in time`() throws {
    let unit = try Self.text(of: "playhead.service").split(separator: "\n")
    func value(_ name: String) -> Substring? {
      unit.first { $0.hasPrefix("\(name)=") }.map { $0.dropFirst(name.count + 1) }
    }

    #expect(value("Type") == "notify")
    #expect(value("ExecStart") == "/usr/bin/playhead serve")
    let limit = try #require(value("TimeoutStopSec").flatMap { Int($0) })
    let run = ServiceRun(services: [], logger: .init(label: "test"))
    #expect(.seconds(limit) > run.limit)
    for name in ["NoNewPrivileges", "ProtectHome", "PrivateTmp", "MemoryDenyWriteExecute"] {
      #expect(value(name) == "yes")
    }
  }
}
