import CNCurses
public import CellCanvas
import Glibc

/// The terminal of the process, drawn on with ncurses by the one thread that opened it.
///
/// ```
/// keys ──▶ poll ──▶ events        frames are kept in memory and written without waiting;
///  wake ────┤                     while one is on its way, only the newest canvas is kept
///  signals ─┤
///  room ────┴─▶ bytes ──▶ terminal
/// ```
/// No query is ever sent to the terminal, whose answer might arrive late in somebody's shell. A
/// crash, a signal and a lost connection all leave the terminal as it was found.
public final class CursesTerminal: Terminal {
  /// Columns and rows right now.
  public internal(set) var size: Size
  /// The colours that can be shown.
  public let depth: ColorDepth
  /// Whether glyphs beyond ASCII can be shown.
  public let hasUnicode: Bool
  /// Whether something that was shown is still on its way, for want of room.
  public var isBusy: Bool { !output.isEmpty && !isGone }
  /// Something the user should know about this terminal, in a sentence.
  public let notice: String?
  /// Ends the current or next wait for events early; may be called from any thread.
  public let wake: @Sendable () -> Void

  let file: Int32
  let modes: TerminalModes
  let wakePipe: WakePipe
  let signals: Int32
  let errorLog: StandardErrorLog?
  let escapeDelay: Duration
  let clock = ContinuousClock()
  private let owner = pthread_self()

  var keys = KeyDecoder()
  var keyDeadline: ContinuousClock.Instant?
  var resizeDeadline: ContinuousClock.Instant?
  var output = OutputQueue()
  /// Whether the terminal is lost; nothing is read or written any more.
  var isGone = false
  /// Whether the screen is ours at the moment.
  var isOnScreen = false
  private var isOpen = true
  private var hasMouse = false
  private var pairs: ColorPairs
  private var shown: (canvas: Canvas, palette: Palette)?
  private var queued: (canvas: Canvas, palette: Palette)?

  /// Takes the terminal of the process.
  ///
  /// - Parameter options: what is known about it.
  /// - Returns: the terminal, to be closed by the thread that opened it.
  /// - Throws: ``TerminalError`` where there is none, or none that can show a screen.
  public static func open(_ options: TerminalOptions) throws(TerminalError) -> CursesTerminal {
    try CursesTerminal(options, devices: processDevices, errorLog: StandardErrorLog())
  }

  /// Takes the first of `devices` that can be opened.
  init(
    _ options: TerminalOptions,
    devices: [String],
    errorLog: StandardErrorLog?
  ) throws(TerminalError) {
    let candidates = TerminalType.candidates(environment: options.environment)
    if let first = candidates.first, first.isDumb { throw .dumbTerminal(type: first.name) }
    let flags = O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOCTTY
    guard let file = devices.lazy.map({ Glibc.open($0, flags) }).first(where: { $0 >= 0 }) else {
      throw .noTerminal
    }
    var saved = termios()
    guard tcgetattr(file, &saved) == 0, let wakePipe = WakePipe() else {
      throw .systemFailure(reason: String(cString: strerror(errno)))
    }
    let canEncode = Self.useUnicodeLocale()
    // Before ncurses, which only takes over signals that nobody has taken.
    signals = cnc_catch_signals()
    guard let type = candidates.first(where: { cnc_start($0.name, file) == 0 }) else {
      cnc_release_signals()
      _ = Glibc.close(file)
      throw .unknownTypes(tried: candidates.map(\.name))
    }

    self.file = file
    self.wakePipe = wakePipe
    wake = { wakePipe.wake() }
    modes = TerminalModes(of: type, saved: saved)
    self.errorLog = errorLog
    escapeDelay = options.escapeDelay
    depth = options.depth(of: Int(cnc_colors()))
    hasUnicode = canEncode && type.hasPrivateModes
    pairs = ColorPairs(limit: Int(cnc_color_pairs()))
    size = Size(width: Int(cnc_columns()), height: Int(cnc_rows()))
    let wanted = options.environment["TERM"] ?? ""
    notice =
      wanted == type.name
      ? nil : "terminal type '\(wanted)' is not known here; drawn as '\(type.name)'"
    enterScreen()
  }

  deinit { close() }

  /// Gives the terminal back as it was found; at most 0.5 s whatever state it is in.
  public func close() {
    guard isOpen else { return }
    assertOwner()
    isOpen = false
    leaveScreen()
    cnc_stop()
    cnc_release_signals()
    _ = Glibc.close(file)
  }

  /// Shows a canvas; while the last one is still on its way, only the newest is kept.
  public func present(_ canvas: Canvas, palette: Palette) {
    assertOwner()
    queued = (canvas, palette)
    drawQueued()
  }

  /// Draws everything anew with the next canvas.
  public func repaint() {
    assertOwner()
    shown = nil
    cnc_repaint()
  }

  /// Turns mouse reporting on or off; it is off at first.
  public func reportMouse(_ isOn: Bool) {
    assertOwner()
    hasMouse = isOn
    send(modes.mouse(isOn: isOn).utf8)
  }

  /// Hands text to the clipboard of the user's machine (OSC 52), if it is at most 64 KiB.
  ///
  /// - Returns: whether it was sent; the terminal does not say what became of it.
  @discardableResult
  public func copy(_ text: String) -> Bool {
    assertOwner()
    guard text.utf8.count <= 1 << 16, let sequence = modes.clipboard(text) else { return false }
    send(sequence.utf8)
    return true
  }

  func assertOwner() {
    assert(pthread_equal(owner, pthread_self()) != 0, "used by a thread that does not own it")
  }

  /// Takes the screen, or takes it again.
  func enterScreen() {
    var keyByKey = modes.keyByKey
    tcsetattr(file, TCSANOW, &keyByKey)
    errorLog?.capture()
    var saved = modes.saved
    let restore = Array(modes.restore.utf8)
    cnc_guard(file, restore, restore.count, &saved, errorLog?.file ?? -1)
    isOnScreen = true
    updateSize()
    send(modes.on.utf8)
    if hasMouse { send(modes.mouse(isOn: true).utf8) }
    repaint()
  }

  /// Gives the screen back, also over a connection that takes no more bytes.
  func leaveScreen() {
    guard isOnScreen else { return }
    isOnScreen = false
    queued = nil
    shown = nil
    cnc_leave()
    let bytes = Array(((output.isEmpty ? "" : modes.afterCut) + modes.off).utf8) + takeFrame()
    output.removeAll()
    output.add(bytes)
    if !drain(within: .milliseconds(300)) {
      // What the kernel still holds would come first; the user waits for the shell.
      tcflush(file, TCOFLUSH)
      output.removeAll()
      output.add(Array(modes.afterCut.utf8) + bytes)
      drain(within: .milliseconds(100))
    }
    if cnc_unguard() != 0 {
      var saved = modes.saved
      tcsetattr(file, TCSANOW, &saved)
    }
    errorLog?.release()
  }

  /// Reads the size of the terminal and fits the screen to it.
  ///
  /// - Returns: whether it has changed.
  @discardableResult
  func updateSize() -> Bool {
    var window = winsize()
    guard ioctl(file, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0, window.ws_row > 0
    else { return false }
    let now = Size(width: Int(window.ws_col), height: Int(window.ws_row))
    cnc_resize(Int32(window.ws_row), Int32(window.ws_col))
    repaint()
    defer { size = now }
    return now != size
  }

  /// Writes what waits, and draws the newest canvas when all of it is gone.
  func flush() {
    switch output.write(to: file) {
    case .drained: drawQueued()
    case .blocked: break
    case .failed: isGone = true
    }
  }

  private func drawQueued() {
    guard let next = queued, output.isEmpty, isOnScreen, !isGone else { return }
    queued = nil
    let before = shown.flatMap { $0.palette == next.palette ? $0.canvas : nil }
    if before?.size != next.canvas.size { cnc_erase() }
    for run in next.canvas.changes(since: before) { draw(run, next.palette) }
    shown = next
    errorLog?.trim()
    cnc_render()
    let frame = takeFrame()
    if !frame.isEmpty { send(Array(modes.frameStart.utf8) + frame + Array(modes.frameEnd.utf8)) }
  }

  private func draw(_ run: StyledRun, _ palette: Palette) {
    guard run.y < size.height else { return }
    let look = palette[run.style]
    let pair = pairs.number(foreground: look.foreground, background: look.background) { number in
      cnc_define_pair(
        number,
        look.foreground.map(Int32.init) ?? -1,
        look.background.map(Int32.init) ?? -1
      )
    }
    let cells = run.cells.prefix(max(0, size.width - run.x))
    var scalars: [UInt32] = []
    scalars.reserveCapacity(cells.count * Int(CNC_SCALARS))
    for cell in cells {
      switch cell.extent {
      case .whole, .head:
        scalars.append(
          hasUnicode ? cell.scalar.value : ASCIIGlyphs.closest(to: cell.scalar).value
        )
        if hasUnicode { scalars += cell.marks.map(\.value) }
      case .tail:
        // The look-alike of a wide glyph is narrow.
        scalars.append(hasUnicode ? 0 : UInt32(0x20))
      }
      let rest = scalars.count % Int(CNC_SCALARS)
      if rest > 0 { scalars += Array(repeating: 0, count: Int(CNC_SCALARS) - rest) }
    }
    cnc_put(
      Int32(run.y),
      Int32(run.x),
      scalars,
      Int32(cells.count),
      UInt32(look.attributes.rawValue),
      pair
    )
  }

  private func takeFrame() -> [UInt8] {
    let count = max(0, cnc_frame_size())
    return [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      if let address = buffer.baseAddress, count > 0 { cnc_take_frame(address, count) }
      filled = count
    }
  }

  private func send(_ bytes: some Collection<UInt8>) {
    guard !bytes.isEmpty, !isGone else { return }
    output.add(bytes)
    if output.write(to: file) == .failed { isGone = true }
  }

  /// Writes what waits for a limited time.
  ///
  /// - Returns: whether nothing waits any more.
  @discardableResult
  private func drain(within limit: Duration) -> Bool {
    let end = clock.now + limit
    while true {
      switch output.write(to: file) {
      case .drained, .failed: return true
      case .blocked: break
      }
      let left = clock.now.duration(to: end)
      guard left > .zero else { return false }
      var room = pollfd(file: file, events: POLLOUT)
      poll(&room, 1, left.roundedUpMilliseconds)
    }
  }

  /// The controlling terminal, or the one that standard output or input is.
  private static var processDevices: [String] {
    ["/dev/tty"]
      + [STDOUT_FILENO, STDIN_FILENO].compactMap { ttyname($0).map { String(cString: $0) } }
  }

  /// Chooses the encoding of text, the user's if it can write everything; never refuses.
  ///
  /// - Returns: whether everything can be written.
  private static func useUnicodeLocale() -> Bool {
    ["", "C.UTF-8", "C.utf8", "en_US.UTF-8"].contains { (name: String) in
      setlocale(LC_CTYPE, name) != nil
        && nl_langinfo(nl_item(CODESET)).map { String(cString: $0) } == "UTF-8"
    }
  }
}
