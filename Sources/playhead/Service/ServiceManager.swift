import Glibc

/// Reports to systemd that the server is ready or stopping (units with `Type=notify`).
struct ServiceManager: Sendable {
  /// A state to report.
  enum Message: String {
    case ready = "READY=1"
    case stopping = "STOPPING=1"
  }

  /// The path of the socket, or `@` and an abstract name; nil where nobody asked for reports.
  private let socketName: String?

  /// Reports to `$NOTIFY_SOCKET`, or to nobody where that is not set.
  init(variables: [String: String]) {
    socketName = variables["NOTIFY_SOCKET"]
  }

  /// Sends a message.
  /// - Returns: False where the message could not be delivered.
  @discardableResult
  func tell(_ message: Message) -> Bool {
    guard let socketName else { return true }
    var name = Array(socketName.utf8)
    if name.first == UInt8(ascii: "@") { name[0] = 0 }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let room = MemoryLayout.size(ofValue: address.sun_path)
    guard !name.isEmpty, name.count < room else { return false }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    // An abstract name ends where it ends, a path with a zero.
    let length = MemoryLayout<sockaddr_un>.offset(of: \.sun_path).map { $0 + name.count } ?? 0
    let bytes = Array(message.rawValue.utf8)
    return withUnsafePointer(to: address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        sendto(
          descriptor,
          bytes,
          bytes.count,
          Int32(MSG_NOSIGNAL),
          pointer,
          socklen_t(length)
        ) == bytes.count
      }
    }
  }
}
