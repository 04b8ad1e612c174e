import AnalyticsSource
import AnalyticsAPI
import ArgumentParser
import PlaybackFacts
import QueryCore

/// `playhead why PID`: what became of the pings of one playback.
struct Why: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what became of the pings of a playback in the last 48 hours.",
    discussion: """
      PID is the id that the player sends as pid, or the 16 digits that 'playhead export' writes. Each \
      ping has a verdict and the facts that it made:

      accepted      events were taken in
      out-of-order  the same, some before an event of an earlier ping
      late          older than the newest two minutes; counts for what happens once
      duplicate     all events had been taken in already
      refused       all events were refused, and why
      empty         a ping without events

      Pings that can't be read, exceed a limit or could not be committed belong to no playback: they are \
      counted only, which the dashboard's Health screen and /health show. 'playhead serve --ping-history off' \
      stores none of this.

      Example: playhead why 0c3f5a7e-4b1d-4d52-9d52-8b8f6e3c1a11
      """
  )

  @Argument(help: "The playback: the player's pid, or the 16 digits of an export.") var pid: String?
  @Option(help: "The pings of this media item instead.") var media: String?
  @Option(help: "The pings of this viewer instead: the 16 digits of an export.") var viewer: String?
  @Option(help: "The most pings to show, the newest ones, 1 to 10000.") var limit = 200
  @Option(help: "\(HistoryFormat.allCases.map(\.rawValue).joined(separator: ", ")).")
  var format: HistoryFormat = .table
  @Option(
    name: [.customLong("tz"), .customLong("timezone")],
    help: "The IANA zone of the times, such as Europe/Paris."
  )
  var timezone: String?
  @OptionGroup var source: SourceOptions
  @OptionGroup var csv: CSVOptions

  func validate() throws {
    let given = [pid, media, viewer].compactMap(\.self)
    guard given.count == 1, !given[0].isEmpty else {
      throw ValidationError("name one playback, or one of --media and --viewer")
    }
    guard (1...PingHistory.largestCount).contains(limit) else {
      throw ValidationError("--limit \(limit) is not from 1 to \(PingHistory.largestCount)")
    }
  }

  func run() async throws {
    let settings = try source.settings([.timezone: timezone])
    let zone = try settings.zone()
    let open = try OpenSource(settings)
    defer { open.close() }
    let history = try await open.pings.pingHistory(of: selection, limit: limit)
    let text = HistoryText(selection, zone, guardsFormulas: csv.guardFormulas)
    StandardOutput.write(text.text(of: history, format))
  }

  private var selection: PingSelection {
    if let media { return .media(media) }
    if let viewer { return .viewer(ViewerID(viewer)) }
    return .playback(PlaybackID(pid ?? ""))
  }
}
