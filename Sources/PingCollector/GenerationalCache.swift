/// A dictionary that forgets what wasn't used for a while, and never holds more than so many bytes.
///
/// What is used moves into the newer of two generations; when that has half of the capacity, or is
/// old, it becomes the older one, and what was in that is forgotten.
struct GenerationalCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  /// How many bytes it holds at most.
  let capacityInBytes: Int
  /// How many bytes a value has.
  private let size: @Sendable (Value) -> Int
  private var newer = Generation()
  private var older = Generation()

  private struct Generation: Sendable {
    var values: [Key: Value] = [:]
    var bytes = 0

    mutating func remove(_ key: Key, _ size: (Value) -> Int) -> Value? {
      guard let value = values.removeValue(forKey: key) else { return nil }
      bytes -= size(value) + GenerationalCache.bytesPerEntry
      return value
    }
  }

  /// How many bytes an entry takes besides what its value says: key, value and room for more of them.
  static var bytesPerEntry: Int { 64 + MemoryLayout<Key>.stride + MemoryLayout<Value>.stride }

  /// Makes an empty cache; keys hold no memory of their own, values as many bytes as `size` says.
  init(capacityInBytes: Int, size: @escaping @Sendable (Value) -> Int) {
    self.capacityInBytes = capacityInBytes
    self.size = size
  }

  /// How many values it holds.
  var count: Int { newer.values.count + older.values.count }

  /// How many bytes it holds.
  var bytes: Int { newer.bytes + older.bytes }

  /// The value of a key, which counts as used; setting nil forgets it.
  ///
  /// A value of more than half of the capacity is not held.
  subscript(key: Key) -> Value? {
    mutating get {
      if let value = newer.values[key] { return value }
      guard let value = older.remove(key, size) else { return nil }
      insert(value, for: key)
      return value
    }
    set {
      _ = older.remove(key, size)
      _ = newer.remove(key, size)
      if let newValue { insert(newValue, for: key) }
    }
  }

  /// Forgets everything.
  mutating func removeAll() {
    older = Generation()
    newer = Generation()
  }

  /// Starts a new generation: what isn't used until the next is forgotten then.
  mutating func age() {
    older = newer
    newer = Generation()
  }

  private mutating func insert(_ value: Value, for key: Key) {
    let bytes = size(value) + Self.bytesPerEntry
    guard bytes <= capacityInBytes / 2 else { return }
    if newer.bytes + bytes > capacityInBytes / 2 { age() }
    newer.values[key] = value
    newer.bytes += bytes
  }
}
