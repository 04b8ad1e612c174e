package import NIOCore

/// The body of an answer, chunk by chunk, as it comes.
///
/// No more is read from the connection than a few chunks ahead of the reader. A body can be read once.
/// Whoever stops reading before the end closes the connection.
package struct HTTPBody: AsyncSequence, Sendable {
  package typealias Element = ByteBuffer
  package typealias Failure = HTTPFailure
  typealias Producer = NIOThrowingAsyncSequenceProducer<
    ByteBuffer, any Error, NIOAsyncSequenceProducerBackPressureStrategies.HighLowWatermark, Demand
  >

  /// What the reader reports to the connection.
  struct Demand: NIOAsyncSequenceProducerDelegate {
    /// The reader has caught up.
    let more: @Sendable () -> Void
    /// The reader wants no more, or has all.
    let end: @Sendable () -> Void

    func produceMore() { more() }
    func didTerminate() { end() }
  }

  private let producer: Producer

  /// Makes a body, and what fills it; the latter must be finished.
  static func make(_ demand: Demand) -> (body: HTTPBody, source: Producer.Source) {
    let made = Producer.makeSequence(
      backPressureStrategy: .init(lowWatermark: 2, highWatermark: 8),
      finishOnDeinit: false,
      delegate: demand
    )
    return (HTTPBody(producer: made.sequence), made.source)
  }

  package struct AsyncIterator: AsyncIteratorProtocol {
    package typealias Failure = HTTPFailure

    fileprivate var chunks: Producer.AsyncIterator

    /// The next chunk, in turn; nil at the end of the body.
    package mutating func next() async throws(HTTPFailure) -> ByteBuffer? {
      do { return try await chunks.next() } catch { throw HTTPFailure(error) }
    }
  }

  package func makeAsyncIterator() -> AsyncIterator {
    AsyncIterator(chunks: producer.makeAsyncIterator())
  }

  /// Reads all of the body; fails with ``HTTPFailure/tooLong`` beyond so many bytes.
  package func collect(upTo limit: Int) async throws(HTTPFailure) -> [UInt8] {
    var bytes: [UInt8] = []
    for try await chunk in self {
      guard bytes.count + chunk.readableBytes <= limit else { throw .tooLong }
      bytes += chunk.readableBytesView
    }
    return bytes
  }
}
