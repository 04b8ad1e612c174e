import Synchronization

/// Does `work`, unless it takes longer than `limit`: then the work is cancelled, and nil is returned
/// as soon as it has stopped.
package func withDeadline<Value: Sendable, Failure: Error>(
  _ limit: Duration,
  _ work: @Sendable @escaping () async throws(Failure) -> Value
) async throws(Failure) -> Value? {
  // Begun on the caller's thread, and continued on its executor: most of the work is waiting for another one.
  let executor = withUnsafeCurrentTask { $0?.unownedTaskExecutor?.asTaskExecutor() }
  let task = Task.immediate(executorPreference: executor) { () -> Result<Value, Failure> in
    do throws(Failure) { return .success(try await work()) } catch { return .failure(error) }
  }
  let number = Deadlines.shared.add(in: limit) { task.cancel() }
  let result = await withTaskCancellationHandler {
    await task.value
  } onCancel: {
    // What that means, the work knows.
    task.cancel()
  }
  return Deadlines.shared.remove(number) ? try result.get() : nil
}

/// Deadlines, nearly all of which are never reached.
///
/// One task sleeps until the first of them, and is woken for an earlier one only: a timer for each question
/// would take longer than most answers.
private final class Deadlines: Sendable {
  static let shared = Deadlines()

  private struct Entry {
    let time: ContinuousClock.Instant
    let isReached: @Sendable () -> Void
  }

  private struct State {
    var lastNumber = 0
    var entries: [Int: Entry] = [:]
    var sleeper: (until: ContinuousClock.Instant, task: Task<Void, Never>)?
  }

  private let state = Mutex(State())

  /// Adds a deadline; its number.
  func add(in limit: Duration, _ isReached: @escaping @Sendable () -> Void) -> Int {
    let time = ContinuousClock.now + limit
    return state.withLock { state in
      state.lastNumber += 1
      state.entries[state.lastNumber] = Entry(time: time, isReached: isReached)
      if let sleeper = state.sleeper, sleeper.until <= time { return state.lastNumber }
      state.sleeper?.task.cancel()
      state.sleeper = (time, sleeper(until: time))
      return state.lastNumber
    }
  }

  /// Removes a deadline; false where it was reached.
  func remove(_ number: Int) -> Bool {
    state.withLock { $0.entries.removeValue(forKey: number) != nil }
  }

  private func sleeper(until time: ContinuousClock.Instant) -> Task<Void, Never> {
    Task {
      // Cancelled, another one sleeps.
      guard (try? await Task.sleep(until: time, clock: .continuous)) != nil else { return }
      for entry in wake(at: time) { entry.isReached() }
    }
  }

  /// Removes what is due, and sleeps until what is due next.
  private func wake(at time: ContinuousClock.Instant) -> [Entry] {
    state.withLock { state in
      // Another one may have begun to sleep meanwhile.
      guard state.sleeper?.until == time else { return [] }
      let now = ContinuousClock.now
      let due = state.entries.filter { $0.value.time <= now }
      for number in due.keys { state.entries[number] = nil }
      let next = state.entries.values.map(\.time).min()
      state.sleeper = next.map { ($0, sleeper(until: $0)) }
      return Array(due.values)
    }
  }
}
