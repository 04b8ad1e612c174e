import AnalyticsSource
import PlaybackFacts
import TextAndBytes

/// The keys and access tokens of a store as they are known in memory.
///
/// They are found by the SHA-256 hash of what was shown. Comparing two hashes takes the same time wherever they
/// differ, so that the time of an answer says nothing of the keys.
struct Keyring {
  private var keys: [SHA256Digest: APIKey] = [:]
  private var states: [Int64: APIKey] = [:]
  private var tokens: [SHA256Digest: AccessTokenTable.Token] = [:]
  /// The id of the newest access token that was read.
  private(set) var newestToken: Int64 = 0
  /// When they were read, and the log's stamp then; nil before they were.
  private var reading: (time: Timestamp, stamp: LogIndex.Stamp?)?
  /// Uses that are not in the file yet: the minute of the last, by key.
  private var uses: [Int64: Timestamp] = [:]

  /// Whether there is any key, usable or not.
  var isEmpty: Bool { keys.isEmpty }

  /// Whether nothing was committed since they were read.
  func isNewest(_ stamp: LogIndex.Stamp?) -> Bool {
    guard let known = reading?.stamp, let stamp else { return false }
    return known == stamp
  }

  /// Whether they were read less than a second ago, by a clock that may have been set meanwhile.
  func isFresh(at now: Timestamp) -> Bool {
    reading.map { abs(now - $0.time) < Milliseconds.second } ?? false
  }

  /// Takes what a snapshot says that began after a stamp.
  mutating func take(
    _ rows: [(hash: SHA256Digest, key: APIKey)],
    _ issued: (tokens: [AccessTokenTable.Token], newest: Int64),
    since stamp: LogIndex.Stamp?,
    at now: Timestamp
  ) {
    keys = Dictionary(rows.map { ($0.hash, $0.key) }, uniquingKeysWith: { $1 })
    states = Dictionary(rows.map { ($0.key.id, $0.key) }, uniquingKeysWith: { $1 })
    tokens = tokens.filter { now < $0.value.expiresAt }
    for token in issued.tokens { tokens[token.hash] = token }
    newestToken = max(newestToken, issued.newest)
    reading = (now, stamp)
  }

  /// Has them read again before the next answer: this process has changed them.
  mutating func invalidate() { reading = nil }

  /// The active key that has a hash.
  func key(_ hash: SHA256Digest, at now: Timestamp) -> Int64? {
    keys[hash].flatMap { $0.state(at: now) == .active ? $0.id : nil }
  }

  /// The active key for which an access token with a hash was issued.
  func key(ofToken hash: SHA256Digest, at now: Timestamp) -> Int64? {
    guard let token = tokens[hash], now < token.expiresAt else { return nil }
    return states[token.key]?.state(at: now) == .active ? token.key : nil
  }

  /// Remembers that a key was used in this minute.
  mutating func noteUse(of key: Int64, at now: Timestamp) {
    let minute = now.floored(to: Milliseconds.minute)
    let known = uses[key] ?? states[key]?.lastUsedAt
    if known.map({ $0 < minute }) ?? true { uses[key] = minute }
  }

  /// The uses to write, which are not remembered any more.
  mutating func takeUses() -> [Int64: Timestamp] {
    defer { uses = [:] }
    return uses
  }
}
