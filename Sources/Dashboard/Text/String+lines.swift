import CellCanvas

extension String {
  /// The text in lines of at most so many columns, broken at blanks and, where there are none, anywhere;
  /// with nothing in it that a terminal acts on.
  func lines(in width: Int) -> [String] {
    let width = max(2, width)
    var lines = [""]
    var used = 0
    for word in scrubbed.split(separator: " ") {
      var word = word[...]
      let gap = used == 0 ? 0 : 1
      let length = CharacterWidth.columns(of: String(word))
      if used + gap + length <= width || length > width && used + gap + 8 < width {
        // What fits on no line at all begins here and goes on below.
        let part = word.head(in: width - used - gap)
        lines[lines.count - 1] += (gap == 0 ? "" : " ") + part
        used += gap + CharacterWidth.columns(of: String(part))
        word = word.dropFirst(part.count)
      }
      while !word.isEmpty {
        let part = word.head(in: width)
        lines.append(String(part))
        used = CharacterWidth.columns(of: String(part))
        word = word.dropFirst(part.count)
      }
    }
    return lines
  }
}

extension Substring {
  /// The first characters that take at most so many columns, 2 or more.
  fileprivate func head(in width: Int) -> Substring {
    var used = 0
    return prefix { character in
      used += CharacterWidth.columns(of: String(character))
      return used <= width
    }
  }
}
