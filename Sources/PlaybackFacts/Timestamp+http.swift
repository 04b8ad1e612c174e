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
