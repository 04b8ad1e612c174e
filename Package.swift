// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "playhead",
  products: [
    .executable(name: "playhead", targets: ["playhead"])
  ],
  dependencies: [
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
    .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", exact: "1.6.0"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    .package(url: "https://github.com/LebJe/TOMLKit", exact: "0.6.0"),
  ],
  // A target depends only on targets above it.
  targets: [
    .target(name: "PlaybackFacts"),
    .systemLibrary(name: "CMaxMindDB", providers: [.apt(["libmaxminddb-dev"])]),
    .target(name: "PingCollector", dependencies: ["PlaybackFacts", "CMaxMindDB"]),
    .target(
      name: "QueryCore",
      dependencies: [
        "PlaybackFacts",
        .product(name: "OrderedCollections", package: "swift-collections"),
      ]),
    .target(
      name: "FactStore",
      dependencies: [
        "PlaybackFacts", "QueryCore",
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ]),
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
    .target(name: "FactFiles", dependencies: ["PlaybackFacts", "PingCollector", "CZlib"]),
    .target(name: "AudienceSimulator", dependencies: ["PlaybackFacts", "PingCollector"]),
    .target(name: "AnalyticsAPI", dependencies: ["PlaybackFacts", "QueryCore"]),
    .target(
      name: "AnalyticsServer",
      dependencies: [
        "PlaybackFacts", "PingCollector", "QueryCore", "AnalyticsAPI",
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
      ]),
    .target(
      name: "AnalyticsClient",
      dependencies: [
        "PlaybackFacts", "QueryCore", "AnalyticsAPI",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
      ]),
    .target(name: "CellCanvas"),
    .target(
      name: "CNCurses",
      linkerSettings: [.linkedLibrary("ncursesw"), .linkedLibrary("tinfo")]),
    .target(name: "CursesTerminal", dependencies: ["CellCanvas", "CNCurses"]),
    .target(
      name: "Themes",
      dependencies: ["CellCanvas", .product(name: "TOMLKit", package: "TOMLKit")],
      path: "Themes",
      resources: [.embedInCode("Builtin")]),
    .target(
      name: "Dashboard", dependencies: ["PlaybackFacts", "QueryCore", "CellCanvas", "Themes"]),
    .executableTarget(
      name: "playhead",
      dependencies: [
        "PlaybackFacts", "PingCollector", "QueryCore", "FactStore", "FactFiles",
        "AudienceSimulator", "AnalyticsAPI", "AnalyticsServer", "AnalyticsClient",
        "CellCanvas", "CursesTerminal", "Themes", "Dashboard",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "TOMLKit", package: "TOMLKit"),
      ]),
  ]
)

let settings: [SwiftSetting] =
  ["ExistentialAny", "InternalImportsByDefault", "MemberImportVisibility"]
  .map { .enableUpcomingFeature($0) } + [.treatAllWarnings(as: .error)]
for target in package.targets where target.type != .system && target.name != "CNCurses" {
  target.swiftSettings = settings
}
