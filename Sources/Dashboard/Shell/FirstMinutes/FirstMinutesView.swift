import CellCanvas
import PlaybackFacts
import QueryCommandLine
import QueryCore

/// What an empty source shows instead of empty charts: where it takes pings, and how to send one.
struct FirstMinutesView: View {
  /// Where pings are taken; nil where that is not known.
  let address: String?
  /// Whether a collector runs.
  let isCollecting: Bool
  /// The command that starts one; nil where that is not this program's to do.
  var serveCommand: String?
  /// The lines of a command that sends a ping.
  let pingCommand: [String]
  /// The key that copies it.
  var copyKey: String?
  /// Whether a ping was collected.
  var hasArrived = false
  var symbols = Symbols.blocks

  func draw(in rect: Rect, on canvas: inout Canvas) {
    let inner = rect.inset(left: FittingLine.gap, right: 1)
    let lines = lines(in: inner)
    let width = lines.map { $0.reduce(0) { $0 + $1.width } }.max() ?? 0
    // In the middle of a wide screen, and above that of a tall one.
    let left = max(0, (inner.width - width) / 2)
    let top = max(0, (inner.height - lines.count) / 3)
    for (row, line) in lines.enumerated() where top + row < inner.height {
      canvas.draw(TextLine(line), in: inner.inset(left: left).row(top + row))
    }
  }

  private func lines(in rect: Rect) -> [[TextRun]] {
    let isAiry = rect.height >= 14
    var lines: [[TextRun]] = [
      [
        TextRun("\(symbols.dot) ", .accent),
        TextRun(hasArrived ? "First ping collected" : "Waiting for the first ping", .title),
      ]
    ]
    func add(_ text: String, _ style: Style = .text) {
      lines += text.lines(in: rect.width).map { [TextRun($0, style)] }
    }
    func gap() { if isAiry { lines.append([]) } }
    gap()
    if !isCollecting {
      add("No collector is running." + (serveCommand == nil ? "" : " Start one:"), .warn)
      if let serveCommand { add("  " + serveCommand) }
      gap()
    }
    if let address {
      let sentence = "Players send pings to "
      if sentence.count + address.count + 6 <= rect.width {
        lines.append([TextRun(sentence, .dim), TextRun("\(address)/watch", .accent)])
      } else {
        add("\(address)/watch", .accent)
      }
      gap()
    }
    let copying = copyKey.map { " (\($0) copies it)" } ?? ""
    let width = pingCommand.map(\.count).max() ?? 0
    guard rect.width >= width, rect.height >= lines.count + pingCommand.count + 1 else {
      if let copyKey { add("\(copyKey) copies a command that sends one", .dim) }
      return lines
    }
    add("Send one from another terminal\(copying):", .dim)
    gap()
    lines += pingCommand.map { [TextRun($0)] }
    gap()
    if rect.height > lines.count + 1 {
      add("When it comes, this screen names it and shows its numbers.", .dim)
      add("History is imported by 'playhead import'; 'playhead demo' shows an example.", .dim)
    }
    return lines
  }
}

extension FirstMinutesView {
  /// The text of a dashboard whose source has no facts; nil for any other.
  init?(_ state: DashboardState) {
    guard let firstMinutes = state.firstMinutes, state.view.traits.time != .none else { return nil }
    let isLocal = state.source.address.isEmpty
    self.init(
      address: state.source.collector,
      isCollecting: state.data?.isCollecting(at: state.now) ?? false,
      serveCommand: isLocal
        ? state.source.options.map { options in
          (["playhead", "serve"] + options).map(quotedForShell).joined(separator: " ")
        } : nil,
      pingCommand: state.firstPingCommand,
      copyKey: state.keyMap.label(of: .export(.copy)),
      hasArrived: firstMinutes != .waiting,
      symbols: state.symbols
    )
  }
}
