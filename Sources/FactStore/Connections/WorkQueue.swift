import Dispatch
import Foundation

/// Runs work that may take long, or wait for the disk, on a few threads of its own.
///
/// Dispatch has one pool for all queues and for all tasks, with as many threads as there are cores: what computes
/// for long there keeps everything else from a thread until the pool grows, which it does once a second. Here
/// nobody waits but who adds more work than there are threads: that waits in order.
///
/// Threads start with the first work and end when there was none for a while.
///
/// As an executor, it runs tasks in the same order and on the same threads.
final class WorkQueue: TaskExecutor {
  typealias Work = @Sendable () -> Void

  private let threads: WorkThreads
  private let group = DispatchGroup()

  /// Makes a queue that does so many things at once, on threads of a name.
  init(_ label: String, width: Int) {
    threads = WorkThreads(label: label, width: width)
  }

  deinit { threads.stop() }

  /// Adds work, and returns at once.
  func add(_ work: @escaping Work) {
    group.enter()
    threads.add { [group] in
      work()
      group.leave()
    }
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    add { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }

  /// Whether the current task runs on this queue.
  var isCurrent: Bool {
    withUnsafeCurrentTask { $0?.unownedTaskExecutor == asUnownedTaskExecutor() }
  }

  /// Waits until all that was added is done.
  func wait() {
    group.wait()
  }
}

/// The threads of a queue, which live on while they work after the queue is gone.
///
/// It is `@unchecked Sendable` because all that changes is behind the lock of `condition`, which the thread
/// sanitizer understands, other than that of a `Mutex`.
private final class WorkThreads: @unchecked Sendable {
  /// How long a thread waits for work before it ends, in seconds.
  private static let patience = 10.0

  private let label: String
  private let width: Int
  private let condition = NSCondition()
  private var waiting: [WorkQueue.Work] = []
  private var count = 0
  private var idle = 0
  private var isStopped = false

  init(label: String, width: Int) {
    self.label = label
    self.width = width
  }

  func add(_ work: @escaping WorkQueue.Work) {
    condition.withLock {
      waiting.append(work)
      if idle >= waiting.count {
        condition.signal()
      } else if count < width {
        count += 1
        let thread = Thread { self.run() }
        thread.name = label
        thread.start()
      }
    }
  }

  /// Ends the threads once nothing waits any more.
  func stop() {
    condition.withLock {
      isStopped = true
      condition.broadcast()
    }
  }

  private func run() {
    while let work = next() { work() }
  }

  /// The next work, waited for; nil where the thread is to end.
  private func next() -> WorkQueue.Work? {
    condition.withLock {
      let end = Date(timeIntervalSinceNow: Self.patience)
      while waiting.isEmpty {
        idle += 1
        let isInTime = !isStopped && condition.wait(until: end)
        idle -= 1
        guard isInTime || !waiting.isEmpty else {
          count -= 1
          return nil
        }
      }
      return waiting.removeFirst()
    }
  }
}
