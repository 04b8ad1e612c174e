public import PlaybackFacts
import Synchronization

/// Takes pings, makes facts of them, and answers when they are kept.
///
/// ```
///  collect ─▶ decode ─▶ wait ─▶ ┌ group ──────────────────────────┐ ─▶ sink ─▶ answer
///  collect ─▶ decode ─▶ wait ─▶ │ states and keys ▶ apply ▶ batch │
///             (in parallel)     └ one group at a time ────────────┘
/// ```
/// Pings that come within a few ms, or while a commit is running, share the next commit. States are
/// held as the bytes that were committed, so that memory can't know more than the sink: after a
/// failed commit they are forgotten and read again, and so are those that another collector has changed.
public actor Collector {
  private let sink: any FactSink
  private let audience: AudienceLookup
  private let limits: CollectorLimits
  private let clock: any Clock<Duration>
  private let importedAt: Timestamp?
  private let ownership: (any PlaybackOwnership)?
  private let nextBatchID: @Sendable () -> UInt64
  private let ledger = Mutex(CollectorCounts())

  private let line: Mutex<WaitingLine>
  private var states: GenerationalCache<PlaybackID, [UInt8]>
  /// The version of the sink at which `states` were its newest.
  private var statesAsOf: Int64?
  private var statesAgedAt: Timestamp?
  /// The breaks of the ownership after which `states` were read.
  private var breaks = 0
  private var viewerKeys: [CivilDate: SipHash.Key] = [:]
  private var values: ValueLimits

  /// Makes a collector.
  /// - Parameters:
  ///   - sink: Where facts are kept.
  ///   - audience: Finds the country of an address.
  ///   - limits: How much is held in memory.
  ///   - importedAt: When the import of recorded pings began, from which on their states are kept;
  ///     nil for pings that come now.
  ///   - ownership: Which playbacks this collector has alone; nil where there is no other collector. Of all other
  ///     playbacks the state is read again with each ping.
  ///   - clock: What the wait for more pings is measured by.
  ///   - nextBatchID: A number that no other batch of the sink has.
  public init(
    sink: any FactSink,
    audience: AudienceLookup,
    limits: CollectorLimits = CollectorLimits(),
    importedAt: Timestamp? = nil,
    ownership: (any PlaybackOwnership)? = nil,
    clock: any Clock<Duration> = ContinuousClock(),
    nextBatchID: @escaping @Sendable () -> UInt64 = { .random(in: .min ... .max) }
  ) {
    self.sink = sink
    self.audience = audience
    self.limits = limits
    self.importedAt = importedAt
    self.ownership = ownership
    self.clock = clock
    self.nextBatchID = nextBatchID
    line = Mutex(WaitingLine(limits))
    states = GenerationalCache(capacityInBytes: limits.stateBytesInMemory) { $0.count }
    values = ValueLimits(limits)
  }

  /// What was done so far.
  public nonisolated var counts: CollectorCounts { ledger.withLock(\.self) }

  /// How many pings wait for their commit to begin.
  nonisolated var waitingPings: Int { line.withLock { $0.pings } }

  /// Whether no more pings are taken.
  nonisolated var isStopped: Bool { line.withLock { $0.isStopped } }

  /// Takes a ping as it came; returns when its facts are kept.
  ///
  /// - Returns: What became of its events.
  /// - Throws: ``CollectorError``; nothing of the ping is counted then, unless a commit failed whose
  ///   outcome is unknown. Sending it again is harmless always.
  @discardableResult
  public nonisolated func collect(
    body: [UInt8],
    address: String,
    userAgent: String,
    hints: ClientHints = .none,
    country: String? = nil,
    receivedAt: Timestamp
  ) async throws(CollectorError) -> EventCounts {
    let result = await withCheckedContinuation { continuation in
      take(
        body: body,
        address: address,
        userAgent: userAgent,
        hints: hints,
        country: country,
        receivedAt: receivedAt
      ) { continuation.resume(returning: $0) }
    }
    return try result.get()
  }

  /// Takes a ping as it came, and returns at once; `answer` is called when its facts are kept.
  ///
  /// - Parameters:
  ///   - body: What was sent, in UTF-8.
  ///   - address: The address it came from; it is not kept.
  ///   - userAgent: What the player calls itself; it is not kept.
  ///   - hints: What the browser says of itself in client hints.
  ///   - country: What a trusted proxy says of the country, if there is one.
  ///   - receivedAt: When it came.
  ///   - answer: Is called once, on any thread, and must not wait: with what became of the events, or with
  ///     the error as of ``collect(body:address:userAgent:hints:country:receivedAt:)``.
  public nonisolated func take(
    body: [UInt8],
    address: String,
    userAgent: String,
    hints: ClientHints = .none,
    country: String? = nil,
    receivedAt: Timestamp,
    answer: @escaping @Sendable (Result<EventCounts, CollectorError>) -> Void
  ) {
    let ping: PlayerPing
    do {
      ping = try PlayerPing(decoding: body)
    } catch {
      ledger.withLock { $0.refusedPings[error.reason, default: 0] += 1 }
      return answer(.failure(.refused(error)))
    }
    let received = RecordedPing(
      ping,
      receivedAt: receivedAt,
      address: address,
      userAgent: userAgent,
      hints: hints,
      country: country
    )
    enqueue([Arrival(audience.cut(received))]) { counts in
      answer(counts.map { $0.first ?? EventCounts() })
    }
  }

  /// Takes pings in their order, all in one commit; returns when their facts are kept.
  /// - Returns: What became of the events of each ping.
  /// - Throws: ``CollectorError``, as for a single ping.
  @discardableResult
  public nonisolated func collect(
    _ pings: [RecordedPing]
  ) async throws(CollectorError) -> [EventCounts] {
    let arrivals = pings.map { Arrival(audience.cut($0)) }
    let result = await withCheckedContinuation { continuation in
      enqueue(arrivals) { continuation.resume(returning: $0) }
    }
    return try result.get()
  }

  /// Takes no more pings, and returns when all that were taken have their answer.
  public nonisolated func drain() async {
    await withCheckedContinuation { drained in
      if !line.withLock({ $0.stop(drained) }) { drained.resume() }
    }
  }
}

// MARK: - Waiting

extension Collector {
  private nonisolated func enqueue(
    _ arrivals: [Arrival],
    _ answer: @escaping WaitingLine.Answer
  ) {
    let bytes = arrivals.reduce(0) { $0 + $1.ping.bytesInMemory }
    let waiter = WaitingLine.Waiter(
      arrivals: arrivals,
      bytes: bytes,
      since: .now,
      breaks: ownership?.breaks ?? 0,
      answer: answer
    )
    switch line.withLock({ $0.add(waiter) }) {
    case .waits: break
    case .begins:
      // It ends by itself when nothing waits any more; `drain` waits for that.
      Task { await run() }
    case .refused(let error):
      ledger.withLock { $0.rejectedPings += arrivals.count }
      answer(.failure(error))
    }
  }

  private func run() async {
    var drained: [CheckedContinuation<Void, Never>]?
    while drained == nil {
      await pause()
      let group = line.withLock { $0.takeGroup() }
      await answer(refusingLate(group))
      drained = line.withLock { $0.endGroup() }
    }
    for continuation in drained ?? [] { continuation.resume() }
  }

  /// Refuses who has waited for too long, or during a break; the others of the group are left.
  private func refusingLate(_ group: [WaitingLine.Waiter]) -> [WaitingLine.Waiter] {
    guard let ownership else { return group }
    let (now, breaks) = (ContinuousClock.now, ownership.breaks)
    return group.filter { waiter in
      guard now - waiter.since > ownership.longestWait || waiter.breaks != breaks else {
        return true
      }
      ledger.withLock { $0.rejectedPings += waiter.arrivals.count }
      waiter.answer(.failure(.notKept(reason: "it waited for too long")))
      return false
    }
  }

  /// Keeps the pings of a group and answers them: where the sink can't tell what it knows of some playbacks, those of
  /// the others are kept all the same.
  private func answer(_ group: [WaitingLine.Waiter]) async {
    var group = group
    while !group.isEmpty {
      let arrivals = group.flatMap(\.arrivals)
      let failure: any Error
      do {
        var rest = try await keep(arrivals)[...]
        for waiter in group {
          waiter.answer(.success(Array(rest.prefix(waiter.arrivals.count))))
          rest = rest.dropFirst(waiter.arrivals.count)
        }
        return
      } catch {
        failure = error
      }
      let unread = (failure as? Unread)?.playbacks ?? []
      let isFailed = { (waiter: WaitingLine.Waiter) in
        unread.isEmpty || waiter.arrivals.contains { unread.contains($0.playback) }
      }
      let failed = group.filter(isFailed)
      group = group.filter { !isFailed($0) }
      let reason = publicDescription(of: (failure as? Unread)?.reason ?? failure)
      ledger.withLock { $0.unkeptPings += failed.reduce(0) { $0 + $1.arrivals.count } }
      for waiter in failed { waiter.answer(.failure(.notKept(reason: reason))) }
    }
  }

  private func pause() async {
    guard limits.gathering > .zero, !isStopped else { return }
    // Only cancellation ends it early, and nobody cancels it.
    try? await clock.sleep(for: limits.gathering)
  }
}

// MARK: - Keeping

extension Collector {
  /// Commits what the pings lead to.
  ///
  /// - Returns: What became of the events of each.
  /// - Throws: ``Unread`` where the sink can't tell what it knows of some playbacks; what the sink throws.
  private func keep(_ arrivals: [Arrival]) async throws -> [EventCounts] {
    for _ in 0..<Self.tries {
      // Known before the states are: somebody may take over from then on.
      let isTakenOver = arrivals.contains { !hasAlone($0.playback) }
      let known = try await keptStates(for: arrivals)
      let newcomers = arrivals.filter { known.states[$0.playback] == nil }
      try await Unread.marking(newcomers.map(\.playback)) {
        try await learnViewerKeys(for: newcomers)
        try await learnValues(of: newcomers)
      }
      var group = PingGroup(states: known.states, hasHistory: limits.hasPingHistory)
      var other: [Dimension: Int] = [:]
      let counts = arrivals.map { arrival in
        group.apply(arrival) { time in
          let (ping, playback) = (arrival.ping.ping, playback(of: arrival, beginningAt: time))
          if playback.mediaID != ping.mediaID { other[.mediaID, default: 0] += 1 }
          if playback.referrer != ping.referrer { other[.referrer, default: 0] += 1 }
          return playback
        }
      }
      let times = arrivals.map(\.ping.receivedAt)
      // Another collector was faster: its states are the ones to go on from.
      guard
        try await commit(group, asOf: known, receivedAt: times, isTakenOver: isTakenOver)
      else { continue }
      ledger.withLock { ledger in
        ledger.acceptedPings += arrivals.count
        ledger.facts += group.facts.count
        for count in counts { ledger.events += count }
        ledger.otherPlaybacks.merge(other, uniquingKeysWith: +)
      }
      return counts
    }
    throw Overtaken()
  }

  /// The sink can't tell what it knows of some playbacks.
  private struct Unread: Error {
    let playbacks: Set<PlaybackID>
    let reason: any Error

    /// Does what fails for the sake of some playbacks.
    static func marking<Value>(
      _ playbacks: some Sequence<PlaybackID>,
      isolation: isolated (any Actor)? = #isolation,
      _ body: () async throws -> Value
    ) async throws -> Value {
      do { return try await body() } catch {
        throw Unread(playbacks: Set(playbacks), reason: error)
      }
    }
  }

  /// How often other collectors may be faster.
  private static let tries = 100

  private struct Overtaken: Error, CustomStringConvertible {
    var description: String { "other collectors write the same playbacks all the time" }
  }

  private func keptStates(for arrivals: [Arrival]) async throws -> KeptStates {
    var known: [PlaybackID: [UInt8]] = [:]
    var missing: Set<PlaybackID> = []
    if let ownership, ownership.breaks != breaks {
      breaks = ownership.breaks
      states.removeAll()
    }
    for arrival in arrivals where known[arrival.playback] == nil {
      if hasAlone(arrival.playback), let state = states[arrival.playback] {
        known[arrival.playback] = state
      } else {
        missing.insert(arrival.playback)
      }
    }
    if missing.isEmpty, let statesAsOf { return KeptStates(version: statesAsOf, states: known) }
    let read = try await Unread.marking(missing) {
      try await sink.playbackStates(of: Array(missing))
    }
    // Of what else is remembered it has to be told as well who changed it since.
    return KeptStates(
      version: states.count == 0 ? read.version : min(statesAsOf ?? read.version, read.version),
      states: known.merging(read.states) { inMemory, _ in inMemory }
    )
  }

  private func hasAlone(_ playback: PlaybackID) -> Bool { ownership?.hasAlone(playback) ?? true }

  /// Whether the group is kept; if not, what is known of its playbacks was outdated.
  private func commit(
    _ group: PingGroup,
    asOf known: KeptStates,
    receivedAt times: [Timestamp],
    isTakenOver: Bool
  ) async throws -> Bool {
    let changed = group.states
    guard let receivedAt = times.max(), !changed.isEmpty || !group.pings.isEmpty else {
      return true
    }
    // Others may have gone on from what was known: it is read again.
    guard ownership == nil || ownership?.breaks == breaks else { return false }
    if changed.isEmpty { return try await commitRefused(group.pings, receivedAt: receivedAt) }
    var batch = FactBatch(
      id: nextBatchID(),
      receivedAt: importedAt ?? receivedAt,
      facts: group.facts,
      states: importedAt.map { time in changed.map { $0.kept(from: time) } } ?? changed,
      statesAsOf: known.version,
      newValues: values.newValues,
      pings: group.pings
    )
    batch.isTakenOver = isTakenOver
    batch.firstReceivedAt = times.min() ?? receivedAt
    let outcome: CommitOutcome
    do {
      outcome = try await commit(batch)
    } catch {
      // Whether it was kept is unknown: what is true now, only the sink can tell.
      for state in changed { states[state.playback] = nil }
      throw error
    }
    ageStates(at: receivedAt)
    if outcome.isKept {
      // Whose state was read from the sink pings on; whose ping was the first may never ping again.
      for state in changed {
        let isUsed = known.states[state.playback] != nil
        if hasAlone(state.playback) {
          states.set(state.bytes, for: state.playback, isUsed: isUsed)
        } else {
          states[state.playback] = nil
        }
      }
      values.forgetNew()
    }
    if let others = outcome.changed {
      for playback in others { states[playback] = nil }
    } else {
      states.removeAll()
    }
    statesAsOf = outcome.version
    return outcome.isKept
  }

  /// Commits the history of pings that changed nothing, whatever others write meanwhile.
  private func commitRefused(_ pings: [BatchPing], receivedAt: Timestamp) async throws -> Bool {
    let batch = FactBatch(id: nextBatchID(), receivedAt: receivedAt, facts: [], pings: pings)
    return try await commit(batch).isKept
  }

  /// Sends a batch until it is known what became of it; the sink knows it again by its id.
  private func commit(_ batch: FactBatch) async throws -> CommitOutcome {
    var attempt = 1
    while true {
      do {
        let outcome = try await sink.commit(batch)
        ledger.withLock { $0.commits += outcome.isKept ? 1 : 0 }
        return outcome
      } catch {
        ledger.withLock { $0.failedCommits += 1 }
        // Where others may have counted it meanwhile, the sender has to ask again.
        guard attempt < limits.commitAttempts, ownership == nil else { throw error }
        attempt += 1
        await pause()
      }
    }
  }

  private func ageStates(at time: Timestamp) {
    if let agedAt = statesAgedAt, time - agedAt < limits.stateIdleTime { return }
    if statesAgedAt != nil { states.age() }
    statesAgedAt = time
  }
}

// MARK: - Who is watching

extension Collector {
  /// How many days may pass from an event to the receipt of its ping, and what lies before it.
  private static let daysOfKeys = 4

  /// Gets the keys of the days on which new playbacks begin.
  private func learnViewerKeys(for arrivals: [Arrival]) async throws {
    let days = Set(arrivals.compactMap { $0.firstPing.earliest.map { CivilTime($0).date } })
    for day in days where viewerKeys[day] == nil {
      viewerKeys[day] = try await sink.viewerKey(for: day)
    }
    // Keys are destroyed after two days; nobody may remember them for longer.
    guard let newest = days.max() else { return }
    viewerKeys = viewerKeys.filter {
      days.contains($0.key) || newest.daysSince1970 - $0.key.daysSince1970 < Self.daysOfKeys
    }
  }

  /// Asks which values of new playbacks are known, where that is not remembered.
  private func learnValues(of arrivals: [Arrival]) async throws {
    guard let question = values.question(about: arrivals) else { return }
    values.learn(
      try await sink.knownValues(
        among: question.values,
        hasDescribedMediaOnly: limits.hasKnownMediaOnly,
        on: question.days
      )
    )
  }

  private func playback(of arrival: Arrival, beginningAt time: Timestamp) -> Playback {
    let ping = arrival.ping
    let viewer = viewerKeys[CivilTime(time).date].map {
      ViewerHash.of(address: ping.address, userAgent: ping.userAgent, key: $0)
    }
    return audience.playback(
      of: ping,
      arrival.playback,
      viewer: ViewerID(rawValue: viewer ?? 0),
      mediaID: values.stored(ping.ping.mediaID, of: .mediaID, at: ping.receivedAt),
      referrer: values.stored(ping.ping.referrer, of: .referrer, at: ping.receivedAt)
    )
  }
}

extension PlaybackState {
  /// The same state, kept for 48 hours from another time.
  fileprivate func kept(from time: Timestamp) -> PlaybackState {
    PlaybackState(playback: playback, lastPingAt: time, bytes: bytes)
  }
}
