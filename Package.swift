// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "playhead",
  products: [
    .executable(name: "playhead", targets: ["playhead"])
  ],
  traits: [
    .trait(
      name: "TLS",
      description: "Speaks https, with BoringSSL; costs two minutes of building."
    )
  ],
  dependencies: [
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    .package(
      url: "https://github.com/hummingbird-project/hummingbird",
      exact: "2.28.1",
      traits: []
    ),
    .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
    .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-algorithms", exact: "1.2.1"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    .package(url: "https://github.com/apple/swift-metrics", exact: "2.13.0"),
    .package(url: "https://github.com/apple/swift-configuration", exact: "1.4.0", traits: []),
    .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2"),
  ],
  // A target depends only on targets above it.
  targets: [
    .systemLibrary(name: "CMessageDigest", providers: [.apt(["libmd-dev"])]),
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
    .target(name: "CPageChecksums", linkerSettings: [.linkedLibrary("sqlite3")]),
    .target(name: "TextAndBytes", dependencies: ["CMessageDigest", "CZlib"]),
    .target(name: "PlaybackFacts"),
    .target(
      name: "PingCollector",
      dependencies: [
        "TextAndBytes", "PlaybackFacts", .product(name: "Algorithms", package: "swift-algorithms"),
      ]
    ),
    .target(
      name: "QueryCore",
      dependencies: ["PlaybackFacts"]
    ),
    .target(name: "AnalyticsSource", dependencies: ["TextAndBytes", "PlaybackFacts", "QueryCore"]),
    .target(
      name: "QueryCommandLine",
      dependencies: ["PlaybackFacts", "QueryCore"]
    ),
    .target(
      name: "FactStore",
      dependencies: [
        "CPageChecksums", "TextAndBytes", "PlaybackFacts", "QueryCore", "AnalyticsSource",
        .product(name: "Algorithms", package: "swift-algorithms"),
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ]
    ),
    .target(
      name: "FactFiles",
      dependencies: ["TextAndBytes", "PlaybackFacts", "PingCollector"]
    ),
    .target(
      name: "AudienceSimulator",
      dependencies: [
        "PlaybackFacts", "PingCollector", .product(name: "Algorithms", package: "swift-algorithms"),
      ]
    ),
    .target(
      name: "AnalyticsAPI",
      dependencies: ["TextAndBytes", "PlaybackFacts", "QueryCore", "AnalyticsSource"]
    ),
    .target(
      name: "AnalyticsServer",
      dependencies: [
        "TextAndBytes", "PlaybackFacts", "PingCollector", "QueryCore", "AnalyticsSource",
        "AnalyticsAPI", "OutgoingHTTP",
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Metrics", package: "swift-metrics"),
        .product(name: "NIOSSL", package: "swift-nio-ssl", condition: .when(traits: ["TLS"])),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      exclude: ["OpenAPI/openapi.json"]
    ),
    .target(
      name: "OutgoingHTTP",
      dependencies: [
        "TextAndBytes",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOTLS", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl", condition: .when(traits: ["TLS"])),
      ]
    ),
    .target(
      name: "AnalyticsClient",
      dependencies: [
        "TextAndBytes", "PlaybackFacts", "QueryCore", "AnalyticsSource", "AnalyticsAPI",
        "OutgoingHTTP",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
      ]
    ),
    .target(
      name: "ClickHouseStore",
      dependencies: [
        "TextAndBytes", "PlaybackFacts", "QueryCore", "AnalyticsSource", "OutgoingHTTP",
        .product(name: "Algorithms", package: "swift-algorithms"),
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
      ]
    ),
    .target(
      name: "CellCanvas",
      dependencies: [.product(name: "Algorithms", package: "swift-algorithms")]
    ),
    .target(
      name: "CNCurses",
      linkerSettings: [.linkedLibrary("ncursesw"), .linkedLibrary("tinfo")]
    ),
    .target(name: "CursesTerminal", dependencies: ["TextAndBytes", "CellCanvas", "CNCurses"]),
    .target(
      name: "Themes",
      dependencies: ["TextAndBytes", "CellCanvas"],
      path: "Themes",
      resources: [.embedInCode("Builtin")]
    ),
    .target(
      name: "Dashboard",
      dependencies: [
        "TextAndBytes", "PlaybackFacts", "QueryCore", "QueryCommandLine", "AnalyticsSource",
        "AnalyticsAPI", "CellCanvas", "Themes",
        .product(name: "Algorithms", package: "swift-algorithms"),
      ]
    ),
    .target(name: "CMalloc", linkerSettings: [.linkedLibrary("jemalloc")]),
    .target(name: "CThreadSanitizer"),
    .executableTarget(
      name: "playhead",
      dependencies: [
        "CMalloc", "CThreadSanitizer",
        "TextAndBytes", "PlaybackFacts", "PingCollector", "QueryCore", "QueryCommandLine",
        "AnalyticsSource", "FactStore", "ClickHouseStore", "FactFiles", "AudienceSimulator",
        "AnalyticsAPI", "AnalyticsServer", "AnalyticsClient",
        "CellCanvas", "CursesTerminal", "Themes", "Dashboard",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Configuration", package: "swift-configuration"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ]
    ),

    .executableTarget(
      name: "store-benchmark",
      dependencies: ["PlaybackFacts", "QueryCore", "FactStore", "Dashboard", "Themes"],
      path: "Tests/Benchmark/StoreBenchmark"
    ),

    .target(
      name: "TestSupport",
      dependencies: ["PlaybackFacts", "QueryCore", "CThreadSanitizer"],
      path: "Tests/TestSupport"
    ),
    .testTarget(name: "TextAndBytesTests", dependencies: ["TextAndBytes", "TestSupport"]),
    .testTarget(name: "PlaybackFactsTests", dependencies: ["PlaybackFacts", "TestSupport"]),
    .testTarget(
      name: "PingCollectorTests",
      dependencies: ["PingCollector", "PlaybackFacts", "TestSupport"]
    ),
    .testTarget(
      name: "QueryCoreTests",
      dependencies: ["QueryCore", "PlaybackFacts", "TestSupport"]
    ),
    .testTarget(
      name: "QueryCommandLineTests",
      dependencies: ["QueryCommandLine", "QueryCore", "PlaybackFacts", "TestSupport"]
    ),
    .testTarget(
      name: "FactStoreTests",
      dependencies: [
        "CPageChecksums", "FactStore", "QueryCore", "AnalyticsSource", "PlaybackFacts",
        "TextAndBytes", "TestSupport",
        .product(name: "GRDB", package: "GRDB.swift"),
      ]
    ),
    .testTarget(
      name: "FactFilesTests",
      dependencies: [
        "FactFiles", "PingCollector", "PlaybackFacts", "TextAndBytes", "TestSupport",
      ]
    ),
    .testTarget(
      name: "AudienceSimulatorTests",
      dependencies: ["AudienceSimulator", "PingCollector", "PlaybackFacts", "TestSupport"]
    ),
    .testTarget(
      name: "AnalyticsAPITests",
      dependencies: [
        "AnalyticsAPI", "AnalyticsSource", "QueryCore", "PlaybackFacts", "TestSupport",
      ]
    ),
    .testTarget(
      name: "AnalyticsServerTests",
      dependencies: [
        "AnalyticsServer", "AnalyticsAPI", "AnalyticsSource", "OutgoingHTTP", "PingCollector",
        "QueryCore", "PlaybackFacts", "TextAndBytes", "TestSupport",
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdTesting", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOSSL", package: "swift-nio-ssl", condition: .when(traits: ["TLS"])),
      ]
    ),
    .testTarget(
      name: "AnalyticsClientTests",
      dependencies: [
        "AnalyticsClient", "AnalyticsServer", "AnalyticsAPI", "AnalyticsSource", "QueryCore",
        "OutgoingHTTP", "PlaybackFacts", "TextAndBytes", "TestSupport",
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
      ]
    ),
    .testTarget(
      name: "OutgoingHTTPTests",
      dependencies: [
        "OutgoingHTTP", "AnalyticsClient", "QueryCore", "PlaybackFacts", "TextAndBytes",
        "TestSupport",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOEmbedded", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl", condition: .when(traits: ["TLS"])),
      ]
    ),
    .testTarget(
      name: "ClickHouseStoreTests",
      dependencies: [
        "ClickHouseStore", "QueryCore", "AnalyticsSource", "PlaybackFacts", "TextAndBytes",
        "OutgoingHTTP", "TestSupport",
        .product(name: "Subprocess", package: "swift-subprocess"),
      ]
    ),
    .testTarget(name: "CellCanvasTests", dependencies: ["CellCanvas"]),
    .testTarget(name: "CursesTerminalTests", dependencies: ["CursesTerminal", "CellCanvas"]),
    .testTarget(name: "ThemesTests", dependencies: ["Themes", "CellCanvas", "TestSupport"]),
    .testTarget(
      name: "DashboardTests",
      dependencies: [
        "Dashboard", "Themes", "CellCanvas", "QueryCore", "AnalyticsSource", "PlaybackFacts",
        "TextAndBytes", "TestSupport",
      ],
      exclude: ["Golden"]
    ),
    .testTarget(
      name: "EndToEndTests",
      dependencies: [
        "playhead", "PlaybackFacts", "QueryCore", "AnalyticsAPI", "AnalyticsClient",
        "AnalyticsSource", "ClickHouseStore", "CellCanvas", "Dashboard", "TestSupport",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ]
    ),
  ]
)

let settings: [SwiftSetting] =
  ["ExistentialAny", "InternalImportsByDefault", "MemberImportVisibility"]
  .map { .enableUpcomingFeature($0) } + [.treatAllWarnings(as: .error)]
let cTargets = ["CNCurses", "CPageChecksums", "CThreadSanitizer"]
for target in package.targets where target.type != .system && !cTargets.contains(target.name) {
  target.swiftSettings = settings
}
