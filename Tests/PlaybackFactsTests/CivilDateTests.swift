import PlaybackFacts
import TestSupport
import Testing

@Suite("Civil date")
struct CivilDateTests {
  /// A calendar that is walked day by day, from a Thursday on.
  private struct NaiveCalendar {
    var year = 1970
    var month = 1
    var day = 1
    var weekday = 3

    private var daysOfMonth: Int {
      let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
      return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    }

    mutating func advance() {
      weekday = (weekday + 1) % 7
      day += 1
      guard day > daysOfMonth else { return }
      day = 1
      month += 1
      guard month > 12 else { return }
      month = 1
      year += 1
    }

    mutating func goBack() {
      weekday = (weekday + 6) % 7
      day -= 1
      guard day == 0 else { return }
      month -= 1
      if month == 0 {
        month = 12
        year -= 1
      }
      day = daysOfMonth
    }
  }

  private func expectAgreement(_ number: Int, _ naive: NaiveCalendar) {
    let date = CivilDate(daysSince1970: number)
    #expect(date.components == (naive.year, naive.month, naive.day))
    #expect(date.weekday == naive.weekday)
    #expect(CivilDate(year: naive.year, month: naive.month, day: naive.day) == date)
  }

  @Test func `every day up to 2120 is that of a calendar`() {
    var naive = NaiveCalendar()
    for number in 0..<55_000 {
      expectAgreement(number, naive)
      naive.advance()
    }
  }

  @Test func `every day back to 1869 is that of a calendar`() {
    var naive = NaiveCalendar()
    for number in 0..<37_000 {
      expectAgreement(-number, naive)
      naive.goBack()
    }
  }

  @Test(arguments: [
    (2023, 2, 29), (1900, 2, 29), (2024, 2, 30), (2024, 4, 31), (2024, 0, 1), (2024, 13, 1),
    (2024, 1, 0), (2024, 1, 32), (2024, -1, -1),
  ])
  func `there are days that don't exist`(year: Int, month: Int, day: Int) {
    #expect(CivilDate(year: year, month: month, day: day) == nil)
  }

  @Test(arguments: [
    (0, "1970-01-01"), (19_871, "2024-05-28"), (-719_528, "0000-01-01"), (-719_162, "0001-01-01"),
    (2_932_896, "9999-12-31"),
  ])
  func `a day is written with four digits of its year`(number: Int, text: String) {
    #expect("\(CivilDate(daysSince1970: number))" == text)
  }

  @Test func `an instant has a date and a time of day, also before 1970`() {
    let time = CivilTime(Timestamp(milliseconds: -1))

    #expect(time.date == CivilDate(year: 1969, month: 12, day: 31))
    #expect((time.hour, time.minute, time.second) == (23, 59, 59))
  }
}
