/// Work that an update asks for.
public enum DashboardEffect: Hashable, Sendable {
  /// Ask the source, within the deadline; a fetch on its way is superseded.
  case fetch(id: Int, OverviewRequest, deadline: Duration)
  /// Abandon the fetch on its way.
  case cancelFetch
  /// Draw the whole screen anew, whatever the terminal may show.
  case repaint
  /// End the program.
  case quit
}
