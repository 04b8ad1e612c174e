import Glibc
import Testing

@testable import CursesTerminal

@Suite("Output queue")
struct OutputQueueTests {
  /// A pipe that takes no more than its buffer; closed at the end of the test.
  private func withPipe(_ body: (_ readEnd: Int32, _ writeEnd: Int32) -> Void) {
    var ends: [Int32] = [-1, -1]
    #expect(pipe(&ends) == 0)
    for end in ends { #expect(fcntl(end, F_SETFL, O_NONBLOCK) == 0) }
    body(ends[0], ends[1])
    for end in ends { close(end) }
  }

  @Test func `what finds no room is written later, in order`() {
    withPipe { readEnd, writeEnd in
      let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 / 251) }
      var queue = OutputQueue()
      queue.add(bytes)
      var received: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 65536)

      #expect(queue.write(to: writeEnd) == .blocked)
      #expect(!queue.isEmpty)
      while received.count < bytes.count {
        let count = read(readEnd, &buffer, buffer.count)
        guard count > 0 else { break }
        received += buffer[..<count]
        _ = queue.write(to: writeEnd)
      }

      #expect(received == bytes)
      #expect(queue.isEmpty)
    }
  }

  @Test func `a file that is gone is a failure`() {
    var queue = OutputQueue()
    queue.add([1])

    #expect(queue.write(to: -1) == .failed)
  }

  @Test(
    "waits are rounded up to milliseconds",
    arguments: [
      (Duration.zero, 0), (.milliseconds(25), 25), (.microseconds(1), 1), (.microseconds(1500), 2),
      (.seconds(-3), 0), (.nanoseconds(-3), 0), (.seconds(1_000_000_000), 86_400_000),
    ] as [(Duration, Int32)]
  )
  func rounding(duration: Duration, milliseconds: Int32) {
    #expect(duration.roundedUpMilliseconds == milliseconds)
  }
}
