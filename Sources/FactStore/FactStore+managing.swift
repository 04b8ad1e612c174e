public import AnalyticsSource

extension FactStore: ManagedStore {
  /// The path of the file.
  public var place: String { path }
}

extension FactImport: FactImporting {}
