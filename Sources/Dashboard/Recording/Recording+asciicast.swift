public import CellCanvas
import TextAndBytes

extension Recording {
  /// The recording as players of terminal sessions read it: asciicast, version 2.
  ///
  /// Source: <https://docs.asciinema.org/manual/asciicast/v2/>.
  /// - Parameter title: what it shows.
  /// - Returns: a line of JSON for the whole and one for each frame.
  public func asciicast(title: String) -> String {
    var json = JSONWriter()
    json.object { json in
      json.key("version")
      json.integer(2)
      json.key("width")
      json.integer(size.width)
      json.key("height")
      json.integer(size.height)
      json.key("duration")
      json.decimal(duration / .seconds(1))
      json.key("title")
      json.string(title)
    }
    var lines = [json.text]
    for (seconds, text) in output {
      lines.append("[\(seconds),\"o\",\(Self.quoted(text))]")
    }
    // Players end with the last event.
    lines.append("[\(duration / .seconds(1)),\"o\",\"\"]")
    return lines.map { $0 + "\n" }.joined()
  }

  private static func quoted(_ text: String) -> String {
    var json = JSONWriter()
    json.string(text)
    return json.text
  }
}
