import Hummingbird
import HummingbirdCore
import Logging
import NIOCore

/// Runs tasks on an event loop.
///
/// What runs there holds up every connection of the loop: it may work for microseconds, and leaves what may
/// take longer to other threads.
final class EventLoopExecutor: TaskExecutor {
  private let eventLoop: any EventLoop

  init(_ eventLoop: any EventLoop) {
    self.eventLoop = eventLoop
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    eventLoop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}

/// HTTP/1.1 connections whose requests are handled on the event loop that reads them.
///
/// On other threads, reading a request and writing its response would wake a thread each, which takes longer
/// than most cached answers.
struct EventLoopChannel: ServerChildChannel {
  private let channel: HTTP1Channel

  init(_ channel: HTTP1Channel) {
    self.channel = channel
  }

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<HTTP1Channel.Value> {
    self.channel.setup(channel: channel, logger: logger)
  }

  func handle(value: HTTP1Channel.Value, logger: Logger) async {
    await withTaskExecutorPreference(EventLoopExecutor(value.channel.eventLoop)) {
      await channel.handle(value: value, logger: logger)
    }
  }
}
