import AnalyticsSource
import CellCanvas
import CursesTerminal
import Dashboard
import Foundation
import PlaybackFacts
import QueryCore
import Themes

/// The dashboard of some sources, on the terminal or as one frame of text.
struct DashboardScreen: Sendable {
  private let settings: Settings
  private let options: ScreenOptions
  private let sources: [DashboardState.Source]
  private let open: DashboardRuntime.Opening
  /// Where looks are remembered; nil for a dashboard that remembers nothing.
  private let memoryPath: String?

  /// Makes the dashboard of sources that are opened when they are asked for.
  init(
    _ sources: [DashboardState.Source],
    _ settings: Settings,
    _ options: ScreenOptions,
    memoryPath: String? = nil,
    open: @escaping DashboardRuntime.Opening
  ) {
    self.sources = sources
    self.settings = settings
    self.options = options
    self.memoryPath = memoryPath
    self.open = open
  }

  /// The settings as far as they make sense for the screen, before anything is opened.
  ///
  /// A mistake in the settings file must not keep a wall display dark: it is shown on the screen and ignored. A
  /// mistake on the command line is an error.
  static func checked(_ settings: Settings) throws -> Settings {
    try settings.forgiving([
      (.timezone, { _ = try $0.zone() }),
      (.color, { _ = try $0.colorDepth() }),
      (.graph, { _ = try $0.symbols(hasUnicode: true) }),
      (.theme, { _ = try $0.themes() }),
      (.bots, { _ = try $0.bots() }),
    ])
  }

  /// Shows it on the terminal of the process until the user quits; call it on the main thread.
  ///
  /// `work` runs beside it from the first frame on, if it does not already, and ends with it; `onFirstFrame` is
  /// called when that frame is on its way.
  /// - Throws: what keeps it from being shown, or what the work throws.
  func show(
    media: [MediaItem] = [],
    beside work: ScreenWork? = nil,
    onFirstFrame: () -> Void = {}
  ) throws {
    if let path = options.record, let script = options.keys.flatMap(KeyScript.init) {
      let terminal = ScriptedTerminal(
        script,
        size: options.frameSize ?? Self.frameSize,
        depth: try settings.colorDepth() ?? .twoHundredFiftySix
      )
      try run(on: terminal, media: media, beside: work, onFirstFrame: onFirstFrame)
      try RecordingFormat(path: path)?.write(terminal.recording, to: path)
      return
    }
    let environment = ProcessInfo.processInfo.environment
    let depth = try settings.colorDepth()
    let terminal = try CursesTerminal.open(TerminalOptions(depth: depth, environment: environment))
    defer { terminal.close() }
    try run(
      on: terminal,
      notice: terminal.notice,
      memory: memoryPath.map(MemoryFile.init),
      media: media,
      beside: work,
      onFirstFrame: onFirstFrame
    )
  }

  private func run(
    on terminal: any Terminal,
    notice: String? = nil,
    memory: MemoryFile? = nil,
    media: [MediaItem],
    beside work: ScreenWork?,
    onFirstFrame: () -> Void
  ) throws {
    var memory = memory
    let state = try state(hasUnicode: terminal.hasUnicode, remembered: memory?.read())
    let notices = [Self.oneLine(of: try Self.faults(settings)), notice].compactMap { $0 }
    var known: [DashboardMessage] = [.mediaListed(MediaNames(media))]
    if !notices.isEmpty { known.append(.noticed(notices.joined(separator: "; "))) }
    let meter = ProcessMeter()
    let runtime = DashboardRuntime(
      open: open,
      sourceCount: sources.count,
      now: { .now },
      refreshInterval: options.refreshInterval,
      processUse: { meter.measure() },
      wake: terminal.wake
    )
    let clock = ContinuousClock()
    let startedAt = clock.now
    let surroundings = TerminalLoop.Surroundings(
      now: { .now },
      uptime: { startedAt.duration(to: clock.now) },
      remember: { memory?.note($0, at: $1) },
      writeFile: ExportFile.write,
      hasFailed: { work?.failure != nil }
    )
    var loop = TerminalLoop(terminal, state, runtime: runtime, surroundings)
    work?.onFailure(terminal.wake)
    loop.run(known) {
      work?.start()
      onFirstFrame()
    }
    memory?.write(loop.state.memory)
    try work?.end()
  }

  /// The size of frames without a terminal.
  private static let frameSize = Size(width: 120, height: 40)

  /// One frame as text, with the answers of now.
  func frame() async throws -> String {
    for fault in try Self.faults(settings) { StandardError.write("playhead: \(fault)\n") }
    let source = try await open(0)
    var state = try state(hasUnicode: true, remembered: nil)
    let size = options.frameSize ?? Self.frameSize
    var effects = state.update(.dataStateRead(try await source.answering.dataState()))
    effects += state.update(.mediaListed(MediaNames(try await mediaItems(of: source))))
    effects += state.update(.resized(width: size.width, height: size.height))
    // What a first answer shows may be worth a second question.
    for _ in 0..<3 {
      var next: [DashboardEffect] = []
      for effect in effects {
        switch effect {
        case .fetch(let id, let request, _):
          let snapshot = try await source.answering.snapshot(of: request, asOf: .now)
          next += state.update(.snapshotLoaded(id: id, snapshot))
        case .observe(.sources?):
          for index in sources.indices { next += state.update(await reading(of: index)) }
        case .observe(let observation?):
          next += state.update(try await observed(observation, of: source))
        case .observe, .cancelFetch, .useSource, .repaint, .reportMouse, .export, .quit: break
        }
      }
      effects = next
    }
    let depth = try settings.colorDepth() ?? .twoHundredFiftySix
    return state.frame(
      size,
      options.format,
      depth: depth
    )
  }

  /// What one of the sources answers.
  private func reading(of index: Int) async -> DashboardMessage {
    do {
      return .sourceRead(index, try await SourceReading(of: open(index), at: .now))
    } catch {
      let wait = (error as? QueryError)?.retryAfterSeconds
      return .sourceFailed(index, reason: "\(error)", retryAfterSeconds: wait)
    }
  }

  /// The media items that the source lists; none where it lists nothing, and ids are shown.
  private func mediaItems(of source: DashboardSource) async throws -> [MediaItem] {
    guard let media = source.media else { return [] }
    do {
      let list = try await media.media(unless: nil)
      return list?.items ?? []
    } catch {
      guard case .notProvided = error else { throw error }
      return []
    }
  }

  private func observed(
    _ observation: Observation,
    of source: DashboardSource
  ) async throws -> DashboardMessage {
    do {
      guard let observing = source.observing else { throw QueryError.notProvided }
      switch observation {
      case .facts: return .factsPassed(try await observing.recentFacts(after: nil, limit: 500))
      case .health: return .healthRead(try await observing.health(), ProcessMeter().measure())
      case .sources: throw QueryError.notProvided
      }
    } catch {
      guard error as? QueryError == .notProvided else { throw error }
      return .observationFailed(reason: "\(QueryError.notProvided)", ProcessMeter().measure())
    }
  }

  /// What is shown at first.
  func state(
    hasUnicode: Bool,
    remembered: DashboardMemory?
  ) throws -> DashboardState {
    var state = DashboardState(
      sources: sources,
      zone: try settings.zone(),
      now: .now,
      themes: try settings.themes().themes,
      symbols: try settings.symbols(hasUnicode: hasUnicode),
      keyMap: try KeyMap(rebinding: settings.file.keys),
      cycle: options.cycleOptions,
      refreshInterval: options.refreshInterval
    )
    if let remembered { state.restore(remembered, except: try said(hasUnicode: hasUnicode)) }
    if let range = options.range, let fault = state.take(range: range) {
      throw CommandError("--range '\(range)': \(fault)")
    }
    state.take(
      filters: options.filter,
      metric: options.metric,
      dimension: options.dimension,
      columns: options.columns,
      comparison: options.compare
    )
    state.start(
      view: options.firstView,
      isKiosk: options.kiosk,
      isCycling: options.cycle != nil,
      bots: try settings.bots()
    )
    return state
  }

  /// What options, variables and the settings file say, which what is remembered must not undo.
  private func said(hasUnicode: Bool) throws -> DashboardState.Overrides {
    var said: DashboardState.Overrides = []
    if settings.isSet(.theme) { said.insert(.theme) }
    if settings.isSet(.timezone) { said.insert(.zone) }
    if settings.isSet(.graph) || !hasUnicode { said.insert(.symbols) }
    if options.firstView != nil || options.cycle != nil { said.insert(.view) }
    return said
  }

  /// What is wrong with settings and themes, a sentence each.
  static func faults(_ settings: Settings) throws -> [String] {
    try settings.faults + settings.themes().faults.map(\.description)
  }

  /// The first of some sentences and how many more there are; a narrow screen has no room for folders.
  private static func oneLine(of sentences: [String]) -> String? {
    let path = Paths(variables: ProcessInfo.processInfo.environment).settingsFile
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path + "/"
    guard let first = sentences.first?.replacing(folder, with: "") else { return nil }
    let more = sentences.count - 1
    return more == 0 ? first : "\(first) (and \(more) more: 'playhead config')"
  }
}
