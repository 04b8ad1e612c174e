/// Does `work`, unless it takes longer than `limit`: then the work is cancelled, and nil is returned
/// as soon as it has stopped.
package func withDeadline<Value: Sendable, Failure: Error>(
  _ limit: Duration,
  _ work: @Sendable @escaping () async throws(Failure) -> Value
) async throws(Failure) -> Value? {
  let result = await withTaskGroup(of: Ending<Value, Failure>.self) {
    group -> Result<Value, Failure>? in
    group.addTask {
      do throws(Failure) {
        return .done(.success(try await work()))
      } catch {
        return .done(.failure(error))
      }
    }
    group.addTask {
      do { try await Task.sleep(for: limit) } catch { return .clockStopped }
      return .timeUp
    }
    defer { group.cancelAll() }
    for await ending in group {
      switch ending {
      case .done(let result): return result
      case .timeUp: return nil
      // The caller was cancelled; what that means, the work knows.
      case .clockStopped: continue
      }
    }
    return nil
  }
  return try result?.get()
}

private enum Ending<Value: Sendable, Failure: Error>: Sendable {
  case done(Result<Value, Failure>)
  case timeUp
  case clockStopped
}
