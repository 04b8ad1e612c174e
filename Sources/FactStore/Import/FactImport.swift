import GRDB
public import PlaybackFacts

/// Facts on their way into a store, invisible until all of them are there.
///
/// They are written as segments, some days at a time, past the journal; the memory that is used is
/// bounded. As a ``PlaybackFacts/FactSink`` it also takes what a collector makes of recorded pings.
/// If it is neither finished nor cancelled, the first opening of the store after the end of this
/// process removes what it wrote.
public actor FactImport: FactSink {
  private let imports: Imports
  private let id: Int64
  private let beganAt: Timestamp
  private var isEnded = false
  /// By day.
  private var facts: [Int64: [Fact]] = [:]
  private var factCount = 0
  private var newestDay = Int64.min
  /// From the oldest fact to the newest.
  private var span: ClosedRange<Timestamp>?
  private var states: [PlaybackID: PlaybackState] = [:]
  private var keys: [CivilDate: SipHash.Key] = [:]
  /// Of recorded pings; facts are taken as they are.
  private var newValues = NewValueLog()
  /// By code of the media item.
  private var plays: [UInt32: Int64] = [:]

  /// The days that are being written.
  private var writing: Task<Result<Void, StoreError>, Never>?

  /// So many states are held in memory before they are written.
  private static let stateLimit = 10_000

  init(_ imports: Imports, id: Int64, beganAt: Timestamp) {
    self.imports = imports
    self.id = id
    self.beganAt = beganAt
  }

  /// Takes facts, in any order, though they take least space when they come by day.
  public func append(_ facts: [Fact]) async throws(StoreError) {
    guard !isEnded else { throw .importEnded }
    for fact in facts {
      let known = span ?? fact.time...fact.time
      span = min(known.lowerBound, fact.time)...max(known.upperBound, fact.time)
    }
    var start = 0
    while start < facts.count {
      // Neighbours are mostly of one day.
      let day = facts[start].time.day
      var end = start + 1
      while end < facts.count, facts[end].time.day == day { end += 1 }
      self.facts[day, default: []] += facts[start..<end]
      newestDay = max(newestDay, day)
      start = end
    }
    factCount += facts.count
    let limit = imports.options.importLimit
    guard factCount >= limit else { return }
    // The newest day is probably not over.
    let isNewestLarge = self.facts[newestDay, default: []].count > limit / 2
    try await beginWriting(days: self.facts.keys.filter { isNewestLarge || $0 != newestDay })
  }

  /// Takes facts and states of a batch.
  @discardableResult
  public func commit(_ batch: FactBatch) async throws(StoreError) -> CommitOutcome {
    for state in batch.states { states[state.playback] = state }
    for value in batch.newValues { newValues.add(value) }
    try await append(batch.facts)
    if states.count > Self.stateLimit { try await writeStates() }
    return CommitOutcome(version: 0)
  }

  /// The states of those playbacks that have one, of this import or of the store.
  public func playbackStates(of playbacks: [PlaybackID]) async throws(StoreError) -> KeptStates {
    var found = try await imports.states.states(of: playbacks).states
    for (playback, bytes) in try await writtenStates(of: playbacks) { found[playback] = bytes }
    for playback in playbacks {
      if let state = states[playback] { found[playback] = state.bytes }
    }
    return KeptStates(version: 0, states: found)
  }

  /// The store's key of a day, or else a random one, which this import forgets.
  public func viewerKey(for day: CivilDate) async throws(StoreError) -> SipHash.Key {
    if let key = keys[day] { return key }
    let stored = try await imports.keys.storedKey(of: day)
    // Another call may have been faster.
    let key = keys[day] ?? stored ?? imports.options.makeViewerKey()
    keys[day] = key
    return key
  }

  /// Which of some values are known to the store or to this import.
  ///
  /// The days of recorded pings have limits of their own: what the import brings counts against none of
  /// the store's days.
  public func knownValues(
    among values: Set<OpenValue>,
    hasDescribedMediaOnly: Bool,
    on days: Set<CivilDate>
  ) async throws(StoreError) -> KnownValues {
    let stored = try await imports.newValues.knownValues(
      among: values,
      hasDescribedMediaOnly: hasDescribedMediaOnly,
      on: []
    )
    let own = values.filter { value in
      !(hasDescribedMediaOnly && value.dimension == .mediaID)
        && newValues.contains(
          ValueIndex.hash(value.text, of: value.dimension),
          of: value.dimension
        )
    }
    return KnownValues(
      values: stored.values.union(own),
      newCounts: newValues.counts(on: days)
    )
  }

  /// Makes all of it visible at once, and remembers the file it came from, if it is to be.
  ///
  /// The SHA-256 of the file is what ``FactStore/hasImported(sha256:)`` is asked for.
  public func finish(sha256 digest: [UInt8]? = nil) async throws(StoreError) {
    guard !isEnded else { throw .importEnded }
    try await beginWriting(days: Array(facts.keys))
    try await finishWriting()
    try await writeStates()
    isEnded = true
    let (id, beganAt, plays, span) = (id, beganAt, plays, span)
    try await imports.write(id) { db in
      try SegmentFile(db: db).show(import: id)
      try MediaTotals.add(plays, in: db)
      try ImportTables.moveStates(of: id, in: db)
      if let digest { try ImportTables.remember(digest, at: beganAt, in: db) }
      try ImportTables.end(id, in: db)
      try Head.changeSegments(db)
      guard let span else { return }
      // It may be old what is imported now: the newest fact is as new as the data is.
      try Head.raiseReceipt(to: min(span.upperBound, beganAt).milliseconds, db)
      try CollectorMinutes.addImport(of: span, db)
    }
    do {
      try await imports.clock.anchor()
    } catch {
      // The import is committed; that its clock was right, the next maintenance finds out.
    }
  }

  /// Removes all of it.
  public func cancel() async throws(StoreError) {
    guard !isEnded else { return }
    isEnded = true
    facts = [:]
    states = [:]
    // What can't be written any more is to be removed anyway.
    _ = await writing?.value
    let id = id
    while try await imports.connections.write({ db in try ImportTables.removeSome(of: id, in: db) })
    {}
  }

  /// Begins to write what is held of some days, each as a segment, once what was begun before is
  /// written; meanwhile more facts may come.
  private func beginWriting(days: [Int64]) async throws(StoreError) {
    try await finishWriting()
    let chosen = days.sorted().compactMap { day in facts.removeValue(forKey: day).map { (day, $0) }
    }
    factCount -= chosen.reduce(0) { $0 + $1.1.count }
    guard !chosen.isEmpty else { return }
    writing = Task {
      do throws(StoreError) {
        try await write(chosen)
        return .success(())
      } catch {
        return .failure(error)
      }
    }
  }

  /// Waits until the days that are being written are written.
  func finishWriting() async throws(StoreError) {
    while let task = writing {
      let result = await task.value
      if writing == task { writing = nil }
      try result.get()
    }
  }

  private func write(_ chosen: [(day: Int64, facts: [Fact])]) async throws(StoreError) {
    let playbacks = try await imports.connections.compute {
      chosen.reduce(into: Set<Playback>()) { known, facts in
        for fact in facts.facts { known.insert(fact.playback) }
      }
    }
    var index = try await imports.codes.addCodes(of: playbacks)
    for (day, facts) in chosen {
      while true {
        let known = index
        let segment = try await imports.connections.compute {
          var builder = SegmentBuilder(day: day)
          for fact in facts { try builder.add(fact, known) }
          return builder.segment()
        }
        guard let segment, try await !insert(segment, epoch: index.epoch) else { break }
        // Values without facts were removed meanwhile, and these had none yet.
        index = try await imports.codes.addCodes(of: playbacks)
      }
    }
  }

  /// Writes a segment; false, and nothing is written, where the dictionary is of another epoch.
  private func insert(
    _ segment: EncodedSegment,
    epoch: Int64
  ) async throws(StoreError) -> Bool {
    let id = id
    let isWritten = try await imports.write(id) { db in
      guard try Head.dictionaryEpoch(db) == epoch else { return false }
      try SegmentFile(db: db).insert(segment, import: id)
      return true
    }
    if isWritten { plays.merge(segment.plays, uniquingKeysWith: +) }
    return isWritten
  }

  private func writeStates() async throws(StoreError) {
    let states = states
    self.states = [:]
    guard !states.isEmpty else { return }
    let id = id
    try await imports.write(id) { db in
      try ImportTables.keep(states.values, of: id, in: db)
    }
  }

  private func writtenStates(
    of playbacks: [PlaybackID]
  ) async throws(StoreError) -> [PlaybackID: [UInt8]] {
    let id = id
    return try await imports.connections.read { db in
      try ImportTables.states(of: id, playbacks, in: db)
    }
  }
}
