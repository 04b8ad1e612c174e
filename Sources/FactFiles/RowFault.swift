public import PingCollector
public import PlaybackFacts

/// Why a row is refused.
public enum RowFault: Error, Hashable, Sendable {
  /// The line is no JSON object; where in the line it breaks, from 1.
  case notAnObject(byte: Int)
  /// The row has another number of fields than the header.
  case fieldCount(found: Int, expected: Int)
  /// Something follows a closing quote.
  case textAfterQuote
  /// The object has a key that neither a fact nor a ping has.
  case unknownKey(String)
  /// The key holds an object, an array or a truth value.
  case wrongType(column: String)
  /// A JSON value is of another type than its key wants, `form`: "text", "a list of texts".
  case notA(form: String, column: String)
  /// A field is empty that must not be.
  case missing(column: String)
  /// A field is longer than its limit in bytes.
  case tooLong(column: String, limit: Int)
  /// A field's bytes are no UTF-8.
  case notUTF8(column: String)
  /// Neither an ATOM date-time nor milliseconds since 1970.
  case badTime(String)
  /// The fact or ping is older than the oldest that is retained.
  case olderThan(Timestamp)
  /// The time can't be right, but might be in another unit.
  case implausibleTime(String, accepted: Timeframe, likely: TimeUnit?)
  /// There is no such fact.
  case unknownFact(String)
  /// The fact can't have this value.
  case badValue(String, of: FactKind)
  /// There is no country with this code.
  case unknownCountry(String)
  /// There is no device type of this name.
  case unknownDeviceType(String)
  /// Neither 0 nor 1.
  case badBot(String)
  /// Neither a number of seconds above 0 nor nothing.
  case badDuration(String)
  /// A media item has more tags than may be.
  case tooManyTags(limit: Int)
  /// A tag has a line break in it.
  case lineBreakInTag
  /// A media item of a list is refused; its number, from 1, and why.
  case inList(number: Int, _ reason: String)
  /// The row is a recorded ping of which nothing may count.
  case badPing(PingRefusal)
}

extension RowFault: CustomStringConvertible {
  /// One sentence for the user, without the line.
  public var description: String {
    switch self {
    case .notAnObject(let byte):
      "not a JSON object (byte \(byte) of the line)"
    case .fieldCount(let found, let expected):
      "\(found) fields where the header has \(expected)"
    case .textAfterQuote:
      "text after a closing quote"
    case .unknownKey(let name):
      "unknown key \(quoted(name))"
    case .wrongType(let column):
      "\(column) is neither text nor a number"
    case .notA(let form, let column):
      "\(column) is not \(form)"
    case .missing(let column):
      "\(column) is missing"
    case .tooLong(let column, let limit):
      "\(column) is longer than \(limit) bytes"
    case .notUTF8(let column):
      "\(column) is not UTF-8"
    case .badTime(let text):
      "\(quoted(text)) is neither an ATOM date-time nor ms since 1970"
    case .olderThan(let edge):
      "older than the retention; facts are retained since \(edge.atom)"
    case .implausibleTime(let text, let accepted, let unit):
      "the time \(quoted(text)) is not between \(accepted.from.atom) and \(accepted.to.atom)"
        + (unit.map { "; times are in ms since 1970, and this looks like \($0.rawValue)" } ?? "")
    case .unknownFact(let name):
      "unknown fact \(quoted(name)); use one of \(FactKind.allCases.map(\.name).joined(separator: " "))"
    case .badValue(let text, let kind):
      "\(quoted(text)) is not a value of \(kind.name): \(kind.valueRule)"
    case .unknownCountry(let code):
      "\(quoted(code)) is not a country code"
    case .unknownDeviceType(let name):
      "\(quoted(name)) is not a device type; use one of \(deviceTypes.joined(separator: " "))"
    case .badBot(let text):
      "\(quoted(text)) is not a value of bot: 1 for a bot, 0 for everybody else"
    case .badDuration(let text):
      "\(quoted(text)) is not a duration; give seconds, or 3:12"
    case .tooManyTags(let limit):
      "more than \(limit) tags"
    case .lineBreakInTag:
      "a tag contains a line break"
    case .inList(let number, let reason):
      "item \(number) of the list: \(reason)"
    case .badPing(let refusal):
      refusal.description
    }
  }
}

/// A row that doesn't count.
public struct RefusedRow: Hashable, Sendable {
  /// The line on which the row begins, from 1.
  public let line: Int
  /// What is wrong with it.
  public let fault: RowFault

  /// Makes a record of a refusal.
  public init(line: Int, fault: RowFault) {
    self.line = line
    self.fault = fault
  }
}
