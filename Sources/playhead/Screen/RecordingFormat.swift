import CellCanvas
import Dashboard
import Foundation

/// How a recording is written.
enum RecordingFormat: String {
  /// For players of terminal sessions.
  case cast
  /// A picture that moves.
  case svg

  /// The format of a file by the ending of its name; nil for another ending.
  init?(path: String) {
    self.init(rawValue: URL(fileURLWithPath: path).pathExtension.lowercased())
  }

  /// Writes a recording over what is there.
  func write(_ recording: Recording, to path: String) throws {
    let title = "Playhead"
    let text =
      switch self {
      case .cast: recording.asciicast(title: title)
      case .svg: recording.svg(title: title)
      }
    do {
      try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw CommandError("nothing can be written to \(path)")
    }
  }
}
