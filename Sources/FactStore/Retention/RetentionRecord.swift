import TextAndBytes
import GRDB
import PlaybackFacts
import QueryCore

/// How long a store retains facts, what has expired, and what is removed next.
///
/// ```
///    removed        expired: nothing shows it,      retained
///                   but it can be brought back
///  ────────────────┼─────────────────┼─────────────┼──────────▶ time of the facts
///            removedBefore      pending.edge      edge
/// ```
/// The edge follows the trusted clock. What had expired when a day of uptime began is removed when it is over:
/// what has expired stays for a day at least and for two at most.
struct RetentionRecord: Hashable, Sendable {
  /// How long facts are retained, in milliseconds.
  var milliseconds: Int64
  /// Whether the store is that of production or of the sandbox.
  let environment: StoreEnvironment
  /// Whether `playhead store retention` has set it: then no option extends it.
  var isSet = false
  /// Older facts have expired; nil before retention was applied first.
  private(set) var edge: Timestamp?
  /// Older facts are removed from the file; nil where none are.
  private(set) var removedBefore: Timestamp?
  /// What is removed next.
  private(set) var pending: Pending?
  /// The version of the data that came with the edge, or with another retention; nil where it is not known.
  private(set) var edgeVersion: Int64?

  /// Facts that have expired and are not removed yet.
  struct Pending: Hashable, Sendable {
    /// Older facts are removed.
    var edge: Timestamp
    /// For how long they have expired, in milliseconds of uptime.
    var expiredFor: Int64
    /// When that was counted last.
    var countedAt: Uptime
  }

  /// How long what has expired can be brought back, in milliseconds of uptime.
  static let patience = Milliseconds.day

  init(
    milliseconds: Int64,
    environment: StoreEnvironment = .production,
    edge: Timestamp? = nil,
    removedBefore: Timestamp? = nil,
    pending: Pending? = nil
  ) {
    self.milliseconds = milliseconds
    self.environment = environment
    self.edge = edge
    self.removedBefore = removedBefore
    self.pending = pending
  }

  /// How long facts are retained, with the edge that is recorded.
  var retention: Retention {
    Retention(environment, milliseconds: milliseconds, recordedEdge: edge)
  }

  /// Moves the edge, at an uptime.
  mutating func move(edge: Timestamp, at uptime: Uptime) {
    self.edge = edge
    // What comes from now on may be older than what was removed once.
    removedBefore = removedBefore.map { min($0, edge) }
    if var next = pending {
      next.edge = min(next.edge, edge)
      next.expiredFor += uptime.milliseconds(since: next.countedAt) ?? 0
      next.countedAt = uptime
      pending = isRemoved(next.edge) ? nil : next
    }
    planRemoval(at: uptime)
  }

  private mutating func planRemoval(at uptime: Uptime) {
    guard pending == nil, let edge, !isRemoved(edge) else { return }
    pending = Pending(edge: edge, expiredFor: 0, countedAt: uptime)
  }

  /// Facts before it are to be removed now; nil where none are.
  var due: Timestamp? {
    pending.flatMap { $0.expiredFor >= Self.patience ? $0.edge : nil }
  }

  /// Records at an uptime that facts before an instant are removed; what expired since is removed next.
  mutating func remove(before edge: Timestamp, at uptime: Uptime) {
    removedBefore = max(removedBefore ?? edge, edge)
    if let pending, isRemoved(pending.edge) { self.pending = nil }
    planRemoval(at: uptime)
  }

  private func isRemoved(_ edge: Timestamp) -> Bool { removedBefore.map { edge <= $0 } ?? false }
}

// MARK: - In the file

extension RetentionRecord {
  static func fetch(_ db: Database) throws -> RetentionRecord {
    let row = try Row.fetchOne(
      db.cachedStatement(
        sql: "SELECT * FROM retention"
      )
    )
    guard let row else { throw MalformedBytes("the row of the retention is missing") }
    let pending: Pending? = try row.optionalInstant("pending_edge").map { edge in
      Pending(
        edge: edge,
        expiredFor: try row.integer("pending_for", in: StoredLimits.milliseconds),
        countedAt: Uptime(
          boot: try row.optionalText("pending_boot") ?? "",
          milliseconds: try row.optionalInteger("pending_uptime") ?? 0
        )
      )
    }
    guard let environment = StoreEnvironment(rawValue: try row.text("environment")) else {
      throw MalformedBytes("the environment of the retention is unknown")
    }
    var record = RetentionRecord(
      milliseconds: try row.integer("milliseconds"),
      environment: environment,
      edge: try row.optionalInstant("edge"),
      removedBefore: try row.optionalInstant("removed_before"),
      pending: pending
    )
    record.isSet = try row.integer("is_set", in: 0...1) == 1
    // A file that was never opened for writing since may lack the column.
    record.edgeVersion = try row.optionalInteger("edge_version")
    return record
  }

  /// Writes it; another edge, or another retention, is another version of the data.
  func write(_ db: Database) throws {
    let former = try Self.fetch(db)
    let isNews = edge != former.edge || milliseconds != former.milliseconds
    let version = isNews ? try Head.changeVersion(db) : former.edgeVersion
    try db.cachedStatement(
      sql: """
        UPDATE retention SET milliseconds = ?, is_set = ?, edge = ?, removed_before = ?,
          pending_edge = ?, pending_for = ?, pending_boot = ?, pending_uptime = ?, edge_version = ?
        """
    ).execute(arguments: [
      milliseconds, isSet, edge?.milliseconds, removedBefore?.milliseconds,
      pending?.edge.milliseconds, pending?.expiredFor ?? 0, pending?.countedAt.boot,
      pending?.countedAt.milliseconds, version,
    ])
  }
}
