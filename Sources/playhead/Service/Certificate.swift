import AnalyticsServer
import PlaybackFacts
import ServiceLifecycle

/// The server's TLS certificate; it is read again when its files change.
struct Certificate: Service {
  let encryption: any ConnectionEncryption
  /// Until when it is valid.
  let expiry: Timestamp
  /// Reads the files again if they changed, and reports what is wrong with them.
  fileprivate let refresh: @Sendable (Timestamp) -> String?
  /// Receives a sentence about what is wrong with the files.
  var report: @Sendable (String) -> Void = { StandardError.write("playhead: \($0)\n") }

  /// Checks the files every two seconds, until cancelled.
  func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        if let fault = refresh(.now) { report(fault) }
        // Only the end of the service interrupts it.
        try? await Task.sleep(for: .seconds(2))
      }
    }
  }
}

extension Settings {
  /// The certificate of the server; nil where it serves HTTP in plain text.
  func certificate() throws -> Certificate? {
    switch (self[.tlsCert], self[.tlsKey]) {
    case (nil, nil): return nil
    case (_?, nil):
      throw refusal(of: .tlsCert, "a certificate needs its private key: pass --tls-key as well")
    case (nil, _?):
      throw refusal(of: .tlsKey, "a private key needs its certificate: pass --tls-cert as well")
    case (let chain?, let key?):
      #if TLS
        do {
          let certificate = try ServerCertificate(chain: chain, key: key)
          return Certificate(encryption: certificate, expiry: certificate.expiry) {
            certificate.refresh(now: $0)
          }
        } catch {
          throw refusal(of: .tlsCert, error.description)
        }
      #else
        _ = (chain, key)
        throw refusal(
          of: .tlsCert,
          "this playhead is built without TLS; build it with 'swift build -c release --traits TLS', "
            + "or let a proxy such as nginx speak HTTPS"
        )
      #endif
    }
  }
}
