import CNCurses
public import CellCanvas
import Glibc

extension CursesTerminal {
  /// Terminals send a burst of sizes while a window is dragged.
  private static let resizeDelay = Duration.milliseconds(30)

  /// Waits for events; none means that the time is over or that somebody called ``wake``.
  ///
  /// - Parameter timeout: how long to wait; nil is for ever.
  /// - Returns: what happened, in order; only `hangUp` once the terminal is lost.
  public func nextEvents(within timeout: Duration?) -> [TerminalEvent] {
    assertOwner()
    let end = timeout.map { clock.now + $0 }
    while !isGone {
      let deadline = [end, keyDeadline, resizeDeadline].compactMap { $0 }.min()
      var files = [
        pollfd(file: file, events: output.isEmpty ? POLLIN : POLLIN | POLLOUT),
        pollfd(file: signals, events: POLLIN),
        pollfd(file: wakePipe.readEnd, events: POLLIN),
      ]
      let wait = deadline.map { clock.now.duration(to: $0).roundedUpMilliseconds } ?? -1
      guard poll(&files, nfds_t(files.count), wait) >= 0 else {
        if errno != EINTR { isGone = true }
        continue
      }

      if files[0].has(POLLHUP | POLLERR | POLLNVAL) { isGone = true }
      if files[0].has(POLLOUT) { flush() }
      var events = files[1].has(POLLIN) ? readSignals() : []
      if files[0].has(POLLIN) { events += readKeys() }
      events += elapsedEvents()
      if isGone { break }
      if !events.isEmpty { return events }
      if files[2].has(POLLIN) {
        wakePipe.drain()
        return []
      }
      if let end, clock.now >= end { return [] }
    }
    return [.hangUp]
  }

  private func readKeys() -> [TerminalEvent] {
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = read(file, &bytes, bytes.count)
    guard count > 0 else {
      // Readable without a byte is the end of the terminal, whether a signal says so or not.
      if count == 0 || (errno != EAGAIN && errno != EINTR) { isGone = true }
      return []
    }
    let events = keys.events(from: bytes[..<count])
    // The rest of a longer key has left the terminal already; only the line is slow.
    let patience =
      keys.isPasting ? .seconds(5) : keys.isLoneEscape ? escapeDelay : escapeDelay * 10
    keyDeadline = keys.isWaiting ? clock.now + patience : nil
    return events
  }

  private func elapsedEvents() -> [TerminalEvent] {
    var events: [TerminalEvent] = []
    if let deadline = keyDeadline, clock.now >= deadline {
      keyDeadline = nil
      events += keys.timedOut()
    }
    if let deadline = resizeDeadline, clock.now >= deadline {
      resizeDeadline = nil
      if updateSize() { events.append(.resized(size)) }
    }
    return events
  }

  private func readSignals() -> [TerminalEvent] {
    var bytes = [UInt8](repeating: 0, count: 256)
    let count = read(signals, &bytes, bytes.count)
    return bytes.prefix(max(0, count)).compactMap { byte in
      switch Int32(byte) {
      case SIGWINCH:
        resizeDeadline = clock.now + Self.resizeDelay
        return nil
      case SIGTSTP:
        leaveScreen()
        // Also the terminal's own stop signal would stop us, but that one is caught.
        kill(getpid(), SIGSTOP)
        return nil
      case SIGCONT:
        resume()
        return .resumed
      case SIGHUP: return .hangUp
      default: return .interrupted
      }
    }
  }

  /// Takes the screen again after a stop; whoever had it meanwhile may have changed anything.
  private func resume() {
    if isOnScreen { leaveScreen() }
    enterScreen()
  }
}

extension pollfd {
  init(file: Int32, events: Int32) {
    self.init(fd: file, events: Int16(events), revents: 0)
  }

  /// Whether any of the events was reported.
  func has(_ events: Int32) -> Bool { Int32(revents) & events != 0 }
}

extension Duration {
  /// Whole milliseconds for a wait, so that it does not end too early; 0 if negative.
  var roundedUpMilliseconds: Int32 {
    let (seconds, attoseconds) = components
    guard seconds >= 0, attoseconds >= 0 else { return 0 }
    let milliseconds = (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    return Int32(min(seconds, 86_400) * 1000 + milliseconds)
  }
}
