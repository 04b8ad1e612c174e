import Foundation
import Glibc
import Logging
import PlaybackFacts
import Subprocess
import Synchronization
import Testing

@testable import playhead

@Suite("A server as a service")
struct ServiceTests {
  @Test func `a client that never ends does not keep a server from stopping`() async throws {
    try await World.with { world in
      // The request is still under way when the server stops, however busy the machine is.
      let ended = try await world.serve("--request-timeout", "1h") { url in
        // Its server has read the head before it asks for the body.
        try Self.leaveOpen(
          url,
          "POST /watch HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n",
          waitingFor: "HTTP/1.1 100 Continue\r\n\r\n"
        )
        #expect(try await HTTPAnswer.get(url + "/health/ready").body == "ready\n")
      }

      #expect(ended.code == 0)
      #expect(ended.error.contains("connections were closed before their requests had ended"))
    }
  }

  @Test func `a second signal ends a server at once`() async throws {
    try await World.with { world in
      let port = try Self.freePort()
      let outcome = try await world.shell(
        """
        playhead serve --listen 127.0.0.1:\(port) & server=$!
        until exec 3<>/dev/tcp/127.0.0.1/\(port); do sleep 0.05; done 2>/dev/null
        printf 'POST /watch HTTP/1.1\\r\\nHost: x\\r\\nExpect: 100-continue\\r\\nContent-Length: 9\\r\\n\\r\\n' >&3
        # The server has read the head before it asks for the body.
        read -r <&3
        # The first one is heard when nobody is let in any more.
        kill -TERM $server
        while (exec 4<>/dev/tcp/127.0.0.1/\(port)) 2>/dev/null; do sleep 0.05; done
        kill -TERM $server
        wait $server
        """
      )

      #expect(outcome.code == 128 + 15)
      #expect(!outcome.error.contains("did not stop"))
    }
  }

  @Test func `a demo whose address is taken says so and shows nothing`() async throws {
    try await World.with { world in
      let ended = try await world.serve { url in
        let address = String(url.dropFirst("http://".count))
        let demo = try await world.onTerminal("TERM=xterm playhead demo --listen \(address)")

        #expect(demo.code == 1)
        #expect(
          demo.output.trimmingCharacters(in: .whitespacesAndNewlines)
            == "playhead: another program already listens on \(address);"
            + " stop it or choose another address"
        )
      }
      #expect(ended.code == 0)
    }
  }

  @Test func `a server says when it is ready and when it stops`() async throws {
    try await World.with { world in
      let path = world.path("notify")
      let listener = try DatagramSocket(at: path)
      let exec = "NOTIFY_SOCKET=\(path) exec playhead serve --listen 127.0.0.1:0"
      async let outcome = world.shell("(\(exec)) & echo $! >\(world.path("pid")); wait $!")

      #expect(await listener.receive() == "READY=1")
      let pid = try String(decoding: world.bytes(of: "pid"), as: UTF8.self)
        .trimmingCharacters(in: .whitespacesAndNewlines)
      _ = try await world.shell("kill -TERM \(pid)")
      #expect(await listener.receive() == "STOPPING=1")
      #expect(try await outcome.code == 0)
    }
  }

  @Test func `a manager that can't be told is no reason to fail`() {
    #expect(ServiceManager(variables: [:]).tell(.ready))
    #expect(!ServiceManager(variables: ["NOTIFY_SOCKET": "/nonexistent/socket"]).tell(.ready))
    #expect(!ServiceManager(variables: ["NOTIFY_SOCKET": ""]).tell(.ready))
    let long = String(repeating: "x", count: 300)
    #expect(!ServiceManager(variables: ["NOTIFY_SOCKET": "/\(long)"]).tell(.ready))
  }

  @Test func `settings are read again on HUP, and what needs a restart is named`() async throws {
    try await World.with { world in
      try world.write("log-format = \"text\"\n", to: "config/playhead/config.toml")
      let port = try Self.freePort()
      let file = world.path("config/playhead/config.toml")
      let outcome = try await world.shell(
        """
        lines() { until [ "$(grep -c . log)" -ge "$1" ]; do sleep 0.05; done; }
        playhead serve --listen 127.0.0.1:\(port) 2>log & server=$!
        lines 1
        printf 'log-format = "json"\\nretention = "90d"\\ntheme = "light"\\n' >\(file)
        kill -HUP $server
        lines 3
        printf 'log-format = "xml"\\n' >\(file)
        kill -HUP $server
        lines 4
        kill -TERM $server
        wait $server
        cat log
        """
      )
      let lines = outcome.output.split(separator: "\n")

      #expect(outcome.code == 0)
      try #require(lines.count == 4, "\(outcome.output)")
      #expect(
        lines[0].contains(" info listening on http://127.0.0.1:\(port) environment=production")
      )
      #expect(lines[1].contains(#""level":"notice","logger":"playhead""#))
      #expect(lines[1].contains(#""message":"settings reloaded, in force now: log-format""#))
      #expect(lines[2].contains(#""level":"warning""#))
      #expect(lines[2].contains(#""message":"retention changed: takes effect after a restart""#))
      #expect(lines[3].contains(#""level":"error""#))
      #expect(lines[3].contains("is not text or json"))
    }
  }

  @Test func `limits, origins, token and bots change on HUP, and connections stay`() async throws {
    try await World.with { world in
      let file = try world.write("read-limit = 7\n", to: "config/playhead/config.toml")
      let port = try Self.freePort()
      let outcome = try await world.shell(
        """
        lines() { until [ "$(grep -c . log)" -ge "$1" ]; do sleep 0.05; done; }
        ask() {
          exec 4<>/dev/tcp/127.0.0.1/\(port)
          printf 'GET %s HTTP/1.0\\r\\nHost: localhost\\r\\n%b\\r\\n' "$1" "$2" >&4
          tr -d '\\r' <&4 | grep -iE "$3" | head -1 | grep . || echo none
        }
        all() {
          ask /data/state '' '^x-ratelimit-limit'
          ask /data/state 'Origin: https://a.example\\r\\n' '^access-control-allow-origin'
          ask /metrics '' '^HTTP'
          ask /metrics 'Authorization: Bearer a-token-of-sixteen\\r\\n' '^HTTP'
        }
        playhead serve --listen 127.0.0.1:\(port) 2>log & server=$!
        lines 1
        exec 3<>/dev/tcp/127.0.0.1/\(port)
        all
        printf 'read-limit = 9\\nping-limit = 1\\nbots = "exclude"\\nallow-data-origin = "https://a.example"\\n' >\(file)
        printf 'metrics-token = "a-token-of-sixteen"\\nbase-path = "/stats"\\n' >>\(file)
        kill -HUP $server
        lines 3
        all
        printf 'read-limit = 11\\nbase-path = "/data"\\n' >\(file)
        kill -HUP $server
        lines 4
        ask /data/state '' '^x-ratelimit-limit'
        printf 'GET /health/live HTTP/1.0\\r\\n\\r\\n' >&3
        head -1 <&3 | tr -d '\\r'
        kill -TERM $server
        wait $server
        tail -n +2 log
        """
      )
      let lines = outcome.output.split(separator: "\n").map(String.init)

      #expect(outcome.code == 0)
      try #require(lines.count == 13, "\(outcome)")
      #expect(
        lines[..<10].map { $0.lowercased() } == [
          "x-ratelimit-limit: 7", "none", "http/1.1 200 ok",
          "http/1.1 200 ok", "x-ratelimit-limit: 9",
          "access-control-allow-origin: https://a.example", "http/1.1 401 unauthorized",
          "http/1.1 200 ok", "x-ratelimit-limit: 9", "http/1.1 200 ok",
        ]
      )
      #expect(
        lines[10].hasSuffix(
          "notice settings reloaded, in force now: metrics-token, allow-data-origin, read-limit, ping-limit, bots"
        )
      )
      #expect(lines[11].hasSuffix("warning base-path changed: takes effect after a restart"))
      #expect(lines[12].contains("error settings not reloaded, nothing changed: "))
      #expect(lines[12].contains("/data"))
    }
  }

  @Test func `no line of the log has the address of a viewer, or a secret`() async throws {
    let token = "a-token-that-nobody-guesses"
    try await World.with(["PLAYHEAD_METRICS_TOKEN": token]) { world in
      let ended = try await world.serve("--log-level", "trace", "--log-format", "json") { url in
        let player = WebPlayer(playback: "p")
        try await player.send(player.pings(2, at: 1_700_000_000_000), to: url)
        _ = try await HTTPAnswer.post("{", to: url + "/watch")
        _ = try await HTTPAnswer.get(url + "/data/metrics/nothing/count")
        try Self.leaveOpen(url, "nonsense\r\n\r\n")
      }

      let lines = ended.errorLines.filter { !$0.contains("istening on") }
      #expect(lines.count > 5)
      #expect(!ended.error.contains(token))
      // The server's own is the same here.
      let ofOthers = lines.filter { !$0.contains("server at 127.0.0.1:0") }
      #expect(ofOthers.allSatisfy { !$0.contains("127.0.0.1") }, "\(ofOthers)")
      #expect(lines.allSatisfy { $0.hasPrefix("{\"time\":\"") && $0.hasSuffix("\"}") })
    }
  }

  // MARK: - Connections

  /// Opens a connection, sends a text, waits for what the server says, and leaves it open for as long as this process
  /// lives.
  private static func leaveOpen(
    _ url: String,
    _ text: String,
    waitingFor answer: String = ""
  ) throws {
    let port = UInt16(url.split(separator: ":").last ?? "") ?? 0
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let result = withUnsafePointer(to: address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        connect(descriptor, pointer, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    try #require(result == 0)
    try #require(send(descriptor, text, text.utf8.count, 0) == text.utf8.count)
    var buffer = [UInt8](repeating: 0, count: answer.utf8.count)
    let count =
      answer.isEmpty ? 0 : recv(descriptor, &buffer, buffer.count, Int32(MSG_WAITALL))
    try #require(String(decoding: buffer.prefix(max(0, count)), as: UTF8.self) == answer)
  }

  /// A port on which nobody listens.
  private static func freePort() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        _ = bind(descriptor, pointer, length)
        _ = getsockname(descriptor, pointer, &length)
      }
    }
    return Int(UInt16(bigEndian: address.sin_port))
  }
}

/// A socket of the file system that takes messages.
private struct DatagramSocket {
  private let descriptor: Int32

  init(at path: String) throws {
    descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
    let result = withUnsafePointer(to: address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        bind(descriptor, pointer, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    try #require(result == 0)
  }

  /// Waits for the next message, on a thread that nobody else needs.
  func receive() async -> String {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread {
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        let text = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
        continuation.resume(returning: text)
      }
    }
  }
}
