import AnalyticsAPI
import PlaybackFacts
import QueryCore

// The three queries, and what is asked beside them.
extension OpenAPIDocument {
  static var dataPaths: [(String, JSONTree)] {
    let ordinary = MetricCatalog.measures.filter(\.hasTimeframe)
    let special = MetricCatalog.measures.filter { !$0.hasTimeframe }
    var paths: [(String, JSONTree)] = [
      (
        "/data/metrics/{metric}/{aggregation}",
        query(
          "number",
          "One number",
          ordinary.map { QueryTarget($0, .number) },
          .number,
          path: [
            ("metric", "A metric; not all have all aggregations.", ordinary.map(\.metric)),
            ("aggregation", "How it becomes one number.", ordinary.map(\.aggregation.rawValue)),
          ],
          "Number"
        )
      )
    ]
    for measure in special {
      paths.append(
        (
          "/data/metrics/\(measure.metric)/\(measure.aggregation.rawValue)",
          query(
            "\(measure.metric)-\(measure.aggregation.rawValue)",
            measure.title,
            [QueryTarget(measure, .number)],
            .number,
            path: [],
            "Number"
          )
        )
      )
    }
    let byDimension = ordinary.filter { $0.seriesName != nil }
    paths.append(
      (
        "/data/buckets/{metric}/{breakdown}",
        query(
          "buckets",
          "A number for each value of a dimension",
          byDimension.map { QueryTarget($0, .buckets(.country)) },
          .buckets(.country),
          path: [
            ("metric", "A metric under an aggregation.", byDimension.compactMap(\.seriesName)),
            ("breakdown", "The dimension.", MetricCatalog.breakdowns.map(\.breakdownName)),
          ],
          "Buckets"
        )
      )
    )
    for measure in special {
      guard let name = measure.seriesName else { continue }
      for breakdown in measure.breakdowns {
        paths.append(
          (
            "/data/buckets/\(name)/\(breakdown.breakdownName)",
            query(
              "\(name)-\(breakdown.breakdownName)",
              "\(measure.title), by \(breakdown.title)",
              [QueryTarget(measure, .buckets(breakdown))],
              .buckets(breakdown),
              path: [],
              "Buckets"
            )
          )
        )
      }
    }
    paths.append(
      (
        "/data/timeseries/{metric}",
        query(
          "timeseries",
          "A number for each interval of time",
          MetricCatalog.timeseriesMeasures.map { QueryTarget($0, .timeseries) },
          .timeseries(.hour),
          path: [
            (
              "metric", "A metric under an aggregation.",
              MetricCatalog.timeseriesMeasures.compactMap(\.seriesName)
            )
          ],
          "Timeseries"
        )
      )
    )
    paths.append(
      (
        "/data/histogram/{metric}",
        query(
          "histogram",
          "How many values there are of each size (Playhead only)",
          MetricCatalog.histogramMeasures.map { QueryTarget($0, .histogram) },
          .histogram,
          path: [
            (
              "metric", "A metric whose values differ.",
              MetricCatalog.histogramMeasures.map(\.metric)
            )
          ],
          "Histogram"
        )
      )
    )
    return paths + ownDataPaths
  }

  private static var ownDataPaths: [(String, JSONTree)] {
    [
      (
        QueryBatch.path,
        [
          "post": operation(
            "batch",
            "data",
            "Several questions at one instant, over the same data; counts as one read for every "
              + "\(QueryBatch.questionsPerRead) of them",
            .read(isTagged: false),
            isOurs: true,
            body: ["schema": schema("Batch")],
            answer: (
              200,
              json(
                "The answer to each, in their order.",
                schema("BatchAnswer"),
                headers: limitHeaders
              )
            ),
            refusals: [413]
          )
        ]
      ),
      (
        DataState.path,
        [
          "get": operation(
            "state",
            "data",
            "The version of the data, which differs whenever an answer may differ",
            .read(isTagged: true),
            isOurs: true,
            answer: (
              200, json("The state.", schema("State"), headers: limitHeaders + ["ETag"])
            )
          )
        ]
      ),
      (
        DataState.eventsPath,
        [
          "get": operation(
            "events",
            "data",
            "Says when there is something new, as server-sent events; each is a state",
            .read(isTagged: false),
            isOurs: true,
            answer: (
              200,
              answer(
                "A stream that ends with the server or the key.",
                ["text/event-stream"],
                ["schema": ["type": "string"]],
                headers: limitHeaders
              )
            )
          )
        ]
      ),
    ]
  }

  /// A path of one of the three queries, for all of some targets.
  private static func query(
    _ id: String,
    _ summary: String,
    _ targets: [QueryTarget],
    _ shape: Query.Shape,
    path: [(name: String, description: String, values: [String])],
    _ answerSchema: String
  ) -> JSONTree {
    let inPath = path.map { name, description, values -> JSONTree in
      [
        "name": .string(name), "in": "path", "required": true,
        "description": .string(description),
        "schema": ["type": "string", "enum": .strings(unique(values))],
      ]
    }
    let names = targets.reduce(into: Set<ParameterName>()) { $0.formUnion($1.parameterNames) }
    let filters = targets.reduce(into: Set<Dimension>()) { $0.formUnion($1.measure.filters) }
    let isTotal = targets.allSatisfy { $0.measure.reach == .allTime }
    let inQuery = ParameterName.allCases.filter(names.contains).map { name -> JSONTree in
      switch name {
      case .from, .to: ref("parameters", isTotal ? "\(name.rawValue)-ignored" : name.rawValue)
      case .sortBy: sortBy(targets, shape)
      case .compare, .unique, .viewDuration, .bots, .timezone, .interval, .sortOrder, .currentPage,
        .pageSize:
        ref("parameters", name.rawValue)
      }
    }
    let byFilter = Dimension.allCases.filter(filters.contains).flatMap { dimension in
      filterForms.map { ref("parameters", "\(dimension.filterName)\($0.suffix)") }
    }
    return [
      "get": operation(
        id,
        "data",
        summary,
        .read(isTagged: true),
        parameters: inPath + inQuery + byFilter,
        answer: (
          200, json("The answer.", schema(answerSchema), headers: limitHeaders + ["ETag"])
        )
      )
    ]
  }

  private static func sortBy(_ targets: [QueryTarget], _ shape: Query.Shape) -> JSONTree {
    var keys = shape.sortKeys.map(\.rawValue)
    if targets.contains(where: { $0.parameterNames.contains(.compare) }) {
      keys.append(Query.SortKey.change.rawValue)
    }
    return [
      "name": "sortBy", "in": "query",
      "description": "What the rows are sorted by; change only with compare.",
      "schema": ["type": "string", "enum": .strings(keys)],
    ]
  }

  private static func unique(_ values: [String]) -> [String] {
    var known: Set<String> = []
    return values.filter { known.insert($0).inserted }
  }

  // MARK: - Parameters

  /// How a filter may be written: the end of the name of the component, that of the parameter, and what it means.
  private static let filterForms: [(suffix: String, end: String, meaning: String)] = [
    ("", "", "Only playbacks with this value."),
    ("-any", "[]", "Only playbacks with one of these values."),
    ("-not", "[not][]", "Only playbacks with none of these values (Playhead only)."),
  ]

  static var parameters: [(String, JSONTree)] {
    func parameter(_ name: String, _ description: String, _ schema: JSONTree) -> JSONTree {
      [
        "name": .string(name), "in": "query", "description": .string(description),
        "schema": schema,
      ]
    }
    var all: [(String, JSONTree)] = ParameterName.allCases.compactMap { name in
      schema(of: name).map { (name.rawValue, parameter(name.rawValue, $0.description, $0.schema)) }
    }
    for name in [ParameterName.from, .to] {
      all.append(
        (
          "\(name.rawValue)-ignored",
          parameter(name.rawValue, "Is not looked at: a total is of all time.", ["type": "string"])
        )
      )
    }
    for dimension in Dimension.allCases {
      for form in filterForms {
        let value = schema(of: dimension)
        all.append(
          (
            "\(dimension.filterName)\(form.suffix)",
            parameter(
              "filterBy[\(dimension.filterName)]\(form.end)",
              form.meaning,
              form.end.isEmpty ? value : ["type": "array", "items": value]
            )
          )
        )
      }
    }
    all.append(
      (
        "If-None-Match",
        [
          "name": "If-None-Match", "in": "header",
          "description": "The tags of answers that are known already.",
          "schema": ["type": "string"],
        ]
      )
    )
    return all
  }

  /// What a parameter means and may be; nil for one that depends on the path.
  private static func schema(
    of name: ParameterName
  ) -> (description: String, schema: JSONTree)? {
    switch name {
    case .from:
      ("Where the timeframe begins; a day before its end unless given.", dateTime)
    case .to:
      ("Where the timeframe ends, which is not part of it; now unless given.", dateTime)
    case .compare:
      (
        "Beside each number that of another time (Playhead only).",
        choice(ComparedPeriod.allCases.map(\.rawValue))
      )
    case .unique:
      (
        "Counts a viewer once a UTC day, or once in a slot; only with view and ccv.",
        ["type": "boolean"]
      )
    case .viewDuration:
      (
        "For how long a playback has to be watched to be a view; only with view.",
        choice(ViewDuration.allCases.map(\.spelling))
      )
    case .bots:
      ("Whether playbacks of bots count (Playhead only).", choice(Bots.allCases.map(\.rawValue)))
    case .timezone:
      (
        "The IANA name of the zone that cuts hours and days; UTC unless given (Playhead only).",
        ["type": "string", "examples": ["Europe/Paris"]]
      )
    case .interval:
      (
        "The width of the intervals; minute for up to 60 minutes.",
        choice(Interval.allCases.map(\.rawValue))
      )
    case .sortBy: nil
    case .sortOrder: ("The direction.", choice(SortDirection.allCases.map(\.rawValue)))
    case .currentPage:
      (
        "The page, from 1; one past the last is empty.",
        integer(1, Int(Int32.max), standard: 1)
      )
    case .pageSize:
      ("Rows on a page.", integer(1, Query.Page.largestSize, standard: Query.Page().size))
    }
  }

  /// What a filter may name.
  private static func schema(of dimension: Dimension) -> JSONTree {
    if let listed = dimension.listedValues {
      return choice(listed + (dimension == .continent ? [Dimension.unknown] : []))
    }
    if dimension == .referrer {
      return ["type": "string", "maxLength": .integer(FilterParameter.longestReferrer)]
    }
    return ["type": "string"]
  }

  /// An ATOM date-time as it is read.
  private static let dateTime: JSONTree = [
    "type": "string",
    "pattern": .string(
      "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[Tt]([01][0-9]|2[0-3])(:[0-5][0-9]){2}"
        + "([.][0-9]+)?([Zz]|[ +-]([01][0-9]|2[0-3]):?[0-5][0-9])?$"
    ),
    "examples": ["2024-02-05T00:00:00+01:00"],
  ]

  static func choice(_ values: [String]) -> JSONTree {
    ["type": "string", "enum": .strings(values)]
  }

  static func integer(_ least: Int, _ most: Int, standard: Int) -> JSONTree {
    [
      "type": "integer", "minimum": .integer(least), "maximum": .integer(most),
      "default": .integer(standard),
    ]
  }
}

extension Measure {
  /// Whether questions about it have a timeframe of their own.
  fileprivate var hasTimeframe: Bool {
    switch reach {
    case .everywhere, .numberOnly: true
    case .allTime, .now: false
    }
  }
}
