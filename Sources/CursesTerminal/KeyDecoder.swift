import CellCanvas

/// Bytes from a terminal turned into keys, pastes and mouse actions.
///
/// ```
/// ESC                      escape, if nothing follows in time
/// ESC x                    Alt-x
/// ESC O A                  keys in application mode
/// ESC [ 1 ; 2 A            keys with parameters: number; modifier
/// ESC [ [ A                F1 to F5 of the Linux console
/// ESC [ < 0 ; 12 ; 3 M     mouse: button; column; row, from 1; m where it went up
/// ESC [ 200 ~ … ESC [ 201 ~     a paste
/// ```
struct KeyDecoder {
  /// Bytes of a paste that are kept; the rest is dropped.
  static let pasteLimit = 1 << 16

  private enum Step {
    /// Bytes that were understood, and what they mean, if anything.
    case done(count: Int, TerminalEvent?)
    case incomplete
  }

  private static let escape: UInt8 = 0x1B
  private static let pasteEnd = Array("\u{1B}[201~".utf8)

  private var bytes: [UInt8] = []
  private var paste: [UInt8]?

  /// Whether the first byte of an unfinished key is all there is.
  var isLoneEscape: Bool { paste == nil && bytes == [Self.escape] }
  /// Whether an unfinished key waits for its rest.
  var isWaiting: Bool { isPasting || !bytes.isEmpty }
  /// Whether a paste waits for its end.
  var isPasting: Bool { paste != nil }

  /// The events that are complete with these bytes.
  mutating func events(from more: some Sequence<UInt8>) -> [TerminalEvent] {
    bytes += more
    var events: [TerminalEvent] = []
    while !bytes.isEmpty {
      if paste != nil {
        guard let text = continuePaste() else { break }
        events.append(.paste(text))
        continue
      }
      guard case .done(let count, let event) = step() else { break }
      bytes.removeFirst(count)
      guard let event else { continue }
      // Of a pointer that moves only where it has got to matters.
      if let last = events.last, last.isMotion(like: event) { events.removeLast() }
      events.append(event)
    }
    return events
  }

  /// The events of an unfinished key whose rest did not come in time.
  mutating func timedOut() -> [TerminalEvent] {
    guard isWaiting else { return [] }
    defer { (bytes, paste) = ([], nil) }
    // An end that was lost must not leave all keys to the paste.
    if let paste { return [.paste(Self.text(ofPaste: paste + bytes))] }
    return isLoneEscape ? [.key(.escape)] : []
  }

  private mutating func step() -> Step {
    guard bytes[0] == Self.escape else { return plainKey(at: 0) { $0 } }
    guard bytes.count > 1 else { return .incomplete }
    switch bytes[1] {
    case UInt8(ascii: "["): return controlSequence()
    case UInt8(ascii: "O"):
      guard bytes.count > 2 else { return .incomplete }
      return .done(count: 3, Self.key(final: bytes[2], modifier: 1).map { .key($0) })
    case Self.escape: return .done(count: 1, .key(.escape))
    default:
      return plainKey(at: 1) { key in
        if case .character(let character) = key { .alt(character) } else { key }
      }
    }
  }

  /// A character or control byte.
  private func plainKey(at index: Int, _ change: (Key) -> Key) -> Step {
    let first = bytes[index]
    if first < 0x80 {
      return .done(count: index + 1, .key(change(Self.asciiKey(first))))
    }
    let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
    let available = bytes[index...].prefix(length)
    let isContinued = available.dropFirst().allSatisfy { $0 & 0xC0 == 0x80 }
    guard first >= 0xC2, isContinued else { return .done(count: index + 1, nil) }
    guard available.count == length else { return .incomplete }
    let scalars = String(decoding: available, as: UTF8.self).unicodeScalars
    guard scalars.count == 1, let scalar = scalars.first, scalar != "\u{FFFD}" else {
      return .done(count: index + length, nil)
    }
    return .done(count: index + length, .key(change(.character(Character(scalar)))))
  }

  private static func asciiKey(_ byte: UInt8) -> Key {
    switch byte {
    case 0x09: .tab
    case 0x0A, 0x0D: .enter
    case 0x08, 0x7F: .backspace
    case 0x1B: .escape
    case 0x01...0x1A: .control(Character(Unicode.Scalar(byte + 0x60)))
    case 0x00..<0x20: .control(Character(Unicode.Scalar(byte + 0x40)))
    default: .character(Character(Unicode.Scalar(byte)))
    }
  }

  private mutating func controlSequence() -> Step {
    if bytes.count > 2, bytes[2] == UInt8(ascii: "[") {
      guard bytes.count > 3 else { return .incomplete }
      let number = Int(bytes[3]) - Int(UInt8(ascii: "A")) + 1
      return .done(count: 4, (1...5).contains(number) ? .key(.function(number)) : nil)
    }
    guard let end = bytes[2...].firstIndex(where: { !(0x20...0x3F).contains($0) }) else {
      // Nothing real is this long; whoever sends it must not fill the memory.
      return bytes.count > 64 ? .done(count: bytes.count, nil) : .incomplete
    }
    let parameters = bytes[2..<end]
    let final = bytes[end]
    if parameters.first == UInt8(ascii: "<") {
      let numbers = Self.numbers(parameters.dropFirst())
      return .done(count: end + 1, Self.mouseEvent(numbers, final: final))
    }
    let numbers = Self.numbers(parameters)
    if final == UInt8(ascii: "~") {
      if numbers.first == 200 { paste = [] }
      return .done(count: end + 1, Self.key(number: numbers.first ?? 0).map { .key($0) })
    }
    let modifier = numbers.count > 1 ? numbers[1] : 1
    return .done(count: end + 1, Self.key(final: final, modifier: modifier).map { .key($0) })
  }

  private static func numbers(_ parameters: ArraySlice<UInt8>) -> [Int] {
    parameters.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
      .map { Int(String(decoding: $0, as: UTF8.self)) ?? 0 }
  }

  private static func key(final: UInt8, modifier: Int) -> Key? {
    let isShifted = modifier == 2
    switch final {
    case UInt8(ascii: "A"): return isShifted ? .shiftUp : .up
    case UInt8(ascii: "B"): return isShifted ? .shiftDown : .down
    case UInt8(ascii: "C"): return isShifted ? .shiftRight : .right
    case UInt8(ascii: "D"): return isShifted ? .shiftLeft : .left
    case UInt8(ascii: "F"): return .end
    case UInt8(ascii: "H"): return .home
    case UInt8(ascii: "M"): return .enter
    case UInt8(ascii: "P")...UInt8(ascii: "S"):
      return .function(Int(final - UInt8(ascii: "P")) + 1)
    case UInt8(ascii: "Z"): return .backTab
    default: return nil
    }
  }

  private static func key(number: Int) -> Key? {
    switch number {
    case 1, 7: .home
    case 2: .insert
    case 3: .delete
    case 4, 8: .end
    case 5: .pageUp
    case 6: .pageDown
    case 11...15: .function(number - 10)
    case 17...21: .function(number - 11)
    case 23...24: .function(number - 12)
    default: nil
    }
  }

  private static func mouseEvent(_ numbers: [Int], final: UInt8) -> TerminalEvent? {
    guard numbers.count == 3 else { return nil }
    let (x, y) = (numbers[1] - 1, numbers[2] - 1)
    if final == UInt8(ascii: "m") { return .mouse(.release, x: x, y: y) }
    guard final == UInt8(ascii: "M") else { return nil }
    switch numbers[0] {
    case 0: return .mouse(.press, x: x, y: y)
    case 32: return .mouse(.drag, x: x, y: y)
    case 35: return .mouse(.move, x: x, y: y)
    case 64: return .mouse(.wheelUp, x: x, y: y)
    case 65: return .mouse(.wheelDown, x: x, y: y)
    default: return nil
    }
  }

  /// Moves bytes into the paste; the text of the paste once its end is there.
  private mutating func continuePaste() -> String? {
    var collected = paste ?? []
    let end = bytes.indices.first { bytes[$0...].starts(with: Self.pasteEnd) }
    // The end may have come in part; its first bytes must wait.
    let kept =
      (1..<Self.pasteEnd.count).reversed()
      .first { bytes.suffix($0).elementsEqual(Self.pasteEnd.prefix($0)) } ?? 0
    let taken = end ?? bytes.count - kept
    collected += bytes.prefix(min(taken, Self.pasteLimit - collected.count))
    bytes.removeFirst(end.map { $0 + Self.pasteEnd.count } ?? taken)
    paste = end == nil ? collected : nil
    return end == nil ? nil : Self.text(ofPaste: collected)
  }

  private static func text(ofPaste bytes: [UInt8]) -> String {
    let text = String(decoding: bytes, as: UTF8.self)
    var result = ""
    var isAfterReturn = false
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\r": result += "\n"
      case "\n": if !isAfterReturn { result += "\n" }
      case "\t": result += " "
      default:
        if scalar.properties.generalCategory != .control { result.unicodeScalars.append(scalar) }
      }
      isAfterReturn = scalar == "\r"
    }
    return result
  }
}

extension TerminalEvent {
  /// Whether both say that the pointer moved, in the same way.
  fileprivate func isMotion(like other: TerminalEvent) -> Bool {
    switch (self, other) {
    case (.mouse(.move, _, _), .mouse(.move, _, _)), (.mouse(.drag, _, _), .mouse(.drag, _, _)):
      true
    default: false
    }
  }
}
