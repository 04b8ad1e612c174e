import HTTPTypes

extension HTTPFields {
  /// The value of a field as the subscript has it, but faster where it comes once, as nearly all do.
  func value(_ name: HTTPField.Name) -> String? {
    guard let first = firstIndex(where: { $0.name == name }) else { return nil }
    guard lastIndex(where: { $0.name == name }) == first else { return self[name] }
    return self[first].value
  }
}
