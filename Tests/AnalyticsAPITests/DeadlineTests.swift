import AnalyticsSource
import Testing

@Suite("Deadline", .timeLimit(.minutes(10)))
struct DeadlineTests {
  private struct Refusal: Error, Equatable {}

  @Test func `work that is done in time gives its value`() async {
    #expect(await withDeadline(.seconds(3600)) { 7 } == 7)
  }

  @Test func `work that fails in time throws its error`() async {
    await #expect(throws: Refusal()) {
      try await withDeadline(.seconds(3600)) { () throws(Refusal) -> Int in throw Refusal() }
    }
  }

  @Test func `work that takes too long is cancelled and gives nothing`() async {
    let value = await withDeadline(.milliseconds(1)) { () -> Int in
      await untilCancelled()
      return 7
    }

    #expect(value == nil)
  }

  @Test func `the work decides what a cancelled caller gets`() async {
    let task = Task {
      await withDeadline(.seconds(3600)) { () -> String in
        await untilCancelled()
        return "stopped"
      }
    }
    task.cancel()

    #expect(await task.value == "stopped")
  }
}

/// Returns when the task is cancelled, and not before.
private func untilCancelled() async {
  let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
  await withTaskCancellationHandler {
    for await _ in stream {}
  } onCancel: {
    continuation.finish()
  }
}
