import ArgumentParser
import CellCanvas
import ClickHouseStore
import Dashboard
import Foundation
import PlaybackFacts
import QueryCore
import Themes

/// What is in force: options, then variables, then the file, then what is remembered, then defaults.
struct Settings: Sendable {
  /// Where a value came from.
  enum Origin: Equatable, Sendable, CustomStringConvertible {
    case option
    case variable
    case file(String)
    case remembered
    case standard

    var description: String {
      switch self {
      case .option: "option"
      case .variable: "environment"
      case .file(let path): path
      case .remembered: "remembered"
      case .standard: "default"
      }
    }
  }

  private var layers: SettingsLayers
  /// The settings file, beside its values.
  let file: SettingsFile
  /// What is wrong in the settings file, a sentence each.
  private(set) var faults: [String]

  /// Puts the layers over each other.
  ///
  /// - Parameters:
  ///   - options: what the command line says.
  ///   - variables: the environment of the process.
  init(options: [Setting: String], variables: [String: String]) {
    file = SettingsFile(Paths(variables: variables).settingsFile)
    faults = file.faults
    layers = SettingsLayers(
      options: options,
      variables: variables,
      file: file.values,
      defaults: Self.defaults()
    )
    layers.hideLowerPlaces()
  }

  /// Where the settings file is, or would be.
  var filePath: String { file.path }

  /// These settings, if the settings file has no mistake.
  func faultless() throws -> Settings {
    if let fault = faults.first { throw CommandError(fault) }
    return self
  }

  /// These settings, if no mistake in the settings file may hide which source is meant.
  func certainOfSource() throws -> Settings {
    let isPlaceSaid = Setting.places.contains(where: isSaid)
    for (fault, hidden) in file.sourceFaults {
      let isHidden = hidden.contains { $0 == .environment ? !isSaid(.environment) : !isPlaceSaid }
      if isHidden { throw CommandError(fault) }
    }
    return self
  }

  /// The same settings without what the file says of some that can't be read; its fault is kept.
  ///
  /// - Parameter checks: each throws where a setting can't be read.
  /// - Returns: settings that pass all of them.
  /// - Throws: what is wrong with one that the file does not say.
  func forgiving(_ checks: [(Setting, (Settings) throws -> Void)]) throws -> Settings {
    var copy = self
    for (setting, check) in checks {
      do {
        try check(copy)
      } catch {
        guard case .file? = value(setting)?.origin else { throw error }
        copy.layers.file[setting] = nil
        copy.faults.append("\(error)")
      }
    }
    return copy
  }

  /// The same settings with what the dashboard remembers, which comes before the defaults.
  func remembering(_ memory: DashboardMemory?) -> Settings {
    var copy = self
    let themes = ThemeLibrary(
      directory: Paths(variables: ProcessInfo.processInfo.environment).themes
    )
    copy.layers.remembered = [
      .theme: memory?.theme.flatMap { themes.names.contains($0) ? $0 : nil },
      .timezone: memory?.zone.flatMap { Zone($0)?.name },
      .graph: memory?.symbols.flatMap(Symbols.Family.init).map(\.settingName),
    ].compactMapValues(\.self)
    return copy
  }

  /// The same settings with another source: an option that names it, and none that names another or
  /// its key.
  func replacing(with source: SettingsFile.Source) -> Settings {
    var copy = self
    copy.layers.remove(Setting.places.union([.apiKey]))
    copy.layers.options[source.setting] = source.place
    copy.layers.options[.apiKey] = source.apiKey
    return copy
  }

  /// The value in force as it was written, and where.
  func value(_ setting: Setting) -> (text: String, origin: Origin)? {
    guard let (text, layer) = layers.value(setting) else { return nil }
    switch layer {
    case .option: return (text, .option)
    case .variable: return (text, .variable)
    case .file: return (text, .file(file.path))
    case .remembered: return (text, .remembered)
    case .standard: return (text, .standard)
    }
  }

  /// Whether an option or a variable says it.
  func isSaid(_ setting: Setting) -> Bool {
    switch value(setting)?.origin {
    case .option, .variable: true
    case .file, .remembered, .standard, nil: false
    }
  }

  /// Whether an option, a variable or the settings file says it.
  func isSet(_ setting: Setting) -> Bool {
    switch value(setting)?.origin {
    case .option, .variable, .file: true
    case .remembered, .standard, nil: false
    }
  }

  /// The value in force as it was written.
  subscript(setting: Setting) -> String? { value(setting)?.text }

  /// The options by which another command line asks the same source; a key or a password is never
  /// among them.
  var sourceOptions: [String] {
    let place: Setting = [.remote, .clickhouse].first { self[$0] != nil } ?? .store
    let isUsual = self[.environment] == StoreEnvironment.production.rawValue
    return ([place] + (isUsual ? [] : [.environment])).flatMap { setting in
      guard let value = self[setting] else { return [String]() }
      // The line is shown on screens and in logs.
      let address = setting == .clickhouse ? (try? ClickHouseAddress(value))?.description : nil
      return ["--\(setting.rawValue)", address ?? setting.shown(value)]
    }
  }

  /// The value in force, read by `parse`; a value that `parse` refuses is an error that says where.
  func value<Value>(
    _ setting: Setting,
    expecting form: String,
    _ parse: (String) -> Value?
  ) throws -> Value? {
    guard let (text, origin) = value(setting) else { return nil }
    if let value = parse(text) { return value }
    throw refusal(of: setting, "\(setting.rawValue) '\(text)' (\(origin)) is not \(form)")
  }

  /// The error that says a sentence: wrong usage where an option gave the value, else a failure.
  func refusal(of setting: Setting, _ sentence: String) -> any Error {
    value(setting)?.origin == .option ? ValidationError(sentence) : CommandError(sentence)
  }

  private static func defaults() -> [Setting: String] {
    [
      .environment: "production", .listen: "127.0.0.1:8080", .retention: "365d",
      .newMediaLimit: "100000", .newReferrerLimit: "10000", .knownMedia: "false",
      .pingHistory: "256M",
      .logLevel: "info", .logFormat: LogFormat.text.rawValue,
      .cacheSize: "256M", .theme: "dark", .graph: "auto", .color: "auto",
      .referrer: ReferrerDetail.page.rawValue, .requestTimeout: "15s", .idleTimeout: "75s",
      .timezone: ["GMT", "Etc/UTC"].contains(TimeZone.current.identifier)
        ? "UTC" : TimeZone.current.identifier,
    ]
  }
}

/// A number of bytes as people write it: `64K`, `256M`, `2G`; > 0.
func parseByteCount(_ text: String) -> Int? {
  let units: [Character: Int] = ["K": 1 << 10, "M": 1 << 20, "G": 1 << 30]
  if let plain = Int(text) { return plain > 0 ? plain : nil }
  guard let unit = text.last.flatMap({ units[Character($0.uppercased())] }),
    let count = Int(text.dropLast()), count > 0
  else { return nil }
  let (bytes, isTooMuch) = count.multipliedReportingOverflow(by: unit)
  return isTooMuch ? nil : bytes
}
