import Dispatch
import Foundation
import Synchronization
import Testing

@testable import FactStore

@Suite("Work queues", .timeLimit(.minutes(5)))
struct WorkQueueTests {
  @Test func `do so many things at once, and the rest in order`() {
    let queue = WorkQueue("test", width: 3)
    let gate = DispatchSemaphore(value: 0)
    let state = Mutex((atOnce: 0, most: 0, order: [Int]()))
    for number in 0..<30 {
      queue.add {
        state.withLock {
          $0.atOnce += 1
          $0.most = max($0.most, $0.atOnce)
          $0.order.append(number)
        }
        if number < 3 { gate.wait() }
        state.withLock { $0.atOnce -= 1 }
      }
    }
    while state.withLock({ $0.most }) < 3 { sched_yield() }
    for _ in 0..<3 { gate.signal() }
    queue.wait()

    #expect(state.withLock { $0.most } == 3)
    #expect(Set(state.withLock { $0.order }) == Set(0..<30))
  }

  @Test func `that are all busy take no thread from tasks and other queues`() async {
    let cores = ProcessInfo.processInfo.activeProcessorCount
    let queue = WorkQueue("test", width: cores + 1)
    let isEnding = Atomic(false)
    let began = Atomic(0)
    for _ in 0...cores {
      queue.add {
        began.add(1, ordering: .relaxed)
        // Computing, and not blocked: Dispatch replaces a thread that is blocked.
        while !isEnding.load(ordering: .relaxed) { sched_yield() }
      }
    }
    while began.load(ordering: .relaxed) <= cores { sched_yield() }

    await withTaskGroup(of: Void.self) { tasks in
      for _ in 0..<64 { tasks.addTask { await Task.yield() } }
    }
    await withCheckedContinuation { continuation in
      DispatchQueue(label: "other", attributes: .concurrent).async { continuation.resume() }
    }

    isEnding.store(true, ordering: .relaxed)
    queue.wait()
  }

  @Test func `finish what was added before they are gone`() {
    let count = Atomic(0)
    let done = DispatchGroup()
    for _ in 0..<100 {
      let queue = WorkQueue("test", width: 2)
      for _ in 0..<10 {
        done.enter()
        queue.add {
          count.add(1, ordering: .relaxed)
          done.leave()
        }
      }
    }
    done.wait()

    #expect(count.load(ordering: .relaxed) == 1000)
  }
}
