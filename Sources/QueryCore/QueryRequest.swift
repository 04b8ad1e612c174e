/// A question as it was written, over HTTP or on the command line; nothing in it is checked yet.
///
/// ``QueryParser`` turns it into a ``Query``.
public struct QueryRequest: Hashable, Sendable {
  /// Which of the three queries is asked, with the parts of its path; a part may be missing.
  public enum Endpoint: Hashable, Sendable {
    /// `/data/metrics/{metric}/{aggregation}`: one number.
    case metrics(metric: String?, aggregation: String?)
    /// `/data/buckets/{metric}/{breakdown}`: by dimension.
    case buckets(metric: String?, breakdown: String?)
    /// `/data/timeseries/{metric}`: over time.
    case timeseries(metric: String?)
    /// `/data/histogram/{metric}`: by size.
    case histogram(metric: String?)
  }

  /// A parameter in its spelling over HTTP, percent-decoded, such as `filterBy[country][]`.
  public struct Parameter: Hashable, Sendable {
    /// The name.
    public let name: String
    /// The value.
    public let value: String

    /// Makes a parameter of its spelling over HTTP.
    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }

    /// Makes a parameter that has one value.
    public init(_ name: ParameterName, _ value: String) {
      self.init(name.rawValue, value)
    }
  }

  /// The query and the parts of its path.
  public var endpoint: Endpoint
  /// The parameters in the order in which they were written.
  public var parameters: [Parameter]

  /// Makes a request.
  public init(_ endpoint: Endpoint, _ parameters: [Parameter] = []) {
    self.endpoint = endpoint
    self.parameters = parameters
  }
}

/// A parameter that has one value; the last one counts where it is written twice.
///
/// The raw value is its name over HTTP. Filters are parameters too, but may be repeated.
public enum ParameterName: String, CaseIterable, Hashable, Sendable {
  case from, to, compare, unique, viewDuration, bots, timezone, interval
  case sortBy, sortOrder, currentPage, pageSize
}
