/// Work that an update asks for.
public enum DashboardEffect: Hashable, Sendable {
  /// Ask the source, within the deadline; a fetch on its way is superseded.
  case fetch(id: Int, ScreenRequest, deadline: Duration)
  /// Abandon the fetch on its way.
  case cancelFetch
  /// Look at what passes by, or how the source fares, from now on; nil at nothing.
  case observe(Observation?)
  /// Ask another of the sources, by its number.
  case useSource(Int)
  /// Draw the whole screen anew, whatever the terminal may show.
  case repaint
  /// Turn mouse reporting on or off.
  case reportMouse(Bool)
  /// Write the panel or the screen into a file or hand it to the clipboard.
  case export(ScreenExport)
  /// End the program.
  case quit
}

/// What is looked at beside answers.
public enum Observation: Hashable, Sendable {
  /// The facts that pass by.
  case facts
  /// How the source fares.
  case health
}
