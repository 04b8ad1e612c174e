import TextAndBytes
public import PlaybackFacts

/// How facts are written to a file.
public enum FactFormat: String, CaseIterable, Hashable, Sendable {
  /// A header, and a row per fact.
  case csv
  /// A JSON object per line.
  case ndjson
}

/// Writes facts as ``FactReader`` reads them: what is written and read again is the same.
public struct FactWriter: Sendable {
  private let format: FactFormat
  private let guardsFormulas: Bool

  /// Makes a writer.
  ///
  /// - Parameters:
  ///   - format: The format.
  ///   - guardsFormulas: Whether texts of CSV that a spreadsheet would run get a `'` before them, which
  ///     ``FactReader`` takes off again.
  public init(_ format: FactFormat, guardsFormulas: Bool = true) {
    self.format = format
    self.guardsFormulas = guardsFormulas
  }

  /// What the file begins with: the line of the columns' names, or nothing.
  public var header: [UInt8] {
    switch format {
    case .csv: Array("\(FactColumn.header)\n".utf8)
    case .ndjson: []
    }
  }

  /// Appends the rows of `facts` to `bytes`.
  public func append(_ facts: some Sequence<Fact>, to bytes: inout [UInt8]) {
    for fact in facts {
      switch format {
      case .csv: appendCSV(fact, to: &bytes)
      case .ndjson: appendJSON(fact, to: &bytes)
      }
    }
  }

  private func appendCSV(_ fact: Fact, to bytes: inout [UInt8]) {
    let playback = fact.playback
    bytes.append(decimal: fact.time.milliseconds)
    bytes.append(comma)
    bytes.append(contentsOf: fact.kind.name.utf8)
    bytes.append(comma)
    if let value = fact.value { bytes.append(decimal: value) }
    for column in FactColumn.texts {
      bytes.append(comma)
      let text = playback[column]
      bytes.append(csvField: guardsFormulas ? FormulaGuard.adding(to: text) : text)
    }
    bytes.append(comma)
    bytes.append(hex: playback.viewer.rawValue)
    bytes.append(comma)
    bytes.append(hex: playback.id.rawValue)
    bytes.append(contentsOf: (playback.isBot ? ",1\n" : ",0\n").utf8)
  }

  private func appendJSON(_ fact: Fact, to bytes: inout [UInt8]) {
    let playback = fact.playback
    bytes.append(contentsOf: "{\"time\":".utf8)
    bytes.append(decimal: fact.time.milliseconds)
    bytes.append(contentsOf: ",\"fact\":\"".utf8)
    bytes.append(contentsOf: fact.kind.name.utf8)
    bytes.append(quote)
    if let value = fact.value {
      bytes.append(contentsOf: ",\"value\":".utf8)
      bytes.append(decimal: value)
    }
    for column in FactColumn.texts where !playback[column].isEmpty {
      bytes.append(contentsOf: ",\"".utf8)
      bytes.append(contentsOf: column.name.utf8)
      bytes.append(contentsOf: "\":".utf8)
      bytes.append(jsonString: playback[column])
    }
    bytes.append(contentsOf: ",\"viewer\":\"".utf8)
    bytes.append(hex: playback.viewer.rawValue)
    bytes.append(contentsOf: "\",\"playback\":\"".utf8)
    bytes.append(hex: playback.id.rawValue)
    bytes.append(quote)
    if playback.isBot { bytes.append(contentsOf: ",\"bot\":1".utf8) }
    bytes.append(contentsOf: "}\n".utf8)
  }
}

extension FactColumn {
  /// The columns of a playback whose values are texts.
  fileprivate static let texts: [FactColumn] = [
    .mediaID, .country, .deviceType, .operatingSystem, .browser, .referrer,
  ]
}

extension Playback {
  fileprivate subscript(column: FactColumn) -> String {
    switch column {
    case .mediaID: mediaID
    case .country: country
    case .deviceType: deviceType
    case .operatingSystem: operatingSystem
    case .browser: browser
    case .referrer: referrer
    case .time, .fact, .value, .viewer, .playback, .bot: ""
    }
  }
}

private let comma = UInt8(ascii: ",")
private let quote = UInt8(ascii: "\"")
