import Foundation

/// Writes exports of the screen into the working directory.
enum ExportFile {
  /// Writes a file, never over another one.
  ///
  /// - Returns: A sentence with the path of the file, or with the reason why it was not written.
  static func write(_ text: String, name: String) -> String {
    let folder = FileManager.default.currentDirectoryPath
    let parts = name.split(separator: ".", maxSplits: 1)
    for number in 1...99 {
      let own = number == 1 ? name : "\(parts[0])-\(number).\(parts.last ?? "")"
      let path = folder + "/" + own
      do {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .withoutOverwriting)
        return "written to \(path)"
      } catch let error as CocoaError where error.code == .fileWriteFileExists {
        continue
      } catch {
        // A truncated file, on a full disk, would be taken for the whole export.
        try? FileManager.default.removeItem(atPath: path)
        return "nothing can be written to \(folder)"
      }
    }
    return "there are too many files named \(name) in \(folder)"
  }
}
