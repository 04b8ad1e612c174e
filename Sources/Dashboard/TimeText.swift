import PlaybackFacts

/// Dates and times of day as short words.
enum TimeText {
  private static let weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// `14:05`.
  static func clock(_ time: CivilTime) -> String {
    "\(NumberText.padded(time.hour)):\(NumberText.padded(time.minute))"
  }

  /// `Mon`.
  static func weekday(_ date: CivilDate) -> String { weekdays[date.weekday] }

  /// `13 May`.
  static func dayAndMonth(_ date: CivilDate) -> String {
    "\(date.components.day) \(month(date))"
  }

  /// `May`.
  static func month(_ date: CivilDate) -> String { months[date.components.month - 1] }
}
