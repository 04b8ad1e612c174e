import Dispatch
import Synchronization

/// Runs work that may wait for the disk on a few threads, so that no other has to.
///
/// What is added while all of them are busy waits in order and takes no thread.
///
/// As an executor, it runs tasks in the same order and on the same threads.
final class WorkQueue: TaskExecutor {
  typealias Work = @Sendable () -> Void

  private let width: Int
  private let queue: DispatchQueue
  private let group = DispatchGroup()
  private let state = Mutex<(waiting: [Work], running: Int)>(([], 0))

  /// Makes a queue that does so many things at once.
  init(_ label: String, width: Int) {
    self.width = width
    queue = DispatchQueue(label: label, attributes: .concurrent)
  }

  /// Adds work, and returns at once.
  func add(_ work: @escaping Work) {
    group.enter()
    let starts = state.withLock { state in
      guard state.running < width else {
        state.waiting.append(work)
        return false
      }
      state.running += 1
      return true
    }
    guard starts else { return }
    queue.async {
      var next: Work? = work
      while let work = next {
        work()
        self.group.leave()
        next = self.takeNext()
      }
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

  private func takeNext() -> Work? {
    state.withLock { state in
      guard !state.waiting.isEmpty else {
        state.running -= 1
        return nil
      }
      return state.waiting.removeFirst()
    }
  }
}
