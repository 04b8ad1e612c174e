import NIOCore

/// Sends large answers in pieces, as their client takes them, and ends connections whose client takes nothing.
///
/// ```
/// answer ─▶ held ─▶ pieces, while the connection takes them ─▶ socket
///             └ nothing taken within the limit ─▶ the connection ends
/// ```
/// Whoever closes a connection while its client still takes an answer closes it behind the answer, unless the
/// server ends all.
final class AnswerSending: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundIn = IOData
  typealias OutboundOut = IOData

  fileprivate struct Held {
    var bytes: ByteBuffer
    /// Of the whole buffer, whose memory is free once its last piece is sent.
    let size: Int
    let promise: EventLoopPromise<Void>?
  }

  /// How many bytes go out at once: as many as a connection takes before it says that it is full.
  static let pieceBytes = 64 << 10

  private let limit: TimeAmount
  private let connection: OpenConnection
  private var held = CircularBuffer<Held>()
  private var isSending = false
  private var lastProgress = NIODeadline.uptimeNanoseconds(0)
  private var clock: Scheduled<Void>?
  private var laterClose: (mode: CloseMode, promise: EventLoopPromise<Void>?)?

  /// Makes the handler of a connection whose client may take nothing for a time.
  init(limit: Duration, connection: OpenConnection) {
    self.limit = TimeAmount(limit)
    self.connection = connection
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    guard case .byteBuffer(let bytes) = unwrapOutboundIn(data),
      !held.isEmpty || bytes.readableBytes > Self.pieceBytes
    else { return context.write(data, promise: promise) }
    held.append(Held(bytes: bytes, size: bytes.readableBytes, promise: promise))
    connection.hold(bytes.readableBytes, at: context.eventLoop.now)
  }

  func flush(context: ChannelHandlerContext) {
    context.flush()
    send(context)
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    send(context)
    context.fireChannelWritabilityChanged()
  }

  func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
    guard mode != .input, isBlocked(context), !connection.mustEnd else {
      return context.close(mode: mode, promise: promise)
    }
    // One close is enough, and the whole connection is more than its output.
    if mode == .output, laterClose != nil {
      promise?.succeed()
    } else {
      laterClose?.promise?.succeed()
      laterClose = (mode, promise)
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    end()
    context.fireChannelInactive()
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    end()
  }

  // MARK: - Pieces

  /// Whether an answer is on its way that the client has not taken.
  private func isBlocked(_ context: ChannelHandlerContext) -> Bool {
    !held.isEmpty || !context.channel.isWritable
  }

  private func send(_ context: ChannelHandlerContext) {
    // To send is what changes whether more can be sent.
    guard !isSending else { return }
    isSending = true
    while !held.isEmpty, context.channel.isWritable { sendPiece(context) }
    isSending = false
    if isBlocked(context) {
      if clock == nil { startClock(context) }
    } else {
      clock?.cancel()
      clock = nil
      closeBehindAnswer(context)
    }
  }

  private func sendPiece(_ context: ChannelHandlerContext) {
    lastProgress = context.eventLoop.now
    if let piece = held[held.startIndex].piece() {
      connection.noteProgress(at: lastProgress)
      return context.writeAndFlush(wrapOutboundOut(.byteBuffer(piece)), promise: nil)
    }
    let last = held.removeFirst()
    connection.release(last.size, isLast: held.isEmpty, at: lastProgress)
    context.writeAndFlush(wrapOutboundOut(.byteBuffer(last.bytes)), promise: last.promise)
  }

  private func closeBehindAnswer(_ context: ChannelHandlerContext) {
    guard let (mode, promise) = laterClose else { return }
    laterClose = nil
    let sent = context.eventLoop.makePromise(of: Void.self)
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    sent.futureResult.whenComplete { _ in bound.value.close(mode: mode, promise: promise) }
    context.writeAndFlush(wrapOutboundOut(.byteBuffer(ByteBuffer())), promise: sent)
  }

  // MARK: - Time

  private func startClock(_ context: ChannelHandlerContext) {
    lastProgress = context.eventLoop.now
    schedule(context)
  }

  private func schedule(_ context: ChannelHandlerContext) {
    clock = context.eventLoop.assumeIsolated().scheduleTask(deadline: lastProgress + limit) {
      self.clock = nil
      guard context.eventLoop.now >= self.lastProgress + self.limit else {
        return self.schedule(context)
      }
      self.connection.end()
    }
  }

  private func end() {
    clock?.cancel()
    clock = nil
    let (rest, close) = (held, laterClose)
    held = []
    laterClose = nil
    for (index, part) in rest.enumerated() {
      connection.release(part.size, isLast: index == rest.count - 1, at: lastProgress)
      part.promise?.fail(ChannelError.ioOnClosedChannel)
    }
    close?.promise?.succeed()
  }
}

extension AnswerSending.Held {
  /// Takes a piece off, unless the rest is no more than one.
  fileprivate mutating func piece() -> ByteBuffer? {
    bytes.readableBytes > AnswerSending.pieceBytes
      ? bytes.readSlice(length: AnswerSending.pieceBytes) : nil
  }
}

@available(*, unavailable)
extension AnswerSending: Sendable {}
