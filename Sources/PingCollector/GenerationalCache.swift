/// A dictionary that forgets what wasn't used for a while, and never holds more than so many values.
///
/// What is used moves into the newer of two generations; when that is half of the capacity, or old,
/// it becomes the older one, and what was in that is forgotten.
struct GenerationalCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  /// How many values it holds at most, ≥ 2.
  let capacity: Int
  private var newer: [Key: Value] = [:]
  private var older: [Key: Value] = [:]

  init(capacity: Int) {
    self.capacity = max(2, capacity)
  }

  /// How many values it holds.
  var count: Int { newer.count + older.count }

  /// The value of a key, which counts as used; setting nil forgets it.
  subscript(key: Key) -> Value? {
    mutating get {
      if let value = newer[key] { return value }
      guard let value = older.removeValue(forKey: key) else { return nil }
      insert(value, for: key)
      return value
    }
    set {
      older[key] = nil
      if let newValue { insert(newValue, for: key) } else { newer[key] = nil }
    }
  }

  /// Forgets everything.
  mutating func removeAll() {
    older = [:]
    newer = [:]
  }

  /// Starts a new generation: what isn't used until the next is forgotten then.
  mutating func age() {
    older = newer
    newer = [:]
  }

  private mutating func insert(_ value: Value, for key: Key) {
    if newer.count >= capacity / 2, newer[key] == nil { age() }
    newer[key] = value
  }
}
