import Foundation
import Testing

@Suite("Unusable stores")
struct BadStoreTests {
  /// What lies where the store should be, and what is said of it.
  enum Case: CaseIterable {
    case missing, folder, foreign, empty, truncated, newer, unreachable

    var sentence: String {
      switch self {
      case .missing: "there is no store at"
      case .folder: "is a folder; name the store's file in it."
      case .foreign, .empty: "is not a Playhead store; it was left as it is."
      case .truncated: "is shorter than it should be; 'playhead store restore BACKUP' replaces it."
      case .newer: "supports formats up to 6; use a newer one."
      case .unreachable: "there is no store at /proc/none/"
      }
    }

    /// Puts it there.
    func make(in world: World) async throws -> String {
      let path = world.path("test.db")
      switch self {
      case .missing: break
      case .unreachable: return "/proc/none/test.db"
      case .folder: try world.write("", to: "test.db/file")
      case .foreign: try world.write("Dear diary,\n", to: "test.db")
      case .empty: try world.write("", to: "test.db")
      case .truncated:
        try await world.fill("test.db")
        let bytes = try world.bytes(of: "test.db")
        try world.write(bytes.prefix(bytes.count / 2), to: "test.db")
      case .newer:
        try await world.fill("test.db")
        var bytes = try world.bytes(of: "test.db")
        // The version of the format is a big-endian number at byte 60.
        bytes[60 + 3] += 1
        try world.write(bytes, to: "test.db")
      }
      return path
    }
  }

  @Test(arguments: Case.allCases)
  func `reading says what is wrong`(store: Case) async throws {
    try await World.with { world in
      let path = try await store.make(in: world)
      for line in [
        "query metrics play count", "dash --once", "export facts", "store info", "store check",
        "store backup copy.db",
      ] {
        let outcome = try await world.run("\(line) --store \(path)".words)

        #expect(outcome.code == 1, "\(line)")
        #expect(outcome.output.isEmpty)
        #expect(outcome.errorLines.count == 1, "\(outcome.error)")
        #expect(outcome.error.hasPrefix("playhead: "))
        #expect(outcome.error.contains(store.sentence), "\(outcome.error)")
      }
    }
  }

  @Test(arguments: [Case.folder, .foreign, .truncated, .newer, .unreachable])
  func `writing says what is wrong and leaves it as it is`(store: Case) async throws {
    try await World.with { world in
      let path = try await store.make(in: world)
      let before = try? world.bytes(of: "test.db")
      let facts = try world.write(World.facts(), to: "facts.csv")
      for arguments in [
        ["import", facts], ["serve", "--listen", "127.0.0.1:0"],
        ["simulate", "--days", "1", "--facts", "100"], ["store", "compact"],
      ] {
        let outcome = try await world.run(arguments + ["--store", path])

        #expect(outcome.code == 1, "\(arguments)")
        #expect(outcome.output.isEmpty)
        #expect(outcome.errorLines.count == 1, "\(outcome.error)")
        #expect(outcome.error.hasPrefix("playhead: "))
        let sentence = store == .unreachable ? "can't be made; choose another" : store.sentence
        #expect(outcome.error.contains(sentence), "\(outcome.error)")
        #expect((try? world.bytes(of: "test.db")) == before)
      }
    }
  }

  @Test func `a damaged store is found out and nothing dies of it`() async throws {
    try await World.with { world in
      let path = world.path("test.db")
      try await world.fill("test.db")
      let sound = try world.bytes(of: "test.db")
      // Each page of 16 KiB but the first, which says what the file is.
      for page in stride(from: 16_384, to: sound.count, by: 16_384) {
        var bytes = sound
        for offset in page + 100..<page + 400 { bytes[offset] ^= 0x5a }
        try world.write(bytes, to: "test.db")

        let checked = try await world.run("store", "check", "--store", path)
        #expect(checked.code == 0 || checked.code == 1, "\(page): \(checked)")
        if checked.code == 1 {
          #expect(checked.error.hasPrefix("playhead: "))
          #expect(checked.errorLines.count == 1, "\(checked.error)")
        }
        let queried = try await world.run("query", "metrics", "play", "count", "--store", path)
        #expect(queried.code == 0 || queried.code == 1, "\(page): \(queried)")
        if queried.code == 0, queried.output != "Plays  3\n" {
          #expect(checked.code == 1, "\(page): \(queried.output)")
        }
      }
    }
  }
}
