import Foundation
public import PlaybackFacts

/// How media items are written to a file; ``MediaFile`` reads both.
public enum MediaFormat: String, CaseIterable, Hashable, Sendable {
  /// A header, and a row per item.
  case csv
  /// A JSON object per line.
  case ndjson

  /// The items as a file.
  public func text(of items: [MediaItem]) -> String {
    switch self {
    case .csv:
      items.reduce(into: "\(MediaColumn.header)\n") { text, item in
        let fields = [
          item.id, item.title ?? "", item.tags.joined(separator: ";"), item.seconds ?? "",
        ]
        text += fields.map(Self.csvField).joined(separator: ",") + "\n"
      }
    case .ndjson: items.map { Self.json($0) + "\n" }.joined()
    }
  }

  private static func csvField(_ text: String) -> String {
    guard text.utf8.contains(where: { [0x2c, 0x22, 0x0a, 0x0d].contains($0) }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }

  private static func json(_ item: MediaItem) -> String {
    var members = ["\"mediaId\":" + string(item.id)]
    if let title = item.title { members.append("\"title\":" + string(title)) }
    if !item.tags.isEmpty {
      members.append("\"tags\":[" + item.tags.map(string).joined(separator: ",") + "]")
    }
    if let seconds = item.seconds { members.append("\"duration\":" + seconds) }
    return "{" + members.joined(separator: ",") + "}"
  }

  private static func string(_ text: String) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    // Text can always be encoded.
    return (try? encoder.encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
  }
}

extension MediaItem {
  /// The duration in seconds, `192.5`, without decimals where they are 0.
  fileprivate var seconds: String? {
    duration.map { duration in
      let decimals = String(1000 + duration % 1000).dropFirst()
      let kept = decimals.reversed().drop { $0 == "0" }.reversed()
      return kept.isEmpty ? "\(duration / 1000)" : "\(duration / 1000).\(String(kept))"
    }
  }
}
