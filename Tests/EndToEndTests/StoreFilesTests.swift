import Foundation
import Subprocess
import Testing

/// What happens to the files of a store beside the programs that have it open.
@Suite("Files of a store")
struct StoreFilesTests {
  private static func milliseconds() -> Int64 { Int64(Date().timeIntervalSince1970 * 1000) }

  /// Sends one ping each of new playbacks until `count` are acknowledged.
  private static func send(_ count: Int, to url: String, name: String = "p") async throws {
    let now = milliseconds()
    for number in 0..<count {
      let ping = WebPlayer(playback: "\(name)\(number)").pings(1, at: now)[0]
      #expect(try await HTTPAnswer.post(ping, to: url + "/watch").status == 204)
    }
  }

  private static func status(ofOnePing playback: String, to url: String) async throws -> UInt {
    let ping = WebPlayer(playback: playback).pings(1, at: milliseconds())[0]
    return try await HTTPAnswer.post(ping, to: url + "/watch").status
  }

  private static func mode(_ path: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    return (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0
  }

  @Test(arguments: ["-wal", "-shm"])
  func `pings that were acknowledged outlive the deletion of the log and a kill`(ending: String)
    async throws
  {
    try await World.with { world in
      let ended = try await world.serve(until: .kill) { url in
        try await Self.send(200, to: url)
        try FileManager.default.removeItem(atPath: world.path(World.usualStore) + ending)

        #expect(try await Self.status(ofOnePing: "late", to: url) == 503)
        #expect(try await HTTPAnswer.get(url + "/data/metrics/play/count").status == 503)
        let ready = try await HTTPAnswer.get(url + "/health/ready")
        #expect(ready.status == 503)
        #expect(ready.body.contains("was deleted while it was open"), "\(ready.body)")
      }

      #expect(ended.code == 128 + 9)
      #expect(try await world.output("store", "check").hasSuffix("is sound\n"))
      let count = try #require(Int(try await world.number("play", "count")))
      // The refused ping may be in the log: its player sends it again, and it counts once.
      #expect((200...201).contains(count))
    }
  }

  @Test func `a log that is deleted without a ping is told in the log of the server`() async throws
  {
    try await World.with { world in
      let ended = try await world.serve { url in
        try await Self.send(3, to: url)
        try FileManager.default.removeItem(atPath: world.path(World.usualStore) + "-wal")
        var ready = ""
        while !ready.hasPrefix("not ready") {
          ready = try await HTTPAnswer.get(url + "/health/ready").body
        }
      }

      #expect(ended.error.contains("was deleted while it was open"), "\(ended.error)")
      #expect(try await world.number("play", "count") == "3")
    }
  }

  @Test func `a backup that is copied over a running server's store stops it from writing`()
    async throws
  {
    try await World.with { world in
      let (store, backup) = (world.path(World.usualStore), world.path("backup.db"))
      _ = try await world.serve { url in
        try await Self.send(5, to: url)
        _ = try await world.output("store", "backup", backup)
        try await Self.send(20, to: url, name: "q")
        _ = try await world.shell("cp '\(backup)' '\(store)'")

        #expect(try await Self.status(ofOnePing: "late", to: url) == 503)
        #expect(try await HTTPAnswer.get(url + "/data/metrics/play/count").status == 503)
      }

      let refused = try await world.run("store", "check")
      #expect(refused.code == 1)
      #expect(refused.error.contains("playhead store restore"), "\(refused.error)")
      let restored = try await world.output("store", "restore", backup)
      #expect(restored.contains("is a copy of"))
      #expect(try await world.number("play", "count") == "5")
      #expect(try await world.output("store", "check").hasSuffix("is sound\n"))
    }
  }

  @Test func `a restore waits for nobody and mixes nothing`() async throws {
    try await World.with { world in
      let (store, backup) = (world.path(World.usualStore), world.path("backup.db"))
      try await world.serve(until: .kill) { url in
        try await Self.send(5, to: url)
        _ = try await world.output("store", "backup", backup)
        try await Self.send(20, to: url, name: "q")

        let refused = try await world.run("store", "restore", backup)
        #expect(refused.code == 1)
        #expect(refused.error.contains("is open in process"), "\(refused.error)")
        #expect(try await Self.status(ofOnePing: "more", to: url) == 204)
      }

      // The log of the killed server is still there.
      let output = try await world.output("store", "restore", backup)
      let former = try #require(
        output.split(separator: "\n").first { $0.hasPrefix("the former store is ") }
      )
      .dropFirst("the former store is ".count)
      #expect(try await world.number("play", "count") == "5")
      #expect(try await world.number("play", "count", "--store", String(former)) == "26")
      #expect(try Self.mode(store) == 0o600)
      #expect(try Self.mode(backup) == 0o600)
      try await world.serve { url in try await Self.send(2, to: url, name: "r") }
      #expect(try await world.number("play", "count") == "7")
    }
  }

  @Test func `a damaged backup is not restored unless that is meant`() async throws {
    try await World.with { world in
      try await world.fill()
      let backup = world.path("backup.db")
      _ = try await world.output("store", "backup", backup)
      var bytes = try world.bytes(of: "backup.db")
      // The beginning of the third page, which says of what kind it is.
      bytes.replaceSubrange(32_768..<32_776, with: Data(repeating: 0x78, count: 8))
      try world.write(bytes, to: "backup.db")

      let refused = try await world.run("store", "restore", backup)

      #expect(refused.code == 1)
      #expect(refused.errorLines.count == 1, "\(refused.error)")
      #expect(try await world.number("play", "count") == "3")
    }
  }

  @Test func `whatever the umask, only their owner may open files and folders`() async throws {
    try await World.with { world in
      let facts = try world.write(World.facts(), to: "facts.csv")
      let outcome = try await world.shell("umask 000; playhead import \(facts)")
      #expect(outcome.code == 0, "\(outcome)")

      let store = world.path(World.usualStore)
      #expect(try Self.mode(store) == 0o600)
      #expect(try Self.mode(URL(filePath: store).deletingLastPathComponent().path) == 0o700)
      #expect(try await world.run("store", "check").error.isEmpty)

      _ = try await world.shell("chmod 644 '\(store)'")
      let told = try await world.run("store", "check")
      #expect(told.code == 0)
      #expect(told.error.contains("every user of this machine can open"), "\(told.error)")
      #expect(try Self.mode(store) == 0o644)
    }
  }
}
