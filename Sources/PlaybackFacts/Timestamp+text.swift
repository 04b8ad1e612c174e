extension Timestamp {
  /// This instant as an ATOM date-time in UTC, `2024-05-28T11:15:07+00:00`; fractions are cut.
  public var atom: String { atom(offsetSeconds: 0) }

  /// This instant as an ATOM date-time, `2024-05-28T13:15:07+02:00`, at an offset from UTC.
  ///
  /// The offset is in seconds and is written in whole minutes.
  public func atom(offsetSeconds: Int) -> String {
    let local = CivilTime(self + Int64(offsetSeconds) * 1000)
    let offset = abs(offsetSeconds) / 60
    let sign = offsetSeconds < 0 ? "-" : "+"
    return local.date.description
      + "T\(twoDigits(local.hour)):\(twoDigits(local.minute)):\(twoDigits(local.second))"
      + "\(sign)\(twoDigits(offset / 60)):\(twoDigits(offset % 60))"
  }

  /// Reads an ATOM date-time: `2024-02-05T00:00:00+01:00`.
  ///
  /// `Z`, a missing offset (UTC), an offset without a colon, a space for the `+` of the offset,
  /// and fractions of a second are accepted. Anything else, and dates that don't exist, give nil.
  public init?(atom text: some StringProtocol) {
    var reader = DigitReader(text.utf8)
    guard let year = reader.number(digits: 4), reader.skip("-"),
      let month = reader.number(digits: 2), reader.skip("-"),
      let day = reader.number(digits: 2), reader.skip("T") || reader.skip("t"),
      let hour = reader.number(digits: 2), hour < 24, reader.skip(":"),
      let minute = reader.number(digits: 2), minute < 60, reader.skip(":"),
      let second = reader.number(digits: 2), second < 60,
      let date = CivilDate(year: year, month: month, day: day)
    else { return nil }
    let milliseconds = reader.skip(".") ? reader.fraction() : 0
    guard let milliseconds, let offsetMinutes = reader.offset() else { return nil }
    let seconds = Int64(hour * 3600 + minute * 60 + second - offsetMinutes * 60)
    self.init(
      milliseconds: Int64(date.daysSince1970) * Milliseconds.day + seconds * 1000 + milliseconds
    )
  }
}

func twoDigits(_ number: Int) -> String {
  number < 10 ? "0\(number)" : String(number)
}

private struct DigitReader {
  private var bytes: [UInt8]
  private var position = 0

  init(_ bytes: some Sequence<UInt8>) {
    self.bytes = Array(bytes)
  }

  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard position < bytes.count, UInt32(bytes[position]) == character.value else { return false }
    position += 1
    return true
  }

  mutating func number(digits: Int) -> Int? {
    guard position + digits <= bytes.count else { return nil }
    var value = 0
    for byte in bytes[position..<position + digits] {
      guard (48...57).contains(byte) else { return nil }
      value = value * 10 + Int(byte - 48)
    }
    position += digits
    return value
  }

  /// The digits after a decimal point as milliseconds, cut.
  mutating func fraction() -> Int64? {
    var value: Int64 = 0
    var scale: Int64 = 100
    let start = position
    while position < bytes.count, (48...57).contains(bytes[position]) {
      value += Int64(bytes[position] - 48) * scale
      scale /= 10
      position += 1
    }
    return position > start ? value : nil
  }

  /// The offset at the end, in minutes; nothing left means UTC.
  mutating func offset() -> Int? {
    if position == bytes.count { return 0 }
    if skip("Z") || skip("z") { return position == bytes.count ? 0 : nil }
    // A plus sign in a query string arrives as a space.
    let isEast = skip("+") || skip(" ")
    guard isEast || skip("-"), let hours = number(digits: 2), hours < 24 else { return nil }
    _ = skip(":")
    guard let minutes = number(digits: 2), minutes < 60, position == bytes.count else { return nil }
    return (isEast ? 1 : -1) * (hours * 60 + minutes)
  }
}

extension Timestamp {
  /// The time as HTTP writes it, in whole seconds: `Tue, 28 May 2024 10:28:27 GMT`.
  ///
  /// Source: RFC 9110, 5.6.7, IMF-fixdate.
  public var httpDate: String {
    let time = CivilTime(self)
    let (year, month, day) = time.date.components
    let weekday = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][time.date.weekday]
    let monthName = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ][month - 1]
    return "\(weekday), \(twoDigits(day)) \(monthName) \(year) "
      + "\(twoDigits(time.hour)):\(twoDigits(time.minute)):\(twoDigits(time.second)) GMT"
  }
}
