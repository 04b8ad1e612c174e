/// A dictionary that forgets what wasn't used for a while, and never holds more than so many values or bytes.
///
/// What is used moves into the newer of two generations; when that is half of the capacity, or old,
/// it becomes the older one, and what was in that is forgotten.
struct GenerationalCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  /// How many values it holds at most, ≥ 2.
  let capacity: Int
  /// How many bytes its values take at most, beside the newest one.
  private let byteCapacity: Int
  /// What a value takes with its key, beside their places in the dictionary.
  private let byteCount: @Sendable (Key, Value) -> Int
  private var newer: [Key: Value] = [:]
  private var newerBytes = 0
  private var older: [Key: Value] = [:]

  init(
    capacity: Int,
    byteCapacity: Int = .max,
    byteCount: @escaping @Sendable (Key, Value) -> Int = { _, _ in 0 }
  ) {
    self.capacity = max(2, capacity)
    self.byteCapacity = byteCapacity
    self.byteCount = byteCount
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
      if let old = newer.removeValue(forKey: key) { newerBytes -= byteCount(key, old) }
      if let newValue { insert(newValue, for: key) }
    }
  }

  /// Forgets everything.
  mutating func removeAll() {
    older = [:]
    newer = [:]
    newerBytes = 0
  }

  /// Starts a new generation: what isn't used until the next is forgotten then.
  mutating func age() {
    older = newer
    newer = [:]
    newerBytes = 0
  }

  private mutating func insert(_ value: Value, for key: Key) {
    let bytes = byteCount(key, value)
    if newer.count >= capacity / 2 || newerBytes + bytes > byteCapacity / 2 { age() }
    newer[key] = value
    newerBytes += bytes
  }
}
