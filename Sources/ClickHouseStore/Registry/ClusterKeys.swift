import AnalyticsSource
import PlaybackFacts
import Synchronization
import TextAndBytes

/// The API keys of a cluster and the tokens issued for them, which are the same for all servers.
///
/// They are read again once a second at most, and at once for somebody who is not known.
final class ClusterKeys: Sendable {
  private let connection: ClickHouseConnection
  private let schema: ClickHouseSchema
  private let known = Mutex(Known())

  private struct Known {
    var keys: [[UInt8]: APIKey] = [:]
    var tokens: [[UInt8]: Token] = [:]
    var readAt: Timestamp?
    /// Uses that are not in the cluster yet.
    var uses: [Int64: Timestamp] = [:]
  }

  private struct Token {
    let isRefresh: Bool
    let key: Int64
    let expiresAt: Timestamp
  }

  init(_ connection: ClickHouseConnection, _ schema: ClickHouseSchema) {
    self.connection = connection
    self.schema = schema
  }

  /// Whether there is any key, expired and revoked ones included.
  func exist(at now: Timestamp) async throws -> Bool {
    try await readWhereDue(at: now)
    return known.withLock { !$0.keys.isEmpty }
  }

  /// The active key that a credential is, or was issued for.
  func key(of credential: Credential, at now: Timestamp) async throws -> Int64? {
    try await readWhereDue(at: now)
    if let key = find(credential, at: now) { return key }
    // Another server may have created it, or issued the token, a moment ago.
    try await readWhereDue(at: now, isUnknown: true)
    return find(credential, at: now)
  }

  private func find(_ credential: Credential, at now: Timestamp) -> Int64? {
    known.withLock { known in
      let key: APIKey?
      switch credential {
      case .apiKey(let text): key = known.keys[Self.hash(text)]
      case .accessToken(let text): key = Self.key(of: text, isRefresh: false, known, now)
      case .refreshToken: key = nil
      }
      guard let key, key.state(at: now) == .active else { return nil }
      let minute = now.floored(to: Milliseconds.minute)
      if (known.uses[key.id] ?? key.lastUsedAt).map({ $0 < minute }) ?? true {
        known.uses[key.id] = minute
      }
      return key.id
    }
  }

  private static func key(
    of token: String,
    isRefresh: Bool,
    _ known: Known,
    _ now: Timestamp
  ) -> APIKey? {
    guard let token = known.tokens[hash(token)], token.isRefresh == isRefresh,
      now < token.expiresAt
    else { return nil }
    return known.keys.values.first { $0.id == token.key }
  }

  private static func hash(_ text: String) -> [UInt8] { Array(SHA256Digest(of: text).bytes) }

  // MARK: - Tokens

  /// Issues tokens for an API key, or new ones for a refresh token, which can't be used again.
  func issueTokens(for credential: Credential, at now: Timestamp) async throws -> AccessTokens? {
    var rows: [Rows.Token] = []
    let key: Int64?
    switch credential {
    case .accessToken: return nil
    case .apiKey: key = try await self.key(of: credential, at: now)
    case .refreshToken(let text):
      try await readWhereDue(at: now, isUnknown: true)
      key = known.withLock { known in
        let key = Self.key(of: text, isRefresh: true, known, now)
        // Whoever asks this server next gets none, whether the cluster knows it or not.
        known.tokens[Self.hash(text)] = nil
        return key?.state(at: now) == .active ? key?.id : nil
      }
      if let key, try await !spend(Self.hash(text), of: key, at: now) { return nil }
    }
    guard let key else { return nil }
    let tokens = AccessTokens(access: Secret.token(), refresh: Secret.token())
    let kinds = [
      (false, tokens.access, AccessTokens.accessSeconds),
      (true, tokens.refresh, AccessTokens.refreshSeconds),
    ]
    rows += kinds.map { isRefresh, text, seconds in
      Rows.Token(
        hash: Self.hash(text),
        isRefresh: isRefresh,
        key: key,
        expiresAt: now + seconds * Milliseconds.second,
        version: UInt64(now.milliseconds) << 1
      )
    }
    try await connection.insert(Rows.tokens(rows, issuedAt: now), schema)
    // They may be shown at once.
    known.withLock { $0.readAt = nil }
    return tokens
  }

  /// Uses a refresh token up; false where another server has, or does so at the same moment: then neither has it.
  private func spend(_ hash: [UInt8], of key: Int64, at now: Timestamp) async throws -> Bool {
    let spent = Rows.Token(
      hash: hash,
      isRefresh: true,
      key: key,
      expiresAt: Timestamp(milliseconds: 0),
      version: UInt64(now.milliseconds) << 1 | 1
    )
    try await connection.insert(Rows.tokens([spent], issuedAt: now), schema)
    var rows = try await connection.rows(
      """
      SELECT toInt64(count()) FROM \(schema.whole("access_tokens")) \
      WHERE lower(hex(hash)) = \(Self.digits(of: hash)) AND expires = 0
      """
    )
    return try connection.reading { () throws(MalformedBytes) in try rows.int64() } == 1
  }

  private static func digits(of bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  // MARK: - Keys

  /// All keys in the order of their creation.
  func all() async throws -> [APIKey] {
    try await readKeys().map(\.key).sorted { $0.id < $1.id }
  }

  /// Creates a key; nil where an active one has the name already.
  func create(
    named name: String,
    secret: String,
    expiresAt: Timestamp?,
    now: Timestamp
  ) async throws -> APIKey? {
    let keys = try await readKeys().map(\.key)
    guard !keys.contains(where: { $0.name == name && $0.state(at: now) == .active }) else {
      return nil
    }
    let key = APIKey(
      id: (keys.map(\.id).max() ?? 0) + 1,
      name: name,
      createdAt: now,
      expiresAt: expiresAt
    )
    try await write(key, Self.hash(secret), now)
    return key
  }

  /// Revokes an active key by its name or its number; nil where there is none.
  func revoke(_ nameOrID: String, now: Timestamp) async throws -> APIKey? {
    let active = try await readKeys().filter { $0.key.state(at: now) == .active }
    guard
      let found = active.first(where: { $0.key.name == nameOrID })
        ?? active.first(where: { String($0.key.id) == nameOrID })
    else { return nil }
    var key = found.key
    key.revokedAt = now
    try await write(key, found.hash, now)
    return key
  }

  /// Writes when keys were used last, to the minute; does nothing where that is known.
  func writeUses(now: Timestamp) async throws {
    let uses = known.withLock { known in
      defer { known.uses = [:] }
      return known.uses
    }
    guard !uses.isEmpty else { return }
    for (hash, key) in try await readKeys() {
      guard let use = uses[key.id], key.lastUsedAt.map({ $0 < use }) ?? true else { continue }
      var used = key
      used.lastUsedAt = use
      try await write(used, hash, now)
    }
  }

  private func write(_ key: APIKey, _ hash: [UInt8], _ now: Timestamp) async throws {
    // A revocation is never undone by a use that is written at the same time.
    let version = UInt64(now.milliseconds) << 1 | (key.revokedAt == nil ? 0 : 1)
    try await connection.insert(Rows.key(key, hash: hash, version: version), schema)
    known.withLock { $0.readAt = nil }
  }

  // MARK: - Reading

  private func readWhereDue(at now: Timestamp, isUnknown: Bool = false) async throws {
    let isFresh = known.withLock { known in
      known.readAt.map { abs(now - $0) < (isUnknown ? 100 : Milliseconds.second) } ?? false
    }
    guard !isFresh else { return }
    let keys = try await readKeys()
    let tokens = try await readTokens(at: now)
    known.withLock { known in
      known.keys = Dictionary(keys.map { ($0.hash, $0.key) }, uniquingKeysWith: { $1 })
      known.tokens = tokens
      known.readAt = now
    }
  }

  private func readKeys() async throws -> [(hash: [UInt8], key: APIKey)] {
    var rows = try await connection.rows(
      """
      SELECT id, argMax(hash, version), argMax(name, version), min(created), argMax(expires, version), \
      max(revoked), max(used) FROM \(schema.whole("api_keys")) GROUP BY id ORDER BY id
      """
    )
    var keys: [(hash: [UInt8], key: APIKey)] = []
    while !rows.isAtEnd {
      try connection.reading { () throws(MalformedBytes) in
        let id = try rows.int64()
        let hash = try rows.raw(try rows.count(bytesEach: 1))
        let name = try rows.text()
        func time() throws(MalformedBytes) -> Timestamp? {
          let milliseconds = try rows.int64()
          return milliseconds == 0 ? nil : Timestamp(milliseconds: milliseconds)
        }
        let created = Timestamp(milliseconds: try rows.int64())
        let key = APIKey(
          id: id,
          name: name,
          createdAt: created,
          expiresAt: try time(),
          revokedAt: try time(),
          lastUsedAt: try time()
        )
        keys.append((hash, key))
      }
    }
    return keys
  }

  private func readTokens(at now: Timestamp) async throws -> [[UInt8]: Token] {
    var rows = try await connection.rows(
      """
      SELECT hash, argMax(kind, version), argMax(key, version), argMax(expires, version) AS until \
      FROM \(schema.whole("access_tokens")) GROUP BY hash HAVING until > \(now.milliseconds)
      """
    )
    var tokens: [[UInt8]: Token] = [:]
    while !rows.isAtEnd {
      try connection.reading { () throws(MalformedBytes) in
        let hash = try rows.raw(try rows.count(bytesEach: 1))
        tokens[hash] = Token(
          isRefresh: try rows.byte() == 1,
          key: try rows.int64(),
          expiresAt: Timestamp(milliseconds: try rows.int64())
        )
      }
    }
    return tokens
  }
}
