import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix

#if TLS
  import NIOSSL
#endif

/// Why a request got no answer, or only part of one.
package enum HTTPFailure: Error, Hashable {
  /// The name of the host has no address.
  case noSuchHost
  /// The system could not connect, or lost the connection: its `errno`.
  case system(CInt)
  /// Connecting took too long.
  case connectTimeout
  /// The address begins with `https`, and this build has no TLS.
  case noTLS
  /// The two sides could not agree on an encrypted connection; in the words of the library.
  case handshake(String)
  /// The connection was closed before the request was handed to it: nothing was sent.
  case notSent
  /// The server closed the connection before its answer began.
  case closedBeforeAnswer
  /// The server closed the connection in the middle of its answer.
  case closedInAnswer
  /// The answer is longer than its reader allows.
  case tooLong
  /// What came back is not HTTP; in the words of the library.
  case malformed(String)
  /// The task that asked was cancelled.
  case cancelled

  /// Whether the request may have got to the server.
  package var mayHaveArrived: Bool {
    switch self {
    case .noSuchHost, .system(ECONNREFUSED), .connectTimeout, .noTLS, .handshake, .notSent: false
    case .system, .closedBeforeAnswer, .closedInAnswer, .tooLong, .malformed, .cancelled: true
    }
  }

  /// Whether it is for want of something in this process or on this machine.
  package var isLocal: Bool {
    switch self {
    case .system(EMFILE), .system(ENFILE), .system(EADDRNOTAVAIL), .system(ENOBUFS),
      .system(ENOMEM),
      .cancelled:
      true
    default: false
    }
  }

  /// What an error of NIO means.
  package init(_ error: any Error) {
    switch error {
    case let error as HTTPFailure: self = error
    case is CancellationError: self = .cancelled
    case let error as IOError: self = .system(error.errnoCode)
    case let error as NIOConnectionError:
      self = error.connectionErrors.first.map { Self($0.error) } ?? .noSuchHost
    case ChannelError.connectTimeout: self = .connectTimeout
    case is ChannelError, HTTPParserError.invalidEOFState: self = .closedInAnswer
    default:
      #if TLS
        if let failure = Self(encryption: error) {
          self = failure
          return
        }
      #endif
      self = .malformed("\(error)")
    }
  }

  #if TLS
    private init?(encryption error: any Error) {
      switch error {
      case NIOSSLError.uncleanShutdown: self = .closedInAnswer
      case NIOSSLError.handshakeFailed(let cause): self = .handshake("\(cause)")
      case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError: self = .handshake("\(error)")
      default: return nil
      }
    }
  #endif
}

extension HTTPFailure: CustomStringConvertible {
  /// A clause that goes on from `… can't be reached:`.
  package var description: String {
    switch self {
    case .noSuchHost: "there is no such host"
    case .system(let code): String(cString: strerror(code)).lowercased()
    case .connectTimeout: "connecting took too long"
    case .noTLS:
      """
      this build has no TLS; build it with `swift build -c release --traits TLS`, or install the \
      Debian package
      """
    case .handshake(let words) where words.contains("CERTIFICATE_VERIFY_FAILED"):
      "its certificate is not trusted by this machine"
    case .handshake(let words): "no encrypted connection (\(words))"
    case .notSent, .closedBeforeAnswer: "it closed the connection without an answer"
    case .closedInAnswer: "it closed the connection in the middle of its answer"
    case .tooLong: "its answer is too long"
    case .malformed(let words): "its answer is not HTTP (\(words))"
    case .cancelled: "the request was cancelled"
    }
  }
}
