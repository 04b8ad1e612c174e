/// Does `work`, unless it takes longer than `limit`: then the work is cancelled, and nil is returned
/// as soon as it has stopped.
package func withDeadline<Value: Sendable, Failure: Error>(
  _ limit: Duration,
  _ work: @Sendable @escaping () async throws(Failure) -> Value
) async throws(Failure) -> Value? {
  let first = await withTaskGroup(of: Result<Value, Failure>?.self) { group in
    group.addTask {
      do throws(Failure) {
        return .success(try await work())
      } catch {
        return .failure(error)
      }
    }
    group.addTask {
      // The sleep ends early only where the work was done first.
      try? await Task.sleep(for: limit)
      return nil
    }
    defer { group.cancelAll() }
    return await group.next() ?? nil
  }
  return try first?.get()
}
