extension UserAgent {
  /// Whether the model, which stands before the first `)`, is named after the screen of a TV:
  /// its diagonal in inches, a capital and three more capitals or digits, as in `LED43UBB33`.
  ///
  /// Phones are named so, too, but fewer than one in a thousand.
  static func namesScreenSize(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    var digits = 0
    var number = 0
    for (index, byte) in bytes.enumerated() {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        digits += 1
        number = number &* 10 &+ Int(byte - UInt8(ascii: "0"))
      case UInt8(ascii: ")"):
        return false
      default:
        if digits == 2, screenSizes.contains(number), isCapital(byte),
          bytes.count > index + 3,
          bytes[index + 1...index + 3].allSatisfy({ isCapital($0) || isDigit($0) })
        {
          return true
        }
        digits = 0
        number = 0
      }
    }
    return false
  }

  /// Diagonals of TVs, in inches.
  private static let screenSizes: [Int] = [
    19, 22, 24, 28, 32, 39, 40, 42, 43, 48, 49, 50, 55, 58, 60, 65, 70, 75, 77, 82, 85, 86, 98,
  ]

  static func isCapital(_ byte: UInt8) -> Bool {
    UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
  }

  static func isDigit(_ byte: UInt8) -> Bool {
    UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
  }
}
