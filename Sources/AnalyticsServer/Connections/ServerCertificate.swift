#if TLS
  import Glibc
  package import NIOCore
  import NIOSSL
  public import PlaybackFacts
  import Synchronization
  import TextAndBytes

  /// The certificate and key of a server, from two files that are read again when they have changed.
  ///
  /// Connections that are open keep the certificate with which they began.
  public final class ServerCertificate: ConnectionEncryption {
    /// Why a server can't use its certificate.
    public struct Failure: Error, Hashable, CustomStringConvertible {
      /// One sentence that names the file.
      public let description: String
    }

    private struct State {
      var context: NIOSSLContext
      var expiry: Timestamp
      /// The files as they were when they were read last, well or not.
      var versions: [FileVersion?]
      var isExpiryReported = false
    }

    private let chainPath: String
    private let keyPath: String
    private let state: Mutex<State>

    /// Reads a PEM file with a chain of certificates, the server's own first, and one with its private key.
    ///
    /// - Throws: ``Failure`` where a file can't be read, or they don't belong together.
    public init(chain: String, key: String) throws(Failure) {
      chainPath = chain
      keyPath = key
      state = Mutex(try Self.read(chain: chain, key: key))
    }

    /// Until when it is valid.
    public var expiry: Timestamp { state.withLock(\.expiry) }

    /// Reads the files again if they have changed; those that can't be used change nothing.
    ///
    /// - Returns: What is wrong with them, once; nil where nothing is, or it was said.
    public func refresh(now: Timestamp) -> String? {
      let versions = [FileVersion(of: chainPath), FileVersion(of: keyPath)]
      if versions != state.withLock(\.versions) {
        do throws(Failure) {
          let new = try Self.read(chain: chainPath, key: keyPath)
          state.withLock { $0 = new }
        } catch {
          state.withLock { $0.versions = versions }
          return "\(error.description); the certificate before is used further"
        }
      }
      return state.withLock { state in
        guard !state.isExpiryReported, now >= state.expiry else { return nil }
        state.isExpiryReported = true
        return "the certificate in '\(chainPath)' has expired on \(state.expiry.atom); "
          + "clients refuse it until there is a new one"
      }
    }

    package func handler() throws -> any ChannelHandler {
      NIOSSLServerHandler(context: state.withLock(\.context))
    }

    private static func read(chain: String, key: String) throws(Failure) -> State {
      let versions = [FileVersion(of: chain), FileVersion(of: key)]
      let certificates: [NIOSSLCertificate]
      let privateKey: NIOSSLPrivateKey
      do {
        certificates = try NIOSSLCertificate.fromPEMFile(chain)
      } catch {
        throw Failure(description: unusable(chain, "certificates", versions[0]))
      }
      guard let own = certificates.first else {
        throw Failure(description: unusable(chain, "certificates", versions[0]))
      }
      do {
        privateKey = try NIOSSLPrivateKey(file: key, format: .pem)
      } catch {
        throw Failure(description: unusable(key, "private key", versions[1]))
      }
      var configuration = TLSConfiguration.makeServerConfiguration(
        certificateChain: certificates.map { .certificate($0) },
        privateKey: .privateKey(privateKey)
      )
      configuration.minimumTLSVersion = .tlsv12
      configuration.applicationProtocols = ["http/1.1"]
      do {
        return State(
          context: try NIOSSLContext(configuration: configuration),
          expiry: Timestamp(seconds: Int64(own.notValidAfter)),
          versions: versions
        )
      } catch NIOSSLError.failedToLoadPrivateKey {
        // It was read well before.
        throw Failure(
          description: "the key in '\(key)' does not belong to the certificate in '\(chain)'"
        )
      } catch {
        throw Failure(
          description:
            "the certificate in '\(chain)' and the key in '\(key)' can't be used: \(error)"
        )
      }
    }

    private static func unusable(_ path: String, _ what: String, _ version: FileVersion?) -> String
    {
      version == nil
        ? "the file '\(path)' can't be read: \(String(cString: strerror(errno)))"
        : "the file '\(path)' has no \(what) in PEM"
    }
  }
#endif
