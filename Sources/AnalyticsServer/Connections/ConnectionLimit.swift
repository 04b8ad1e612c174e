import Glibc
import Logging
import NIOCore
import Synchronization

/// How many connections may be open at once.
///
/// Each takes a file of the process. Without a limit, thousands of idle ones would leave none for the store, and
/// nothing could be accepted any more. For one too many, the idlest is closed; where none is idle, the new one is
/// answered with a 503 and closed.
final class ConnectionLimit: Sendable {
  private let most: Int
  private let connections: OpenConnections
  private let logger: Logger
  private let report = Mutex((dropped: 0, refused: 0, lastReport: NIODeadline?.none))

  /// The shortest time between two reports.
  static let reportInterval = TimeAmount.seconds(60)

  init(_ most: Int, of connections: OpenConnections, logger: Logger) {
    self.most = most
    self.connections = connections
    self.logger = logger
  }

  /// Makes room for a connection that was added to the others.
  ///
  /// - Returns: whether there is room for it.
  func admit(at now: NIODeadline) -> Bool {
    guard connections.count > most else { return true }
    let isAdmitted = connections.dropIdlest(at: now)
    let counts = report.withLock { report -> (dropped: Int, refused: Int)? in
      if isAdmitted { report.dropped += 1 } else { report.refused += 1 }
      if let last = report.lastReport, now < last + Self.reportInterval { return nil }
      report.lastReport = now
      defer { (report.dropped, report.refused) = (0, 0) }
      return (report.dropped, report.refused)
    }
    if let counts {
      logger.warning(
        "\(most) connections are open, the most there may be; closed \(counts.dropped) idle ones and refused \(counts.refused) more. The limit of open files (ulimit -n, LimitNOFILE=) decides how many there may be"
      )
    }
    return isAdmitted
  }
}

/// Tells a client that there are too many connections, and ends the connection.
final class RefusedConnection: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private static let answer = ByteBuffer(
    string: "HTTP/1.1 503 Service Unavailable\r\nAccess-Control-Allow-Origin: *\r\n"
      + "Retry-After: 5\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
  )

  private let canAnswer: Bool

  /// - Parameter canAnswer: Whether bytes go out as they are.
  init(canAnswer: Bool) {
    self.canAnswer = canAnswer
  }

  func channelActive(context: ChannelHandlerContext) {
    if canAnswer {
      context.writeAndFlush(wrapOutboundOut(Self.answer), promise: nil)
    }
    context.close(promise: nil)
  }
}

@available(*, unavailable)
extension RefusedConnection: Sendable {}

/// Lets a server go on that could not accept a connection, because there were no more files or no memory.
///
/// It pauses for a moment, since it would fail again at once.
final class AcceptFailures: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = any Channel
  typealias InboundOut = any Channel
  typealias OutboundIn = Never
  typealias OutboundOut = Never

  private static let pause = TimeAmount.milliseconds(100)

  private let logger: Logger
  private var isPaused = false
  private var isReadHeld = false
  private var lastReport: NIODeadline?

  init(logger: Logger) {
    self.logger = logger
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard let error = error as? IOError,
      [EMFILE, ENFILE, ENOBUFS, ENOMEM, ECONNABORTED].contains(error.errnoCode)
    else { return context.fireErrorCaught(error) }
    let now = NIODeadline.now()
    if lastReport.map({ now >= $0 + ConnectionLimit.reportInterval }) ?? true {
      lastReport = now
      logger.warning(
        "a connection can't be accepted: \(String(cString: strerror(error.errnoCode)))"
      )
    }
    guard !isPaused else { return }
    isPaused = true
    context.eventLoop.assumeIsolated().scheduleTask(in: Self.pause) {
      self.isPaused = false
      guard self.isReadHeld else { return }
      self.isReadHeld = false
      context.read()
    }
  }

  func read(context: ChannelHandlerContext) {
    if isPaused { isReadHeld = true } else { context.read() }
  }
}

@available(*, unavailable)
extension AcceptFailures: Sendable {}
