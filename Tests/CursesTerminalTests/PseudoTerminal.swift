import Glibc

/// The far end of a terminal: what a terminal window would be.
final class PseudoTerminal {
  /// The path of the near end.
  let device: String
  private var master: Int32
  private(set) var received: [UInt8] = []

  init?(width: UInt16, height: UInt16) {
    var ends: (far: Int32, near: Int32) = (-1, -1)
    guard openpty(&ends.far, &ends.near, nil, nil, nil) == 0, let name = ttyname(ends.near) else {
      return nil
    }
    device = String(cString: name)
    master = ends.far
    close(ends.near)
    _ = fcntl(master, F_SETFL, O_NONBLOCK)
    resize(width: width, height: height)
  }

  deinit { hangUp() }

  var text: String { String(decoding: received, as: UTF8.self) }

  func resize(width: UInt16, height: UInt16) {
    var size = winsize(ws_row: height, ws_col: width, ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(master, UInt(TIOCSWINSZ), &size)
  }

  func type(_ keys: String) {
    _ = Array(keys.utf8).withUnsafeBytes { write(master, $0.baseAddress, $0.count) }
  }

  /// Reads all that has been sent.
  func receive() {
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = read(master, &buffer, buffer.count)
      guard count > 0 else { return }
      received += buffer[..<count]
    }
  }

  /// The local modes of the near end, such as echo.
  var localModes: tcflag_t {
    var modes = termios()
    tcgetattr(master, &modes)
    return modes.c_lflag
  }

  func hangUp() {
    guard master >= 0 else { return }
    close(master)
    master = -1
  }
}
