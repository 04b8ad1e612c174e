import Foundation
import Glibc
import Testing

@Suite("In the network")
struct NetworkTests {
  private static let addresses = ["192.0.2.7", "198.51.100.7", "203.0.113.7"]

  private static func ping(_ playback: String) -> String {
    let now = Int64(Date().timeIntervalSince1970 * 1000)
    return WebPlayer(playback: playback).pings(1, at: now)[0]
  }

  private static func post(_ body: String, _ path: String, for address: String) -> String {
    """
    POST \(path) HTTP/1.0\r\nUser-Agent: \(WebPlayer.phone)\r\nX-Forwarded-For: \(address)\r\n\
    Content-Length: \(body.utf8.count)\r\n\r\n\(body)
    """
  }

  /// Two playbacks of each of three viewers.
  private static func sendViewers(to url: String, below path: String = "") throws {
    for (number, address) in addresses.enumerated() {
      for playback in 0..<2 {
        let body = ping("p\(number)-\(playback)")
        let answer = try Connection(url).exchange(post(body, path + "/watch", for: address))
        #expect(answer.hasPrefix("HTTP/1.1 204 "))
      }
    }
  }

  @Test func `viewers behind a trusted proxy are told apart, with their countries`() async throws {
    try await World.with { world in
      let networks = "10.0.0.0/8,127.0.0.1"
      let ended = try await world.serve("--trusted-proxy", networks) { url in
        try Self.sendViewers(to: url)

        let countries = try await HTTPAnswer.get("\(url)/data/buckets/play/country")
        for country in ["CH", "DE", "unknown"] {
          #expect(countries.body.contains(#"{"metricValue":2,"dimensionValue":"\#(country)"}"#))
        }
        let views = try await HTTPAnswer.get(
          "\(url)/data/metrics/view/count?unique=true&viewDuration=3s"
        )
        #expect(views.body.hasSuffix(#""data":3}"#))
      }
      #expect(ended.code == 0)
    }
  }

  @Test func `without trust a header says nothing`() async throws {
    try await World.with { world in
      let ended = try await world.serve { url in
        try Self.sendViewers(to: url)

        let countries = try await HTTPAnswer.get("\(url)/data/buckets/play/country")
        #expect(countries.body.contains(#""data":[{"metricValue":6,"dimensionValue":"unknown"}]"#))
        let views = try await HTTPAnswer.get(
          "\(url)/data/metrics/view/count?unique=true&viewDuration=3s"
        )
        #expect(views.body.hasSuffix(#""data":1}"#))
      }
      #expect(ended.code == 0)
    }
  }

  @Test func `a base path from the settings stands before everything`() async throws {
    try await World.with { world in
      try world.write("base-path = \"/stats\"", to: "config/playhead/config.toml")
      try await world.serve { url in
        #expect(url.hasSuffix("/stats"))
        try Self.sendViewers(to: String(url.dropLast("/stats".count)), below: "/stats")

        let queried = try await world.output("query", "metrics", "play", "count", "--remote", url)
        #expect(queried.contains("6"))
      }
    }
  }

  @Test func `more idle connections than files end nothing, and leave files to the store`()
    async throws
  {
    try await World.with { world in
      let ended = try await world.serve(openFiles: 160) { url in
        var idle: [Connection] = []
        for _ in 0..<300 { idle.append(try Connection(url)) }
        // Of 160, half are for connections; the others were refused.
        let isRefused = Connection.areReadable(idle, atLeast: 220)
        #expect(isRefused.count(where: \.self) == 220)

        let open = try #require(zip(idle, isRefused).first { !$0.1 }?.0)
        let body = Self.ping("p")
        let answer = try open.exchange(Self.post(body, "/watch", for: "192.0.2.1"))
        #expect(answer.hasPrefix("HTTP/1.1 204 "))
        for connection in idle { connection.end() }

        let plays = try await HTTPAnswer.get("\(url)/data/metrics/play/count")
        #expect(plays.body.hasSuffix(#""data":1}"#))
      }

      #expect(ended.code == 0)
      #expect(ended.error.contains("80 connections are open, the most there may be"))
    }
  }

  @Test(arguments: [
    (["--trusted-proxy", "example.org"], "'example.org' is not an address or network"),
    (["--trusted-proxy", "10.0.0.0/40"], "'10.0.0.0/40' is not an address or network"),
    (["--country-header", "a b"], "'a b' is not the name of an HTTP header"),
    (["--base-path", "/data"], "'/data' is not a base path"),
    (["--idle-timeout", "0s"], "idle-timeout '0s' (option) is not a time of an hour at most"),
    (
      ["--request-timeout", "2h"], "request-timeout '2h' (option) is not a time of an hour at most"
    ),
    (["--tls-cert", "x.pem"], "pass --tls-key as well"),
    (["--tls-key", "x.pem"], "pass --tls-cert as well"),
  ])
  func `what can't be meant is wrong usage, in one sentence`(
    options: [String],
    sentence: String
  ) async throws {
    try await World.with { world in
      let outcome = try await world.run(["serve", "--listen", "127.0.0.1:0"] + options)

      #expect(outcome.code == 2)
      #expect(outcome.error.contains(sentence), "\(outcome.error)")
      #expect(outcome.errorLines.count == 1)
    }
  }

  @Test func `files for HTTPS are used, or it is said how to build what can`() async throws {
    try await World.with { world in
      let outcome = try await world.run(
        ["serve", "--listen", "127.0.0.1:0", "--tls-cert", "none.pem", "--tls-key", "none.pem"]
      )

      #expect(outcome.code == 2)
      #if TLS
        #expect(outcome.error.contains("the file 'none.pem' can't be read: No such file"))
      #else
        #expect(outcome.error.contains("--traits TLS"))
      #endif
    }
  }
}

/// A connection to a server of this machine, on which bytes go out as they are.
private final class Connection {
  struct Failure: Error {}

  private let socket: Int32

  /// Connects to the server of a URL.
  init(_ url: String) throws {
    guard let port = URLComponents(string: url)?.port else { throw Failure() }
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(port).bigEndian)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else { throw Failure() }
  }

  deinit { close(socket) }

  /// Ends it from this side.
  func end() { shutdown(socket, Int32(SHUT_RDWR)) }

  /// Which connections have something to read, or their end, once so many do.
  static func areReadable(_ connections: [Connection], atLeast count: Int) -> [Bool] {
    var polled = connections.map { pollfd(fd: $0.socket, events: Int16(POLLIN), revents: 0) }
    // Half a minute at most, on a busy machine.
    for _ in 0..<300 {
      poll(&polled, nfds_t(polled.count), 100)
      if polled.count(where: { $0.revents != 0 }) >= count { break }
      usleep(100_000)
    }
    return polled.map { $0.revents != 0 }
  }

  /// Sends all of `text`, and reads until the server ends the connection.
  func exchange(_ text: String) throws -> String {
    let bytes = Array(text.utf8)
    guard send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
      throw Failure()
    }
    var answer: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = recv(socket, &part, part.count, 0)
      guard count > 0 else { return String(decoding: answer, as: UTF8.self) }
      answer += part[..<count]
    }
  }
}
