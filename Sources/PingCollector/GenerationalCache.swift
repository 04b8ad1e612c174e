/// A dictionary that forgets what wasn't used for a while, and never holds more than so many bytes.
///
/// ```
///  set ─▶ fresh: 1/32 of the bytes ──── used again ───▶ used: the rest
///           newer ─▶ older ─▶ forgotten                   newer ─▶ older ─▶ forgotten
/// ```
/// What is used moves into the newer of two generations; when that has half of the bytes, or is old, it
/// becomes the older one, and what was in that is forgotten. What was never used since it came has a small
/// place of its own, so that a flood of keys that come once takes neither the memory nor the place of the others.
struct GenerationalCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  /// How many bytes it holds at most.
  let capacityInBytes: Int
  /// How many bytes a value has.
  private let size: @Sendable (Value) -> Int
  private var used = Generations()
  private var fresh = Generations()

  private struct Generations: Sendable {
    var newer = Generation()
    var older = Generation()

    var count: Int { newer.values.count + older.values.count }
    var bytes: Int { newer.bytes + older.bytes }

    mutating func remove(_ key: Key, _ size: (Value) -> Int) -> Value? {
      newer.remove(key, size) ?? older.remove(key, size)
    }

    /// Inserts a key that is not there, of so many bytes, and holds no more than a capacity.
    mutating func insert(_ value: Value, for key: Key, bytes: Int, capacity: Int) {
      if newer.bytes + bytes > capacity / 2 { age() }
      newer.values[key] = value
      newer.bytes += bytes
    }

    mutating func age() {
      older = newer
      newer = Generation()
    }
  }

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
  var count: Int { used.count + fresh.count }

  /// How many bytes it holds.
  var bytes: Int { used.bytes + fresh.bytes }

  private var freshCapacity: Int { capacityInBytes / 32 }

  /// The value of a key, which counts as used; setting nil forgets it.
  ///
  /// A value of nearly half of the capacity is not held.
  subscript(key: Key) -> Value? {
    mutating get {
      if let value = used.newer.values[key] { return value }
      guard let value = used.older.remove(key, size) ?? fresh.remove(key, size) else { return nil }
      insert(value, for: key, isUsed: true)
      return value
    }
    set {
      if let newValue { set(newValue, for: key, isUsed: false) } else { forget(key) }
    }
  }

  /// Sets the value of a key; `isUsed` says that it was used before, though not from here.
  mutating func set(_ value: Value, for key: Key, isUsed: Bool) {
    insert(value, for: key, isUsed: forget(key) || isUsed)
  }

  /// Forgets everything.
  mutating func removeAll() {
    used = Generations()
    fresh = Generations()
  }

  /// Starts a new generation: what isn't used until the next is forgotten then.
  mutating func age() {
    used.age()
    fresh.age()
  }

  /// Forgets a key; whether it had been used.
  @discardableResult
  private mutating func forget(_ key: Key) -> Bool {
    _ = fresh.remove(key, size)
    return used.remove(key, size) != nil
  }

  private mutating func insert(_ value: Value, for key: Key, isUsed: Bool) {
    let bytes = size(value) + Self.bytesPerEntry
    if !isUsed, bytes <= freshCapacity / 2 {
      fresh.insert(value, for: key, bytes: bytes, capacity: freshCapacity)
    } else if bytes <= (capacityInBytes - freshCapacity) / 2 {
      used.insert(value, for: key, bytes: bytes, capacity: capacityInBytes - freshCapacity)
    }
  }
}
