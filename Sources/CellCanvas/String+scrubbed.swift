extension String {
  /// The text with nothing left that could act on a terminal or reorder what is beside it.
  ///
  /// Control characters (C0, DEL, C1), bidirectional overrides and isolates and other invisible
  /// format characters become `·`, tabs and line ends a space; marks stay with their letter.
  public var scrubbed: String {
    if utf8.allSatisfy({ 0x20 <= $0 && $0 < 0x7f }) { return self }
    var result = UnicodeScalarView()
    for scalar in unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control: result.append((9...13).contains(scalar.value) ? " " : "·")
      case .format, .surrogate, .privateUse, .unassigned: result.append("·")
      case .lineSeparator, .paragraphSeparator: result.append(" ")
      default: result.append(scalar)
      }
    }
    return String(result)
  }
}
