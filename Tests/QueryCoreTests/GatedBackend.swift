import PlaybackFacts
import QueryCore

/// A backend that a test holds at its gate: no sums are answered before it is opened.
actor GatedBackend: QueryBackend {
  /// What it was asked, call by call.
  private(set) var calls: [[SumQuery]] = []
  /// How many calls were cancelled at the gate.
  private(set) var cancellations = 0
  private var version: UInt64 = 1
  private var log: ChangeLog?
  private var failure: QueryError?
  private var isOpen: Bool
  private var held: [Int: CheckedContinuation<Void, Never>] = [:]
  private var watchers: [(event: Event, count: Int, done: CheckedContinuation<Void, Never>)] = []

  /// What a test can wait for.
  enum Event { case call, cancellation }

  init(isOpen: Bool = false) {
    self.isOpen = isOpen
  }

  func dataState() -> DataState { DataState(version: version, newestReceipt: nil) }

  func dataHistory() -> DataHistory { history }

  private var history: DataHistory { DataHistory(state: dataState(), log: log) }

  func sums(for queries: [SumQuery]) async throws -> SumAnswer {
    let number = calls.count
    calls.append(queries)
    notice()
    if !isOpen {
      await withTaskCancellationHandler {
        await withCheckedContinuation { held[number] = $0 }
      } onCancel: {
        Task { await self.cancel(number) }
      }
    }
    try Task.checkCancellation()
    if let failure { throw failure }
    var sums = Sums()
    sums[.plays] = Int64(version)
    let rows = queries.map { query -> SumRows in
      switch query.grouping {
      case .none: .total(sums)
      case .dimension: .byValue(["FR": sums])
      case .intervals: .byInterval([0: sums])
      }
    }
    return SumAnswer(history: history, rows: rows)
  }

  /// Lets all calls go on, those that wait and those to come.
  func open() {
    isOpen = true
    for continuation in held.values { continuation.resume() }
    held = [:]
  }

  /// Holds all calls to come.
  func close() { isOpen = false }

  /// Makes all calls fail from now on, or none.
  func fail(_ error: QueryError?) { failure = error }

  /// Lets a fact arrive, of which nothing is told.
  func change() {
    version += 1
    log = nil
  }

  /// Lets facts arrive, none of them before an instant.
  func change(from oldest: Timestamp) {
    var log = log ?? ChangeLog(after: version)
    version += 1
    log.addFacts(from: oldest, with: version)
    self.log = log
  }

  /// Waits until something has happened so often.
  func reached(_ event: Event, _ count: Int) async {
    if happened(event) >= count { return }
    await withCheckedContinuation { watchers.append((event, count, $0)) }
  }

  private func cancel(_ number: Int) {
    guard let continuation = held.removeValue(forKey: number) else { return }
    cancellations += 1
    continuation.resume()
    notice()
  }

  private func happened(_ event: Event) -> Int {
    switch event {
    case .call: calls.count
    case .cancellation: cancellations
    }
  }

  private func notice() {
    let done = watchers.filter { happened($0.event) >= $0.count }
    watchers.removeAll { happened($0.event) >= $0.count }
    for watcher in done { watcher.done.resume() }
  }
}
