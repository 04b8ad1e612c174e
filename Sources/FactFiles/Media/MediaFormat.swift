import TextAndBytes
public import PlaybackFacts

/// How media items are written to a file; ``MediaFile`` reads both.
public enum MediaFormat: String, CaseIterable, Hashable, Sendable {
  /// A header, and a row per item.
  case csv
  /// A JSON object per line.
  case ndjson

  /// The items as a file.
  ///
  /// - Parameters:
  ///   - items: The items.
  ///   - guardsFormulas: Whether texts of CSV that a spreadsheet would run get a `'` before them.
  /// - Returns: What ``MediaFile`` reads as the same items.
  public func text(of items: [MediaItem], guardsFormulas: Bool = true) -> String {
    switch self {
    case .csv:
      items.reduce(into: "\(MediaColumn.header)\n") { text, item in
        let fields = [
          item.id, item.title ?? "", item.tags.joined(separator: ";"), item.seconds ?? "",
        ]
        text += csvRow(guardsFormulas ? fields.map(FormulaGuard.adding) : fields) + "\n"
      }
    case .ndjson: items.map { Self.json($0) + "\n" }.joined()
    }
  }

  private static func json(_ item: MediaItem) -> String {
    var json = JSONWriter()
    json.object { json in
      json.key("mediaId")
      json.string(item.id)
      if let title = item.title {
        json.key("title")
        json.string(title)
      }
      if !item.tags.isEmpty {
        json.key("tags")
        json.strings(item.tags)
      }
      if let duration = item.duration {
        json.key("duration")
        json.decimal(Double(duration) / 1000)
      }
    }
    return json.text
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
