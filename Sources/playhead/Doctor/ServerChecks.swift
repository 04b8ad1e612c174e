import AnalyticsAPI
import AnalyticsClient
import AnalyticsServer
import Foundation

/// Checks of a server that runs: on this machine, and as others reach it.
struct ServerChecks {
  let apiKey: String?
  /// How long a server may take to answer.
  var deadline = Duration.seconds(5)

  /// Whether the server at an address of this machine is ready; its certificate is for its public name.
  func local(_ url: String) async -> Finding {
    let probe = ServerProbe(url: url, apiKey: apiKey, checksCertificate: false, deadline: deadline)
    do {
      let answer = try await probe.get("/health/ready")
      if answer.status == 200 { return .ok("server", "ready at \(url)") }
      let reason = answer.body.trimmingCharacters(in: .whitespacesAndNewlines)
      return .error(
        "server",
        answer.body.hasPrefix("not ready")
          ? "\(url): \(reason)" : "what answers at \(url) is not Playhead, or an older one",
        "its log says more: journalctl -u playhead"
      )
    } catch {
      return .warning("server", error.description.withoutDot, "start it: 'playhead serve'")
    }
  }

  /// Whether the public address reaches the server, and which headers arrive.
  func `public`(_ url: String) async -> [Finding] {
    if url.lowercased().hasPrefix("https:"), !ServerProbe.hasTLS {
      return [
        .warning(
          "public URL",
          "\(url) can't be asked: this playhead is built without TLS",
          "see whether 'curl \(url)/health/live' says live"
        )
      ]
    }
    let probe = ServerProbe(url: url, apiKey: apiKey, deadline: deadline)
    do {
      let answer = try await probe.get("/health/live")
      guard answer.status == 200, answer.body == "live\n" else {
        return [
          .error(
            "public URL",
            "what answers at \(url) is not Playhead (status \(answer.status))",
            "check where the proxy sends requests, and a path before /watch (--base-path)"
          )
        ]
      }
      return [
        .ok("public URL", "\(url) leads here"),
        Self.proxy(try await probe.get(Arrival.path), isLocal: Self.isLocal(url)),
      ]
    } catch {
      return [
        .error(
          "public URL",
          error.description.withoutDot,
          "check name, port, certificate, and that the proxy runs"
        )
      ]
    }
  }

  /// What the server's report on a request shows about the proxy in front of it.
  static func proxy(_ answer: ServerProbe.Answer, isLocal: Bool) -> Finding {
    if answer.status == 401 {
      return .warning(
        "proxy",
        "the server does not tell what arrives without a key",
        "pass --api-key or PLAYHEAD_API_KEY"
      )
    }
    guard let arrival = Arrival(json: Array(answer.body.utf8)) else {
      return .warning(
        "proxy",
        "the server does not tell what arrives (status \(answer.status))",
        "run the same version of playhead here and there"
      )
    }
    if arrival.sender != arrival.connection {
      return .ok(
        "proxy",
        "\(arrival.connection) is trusted; this request counts as from \(arrival.sender)"
      )
    }
    let told = arrival.fields.keys.sorted().joined(separator: ", ")
    if !told.isEmpty {
      return .warning(
        "proxy",
        "\(arrival.connection) sends \(told), but is not trusted: all viewers count as one",
        "pass --trusted-proxy \(arrival.connection) to 'playhead serve'"
      )
    }
    if !isLocal, ListenAddress(host: arrival.connection, port: 0).isLoopback {
      return .warning(
        "proxy",
        "requests come from \(arrival.connection) and don't say for whom: all viewers count as one",
        "have the proxy set X-Forwarded-For, and pass --trusted-proxy \(arrival.connection)"
      )
    }
    return .ok("proxy", "none: requests come from \(arrival.connection)")
  }

  private static func isLocal(_ url: String) -> Bool {
    let host = URL(string: url)?.host() ?? ""
    return ListenAddress(host: host, port: 0).isLoopback
  }
}

extension String {
  /// A sentence as a part of another.
  var withoutDot: String { hasSuffix(".") ? String(dropLast()) : self }
}
