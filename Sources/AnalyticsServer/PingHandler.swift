import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import PingCollector

/// Answers pings on the thread that reads their connection, without a task for each request.
///
/// A ping takes microseconds of work and waits for its commit; as a task, the changes of threads and the steps
/// through routes and middleware would cost more than all else. Every other request goes on to the routes.
/// ```
///                    head of a ping           end of its body
///  idle ───────────────────────────▶ reading ────────────────▶ waiting: what comes is held
///   ▲ ▲                                 │ refused                 │ committed, or refused
///   │ └──────── end of the body ── skipping                       │
///   └─────────────────────────────────────────────────────────────┘
/// ```
/// Answers have the order of their requests: what comes behind a ping is held until its answer is written, and
/// a ping behind a request that has no answer yet goes to the routes as well.
final class PingHandler: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  private enum State {
    case idle
    /// A ping's body is read.
    case reading(Reading)
    /// The ping has its answer already, and the rest of its body is read over.
    case skipping
    case waiting
    /// The connection has ended.
    case ended
  }

  /// A class, so that its state is not copied with each part of a request.
  private final class Reading {
    let request: HTTPRequest
    let intake: PingIntake
    let sender: Sender
    private(set) var body = ByteBuffer()

    init(_ request: HTTPRequest, _ intake: PingIntake, _ sender: Sender) {
      self.request = request
      self.intake = intake
      self.sender = sender
    }

    func add(_ bytes: ByteBuffer) {
      if body.readableBytes == 0 { body = bytes } else { body.writeImmutableBuffer(bytes) }
    }
  }

  /// What came while an answer was waited for.
  private enum Held {
    case part(NIOAny)
    case event(Any)
    case error(any Error)
  }

  private let intakes: [PingIntake]
  private let answers: PingAnswers
  private let proxies: TrustedProxies
  private var state = State.idle
  private var held: [Held] = []
  private var isReadHeld = false
  /// How many requests went on to the routes and have no answer yet.
  private var passed = 0
  /// The other end, once it was asked for.
  private var peer: TrustedProxies.Peer?

  /// Makes a handler for one connection, which takes the pings that come to the paths of some intakes.
  init(_ intakes: [PingIntake], answers: PingAnswers, proxies: TrustedProxies = .none) {
    self.intakes = intakes
    self.answers = answers
    self.proxies = proxies
  }

  // MARK: - What comes in

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if case .waiting = state { held.append(.part(data)) } else { read(data, context) }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .waiting = state {
      held.append(.event(event))
    } else {
      context.fireUserInboundEventTriggered(event)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if case .waiting = state {
      held.append(.error(error))
    } else {
      // What can't be read has no end: the routes answer that, and end the connection.
      if case .reading = state { state = .idle }
      context.fireErrorCaught(error)
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    end()
    context.fireChannelInactive()
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    end()
  }

  private func end() {
    state = .ended
    held = []
  }

  private func read(_ data: NIOAny, _ context: ChannelHandlerContext) {
    switch state {
    case .idle:
      guard case .head(let request) = unwrapInboundIn(data) else {
        return context.fireChannelRead(data)
      }
      if let intake = intake(for: request) { return begin(request, intake, context) }
      passed += 1
      context.fireChannelRead(data)
    case .reading(let reading):
      switch unwrapInboundIn(data) {
      case .head: context.fireChannelRead(data)
      case .body(let bytes):
        reading.add(bytes)
        let most = PlayerPing.Limit.bodyBytes
        guard reading.body.readableBytes > most else { return }
        refuse(reading.request, NIOTooManyBytesError(maxBytes: most), context)
      case .end: take(reading, context)
      }
    case .skipping:
      if case .end = unwrapInboundIn(data) { state = .idle }
    case .waiting: context.fireChannelRead(data)
    case .ended: break
    }
  }

  // MARK: - Pings

  /// Who takes a request; nil where the routes answer it.
  private func intake(for request: HTTPRequest) -> PingIntake? {
    guard request.method == .post, passed == 0 else { return nil }
    let target = request.path ?? ""
    return intakes.first { target == $0.path }
      ?? intakes.first { intake in
        let path = URI(target).path
        return path.isPath(atOrBelow: intake.path) && intake.path.isPath(atOrBelow: path)
      }
  }

  private func begin(
    _ request: HTTPRequest,
    _ intake: PingIntake,
    _ context: ChannelHandlerContext
  ) {
    let sender = proxies.sender(of: request.headerFields, from: peer(context))
    do {
      try intake.admit(sender)
      let length = request.headerFields.value(.contentLength).flatMap { Int($0) } ?? 0
      guard length <= PlayerPing.Limit.bodyBytes else {
        throw NIOTooManyBytesError(maxBytes: PlayerPing.Limit.bodyBytes)
      }
      state = .reading(Reading(request, intake, sender))
    } catch {
      refuse(request, error, context)
    }
  }

  /// Answers before the request has come whole.
  private func refuse(
    _ request: HTTPRequest,
    _ error: any Error,
    _ context: ChannelHandlerContext
  ) {
    state = .skipping
    write(answers.refusal(error, origin: answers.origin(of: request)), context)
  }

  private func take(_ reading: Reading, _ context: ChannelHandlerContext) {
    state = .waiting
    let origin = answers.origin(of: reading.request)
    let loop = context.eventLoop
    let bound = NIOLoopBound((handler: self, context: context), eventLoop: loop)
    reading.intake.take(
      reading.body,
      headers: reading.request.headerFields,
      sender: reading.sender
    ) { result in
      loop.execute { bound.value.handler.answer(result, origin, bound.value.context) }
    }
  }

  private func answer(
    _ result: Result<EventCounts, any Error>,
    _ origin: String?,
    _ context: ChannelHandlerContext
  ) {
    guard case .waiting = state else { return }
    state = .idle
    switch result {
    case .success: write(answers.taken(origin: origin), context)
    case .failure(let error): write(answers.refusal(error, origin: origin), context)
    }
    release(context)
  }

  /// Goes on with what came meanwhile, up to the next ping that is waited for.
  private func release(_ context: ChannelHandlerContext) {
    if !held.isEmpty {
      let all = held
      held = []
      for (index, next) in all.enumerated() {
        if case .waiting = state {
          held += all[index...]
          break
        }
        switch next {
        case .part(let data): read(data, context)
        case .event(let event): context.fireUserInboundEventTriggered(event)
        case .error(let error): errorCaught(context: context, error: error)
        }
      }
      context.fireChannelReadComplete()
    }
    guard held.isEmpty, isReadHeld else { return }
    isReadHeld = false
    context.read()
  }

  private func peer(_ context: ChannelHandlerContext) -> TrustedProxies.Peer {
    if let peer { return peer }
    let found = proxies.peer(at: context.channel.remoteAddress)
    peer = found
    return found
  }

  // MARK: - What goes out

  func read(context: ChannelHandlerContext) {
    // Whoever sends more and more behind a ping has to wait for its answer. Nearly all wait by themselves: to
    // turn reading off and on for each ping would cost two calls of the system.
    if held.isEmpty { context.read() } else { isReadHeld = true }
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    if case .end = unwrapOutboundIn(data), passed > 0 { passed -= 1 }
    context.write(data, promise: promise)
  }

  private func write(
    _ answer: (head: HTTPResponse, body: ByteBuffer?),
    _ context: ChannelHandlerContext
  ) {
    context.write(wrapOutboundOut(.head(answer.head)), promise: nil)
    if let body = answer.body { context.write(wrapOutboundOut(.body(body)), promise: nil) }
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
  }
}

@available(*, unavailable)
extension PingHandler: Sendable {}
