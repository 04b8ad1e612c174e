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
    // One that was chosen before may have stayed.
    while connections.count > most, connections.dropIdlest(at: now) {}
    let isAdmitted = connections.count <= most
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

/// Accepts no more connections than there are files for, and lets a server go on that could not accept one.
///
/// Those that are refused or dropped are closed on other threads. Were new ones accepted faster than that, they would
/// take the files of the store; they wait in the system's queue instead. After a failure, for want of files or memory,
/// it pauses for a moment, since it would fail again at once.
final class AcceptPace: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = any Channel
  typealias InboundOut = any Channel
  typealias OutboundIn = Never
  typealias OutboundOut = Never

  private static let pause = TimeAmount.milliseconds(100)
  static let margin = ServerOptions.connectionsAcceptedAtOnce / 2

  private let most: Int
  private let logger: Logger
  private var isPaused = false
  private var isReadHeld = false
  private var lastReport: NIODeadline?
  /// The connections that were accepted and are not closed, also those that are about to be.
  private var openCount = 0

  /// Accepts more while so many connections are open, or a few more that may be about to be closed.
  init(_ most: Int, logger: Logger) {
    self.most = min(most, .max - Self.margin) + Self.margin
    self.logger = logger
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    openCount += 1
    let loop = context.eventLoop
    let context = NIOLoopBound(context, eventLoop: loop)
    let pace = NIOLoopBound(self, eventLoop: loop)
    unwrapInboundIn(data).closeFuture.hop(to: loop).whenComplete { _ in
      pace.value.openCount -= 1
      pace.value.goOn(context.value)
    }
    context.value.fireChannelRead(data)
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
      self.goOn(context)
    }
  }

  func read(context: ChannelHandlerContext) {
    if mayAccept { context.read() } else { isReadHeld = true }
  }

  private var mayAccept: Bool { !isPaused && openCount <= most }

  private func goOn(_ context: ChannelHandlerContext) {
    guard isReadHeld, mayAccept else { return }
    isReadHeld = false
    context.read()
  }
}

@available(*, unavailable)
extension AcceptPace: Sendable {}
