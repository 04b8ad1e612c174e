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

  /// Makes a queue that does so many things at once, on threads whose name has up to 15 bytes.
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
/// Who adds work gives it to an idle thread and wakes that one: nothing else is locked or woken.
///
/// It is `@unchecked Sendable` because all that changes is behind `lock`. The thread sanitizer understands an `NSLock`,
/// but not a `Mutex`.
private final class WorkThreads: @unchecked Sendable {
  /// One thread.
  ///
  /// It is `@unchecked Sendable` because its work is set only by who has taken it from the idle ones, and read only
  /// behind the signal that follows.
  private final class Worker: @unchecked Sendable {
    private let isAwake = DispatchSemaphore(value: 0)
    private var work: WorkQueue.Work?

    /// Gives it work, or nothing, so that it ends.
    func wake(_ work: WorkQueue.Work?) {
      self.work = work
      isAwake.signal()
    }

    /// Waits until it is woken; false where that takes too long.
    func sleep(until time: DispatchTime) -> Bool { isAwake.wait(timeout: time) == .success }

    func takeWork() -> WorkQueue.Work? {
      defer { work = nil }
      return work
    }
  }

  /// How long a thread waits for work before it ends, in seconds.
  private static let patience = 10.0

  private let label: String
  private let width: Int
  private let lock = NSLock()
  private var waiting: [WorkQueue.Work] = []
  /// The one that had work last is the last.
  private var idle: [Worker] = []
  private var count = 0
  private var isStopped = false

  init(label: String, width: Int) {
    self.label = label
    self.width = width
  }

  func add(_ work: @escaping WorkQueue.Work) {
    lock.lock()
    if let worker = idle.popLast() {
      lock.unlock()
      worker.wake(work)
    } else if count < width {
      count += 1
      lock.unlock()
      Thread.detachNewThread { self.run(work) }
    } else {
      waiting.append(work)
      lock.unlock()
    }
  }

  /// Ends the threads once nothing waits any more.
  func stop() {
    let workers = lock.withLock {
      defer { idle = [] }
      isStopped = true
      return idle
    }
    for worker in workers { worker.wake(nil) }
  }

  private func run(_ first: WorkQueue.Work) {
    // Without a name, it would have that of whichever thread has started it.
    Thread.current.name = label
    let worker = Worker()
    first()
    while let work = next(of: worker) { work() }
  }

  /// The next work, waited for; nil where the thread is to end.
  private func next(of worker: Worker) -> WorkQueue.Work? {
    lock.lock()
    if !waiting.isEmpty {
      defer { lock.unlock() }
      return waiting.removeFirst()
    }
    if isStopped {
      lock.unlock()
      return nil
    }
    idle.append(worker)
    lock.unlock()
    if worker.sleep(until: .now() + Self.patience) { return worker.takeWork() }
    let isForgotten = lock.withLock {
      guard let index = idle.firstIndex(where: { $0 === worker }) else { return false }
      idle.remove(at: index)
      count -= 1
      return true
    }
    guard !isForgotten else { return nil }
    // Somebody has taken it meanwhile, and is about to wake it.
    _ = worker.sleep(until: .distantFuture)
    return worker.takeWork()
  }
}
