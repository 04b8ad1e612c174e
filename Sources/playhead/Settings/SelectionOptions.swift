import AnalyticsSource
import ArgumentParser
import Dashboard
import PlaybackFacts
import QueryCommandLine
import QueryCore

/// The options that say which facts count.
struct SelectionOptions: ParsableArguments {
  @Option(help: "The start, such as 2024-05-01T00:00:00+02:00.") var from: String?
  @Option(help: "The end, itself excluded.") var to: String?
  @Option(help: "The last 90s, 15m, 24h, 7d or 1y, up to now.") var last: String?
  @Option(help: "A range in words, such as 'last week', 9:00-11:00 or 'since monday'.")
  var range: String?
  @Option(
    help: ArgumentHelp(
      "A filter such as country=FR,DE, France or 'title=Slow Lecture'; != excludes. Repeatable.",
      valueName: "dimension=value,…"
    )
  )
  var filter: [String] = []
  @Option(help: "Whether bots count: all, exclude or only (default: all).") var bots: String?

  func validate() throws {
    if last != nil && from != nil {
      throw ValidationError("--last and --from can't be used together")
    }
    if let range {
      if last != nil || from != nil || to != nil {
        throw ValidationError("--range can't be used together with --last, --from or --to")
      }
      _ = try timeframe(of: range, now: .now, zone: .utc)
    }
    if let last, LengthText.parse(last) == nil {
      throw ValidationError("--last '\(last)' is not a time such as 90s, 15m, 24h, 7d or 1y")
    }
    // Titles are known once the source is open.
    _ = try filterParameters(of: filter.filter { !FilterNames.needTitles($0) })
  }

  /// What media items are called, where filters have titles; nothing else is asked of the source.
  func titles(in media: any MediaListing) async throws -> MediaNames {
    guard filter.contains(where: FilterNames.needTitles) else { return MediaNames() }
    do {
      return MediaNames(try await media.media(unless: nil)?.items ?? [])
    } catch {
      guard case .notProvided = error else { throw error }
      return MediaNames()
    }
  }

  /// These options in the spelling of the HTTP API; `--range` speaks of the days of a zone.
  func parameters(
    now: Timestamp,
    zone: Zone,
    titles: MediaNames
  ) throws -> [QueryRequest.Parameter] {
    var parameters = try filterParameters(of: filter, titles)
    if let range {
      let timeframe = try timeframe(of: range, now: now, zone: zone)
      parameters.append(.init(.from, timeframe.from.atom))
      parameters.append(.init(.to, timeframe.to.atom))
    }
    if let last = last.flatMap(LengthText.parse) {
      let end = to.flatMap { Timestamp(atom: $0) } ?? now.ceiled(to: Milliseconds.second)
      parameters.append(.init(.from, (end - last).atom))
    }
    if let from { parameters.append(.init(.from, from)) }
    if let to { parameters.append(.init(.to, to)) }
    if let bots { parameters.append(.init(.bots, bots)) }
    return parameters
  }

  private func timeframe(of range: String, now: Timestamp, zone: Zone) throws -> Timeframe {
    do {
      let meaning = try RangeText(now: now, zone: zone).parse(range)
      let timeframe = meaning.timeframe(now: now, zone: zone)
      guard timeframe.from < timeframe.to else {
        throw ValidationError("--range '\(range)': that time has not come yet")
      }
      return timeframe
    } catch let fault as RangeText.Fault {
      throw ValidationError("--range: \(fault)")
    }
  }

  /// Reads a question; a refusal is wrong usage, in the words of the command line.
  func parse(_ request: QueryRequest, with parser: QueryParser, now: Timestamp) throws -> Query {
    do {
      return try parser.parse(request, now: now)
    } catch {
      throw ValidationError(commandLineWords(error))
    }
  }

  private func filterParameters(
    of filters: [String],
    _ titles: MediaNames = MediaNames()
  ) throws -> [QueryRequest.Parameter] {
    do {
      return try filters.flatMap { try FilterNames.coded($0, by: titles) }
        .flatMap(QueryRequest.Parameter.filters)
    } catch let error as QueryError {
      throw ValidationError(commandLineWords(error))
    } catch let fault as FilterNames.Fault {
      throw ValidationError("--filter: \(fault)")
    }
  }

  /// A refusal in the words of this command: `--sort-by` for `sortBy`.
  private func commandLineWords(_ error: QueryError) -> String {
    guard case .invalidParameter(let name, let detail) = error else { return error.description }
    let option =
      name.hasPrefix("filterBy[")
      ? "filter \(filterName(in: name))" : ParameterName(rawValue: name)?.optionName ?? name
    return "--\(option): \(detail)"
  }

  private func filterName(in parameter: String) -> Substring {
    parameter.dropFirst("filterBy[".count).prefix { $0 != "]" }
  }
}
