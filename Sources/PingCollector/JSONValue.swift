/// A JSON value as far as a ping needs it.
enum JSONValue: Equatable {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  /// An object or an array.
  case container
}
