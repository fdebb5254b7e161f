// swift-tools-version: 6.2
import PackageDescription

let checksExclusivity = Context.environment["SALLYPORT_CHECK_EXCLUSIVITY"] != nil

/// Rule 22 of the house: Swift 6 mode, warnings are errors, imports internal by default, caller-isolated async.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    // Small functions of one module are inlined in another: 3 % of the agent's CPU for a transaction. Whether accesses to a
    // variable overlap is checked while the program runs in debug builds, and in release builds where this is asked for
    // (docs/decisions/0014-exclusive-access.md).
    .unsafeFlags(
        ["-cross-module-optimization"] + (checksExclusivity ? [] : ["-enforce-exclusivity=unchecked"]),
        .when(configuration: .release)),
]

/// Outside the C fences every use of unsafe memory is spelled `unsafe`.
let safe: [SwiftSetting] = strict + [.strictMemorySafety()]

let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let jwt: Target.Dependency = .product(name: "JWTKit", package: "jwt-kit")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let yaml: Target.Dependency = .product(name: "Yams", package: "Yams")

let package = Package(
    name: "sallyport",
    products: [
        .executable(name: "sallyport-control-plane", targets: ["ControlPlane"]),
        .executable(name: "sallyport-agent", targets: ["DataPlaneAgent"]),
        .executable(name: "detector-probe", targets: ["DetectorProbe"]),
        .executable(name: "ingest-load", targets: ["IngestLoad"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.0"),
    ],
    targets: [
        // C libraries, one fence each.
        .systemLibrary(name: "CHyperscan", pkgConfig: "libhs", providers: [.apt(["libhyperscan-dev"])]),
        .systemLibrary(name: "CLibpq", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CNghttp2", pkgConfig: "libnghttp2", providers: [.apt(["libnghttp2-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CPgQuery", providers: [.apt(["libpg-query-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .target(name: "CChecksum"),
        .target(name: "CLinux"),

        // Pure: bytes, times and ids in, values out.
        .target(name: "APIModels", swiftSettings: safe),
        .target(name: "Policy", dependencies: ["APIModels"], swiftSettings: safe),
        .target(name: "SQLInspection", dependencies: ["CPgQuery"], swiftSettings: strict),
        .target(name: "PatternMatching", dependencies: ["CHyperscan"], swiftSettings: strict),
        .target(name: "Masking", dependencies: ["PatternMatching", crypto], swiftSettings: safe),
        .target(name: "Compression", dependencies: ["CZlib", "CZstd"], swiftSettings: strict),
        .target(name: "Recording", dependencies: ["CChecksum", crypto], swiftSettings: strict),
        .target(name: "PostgresWire", dependencies: [crypto], swiftSettings: safe),

        // I/O.
        .target(name: "Settings", dependencies: [yaml], swiftSettings: safe),
        .target(name: "Observability", dependencies: [logging], swiftSettings: safe),
        .target(name: "Reactor", dependencies: ["CLinux", "COpenSSL"], swiftSettings: strict),
        .target(
            name: "HTTP", dependencies: ["Reactor", "CNghttp2", httpTypes, logging], swiftSettings: strict),
        .target(name: "PostgresClient", dependencies: ["Reactor", "CLibpq", logging], swiftSettings: strict),

        // The two planes.
        .executableTarget(
            name: "ControlPlane",
            dependencies: [
                "APIModels", "Compression", "HTTP", "Masking", "Observability", "PatternMatching", "Policy",
                "PostgresClient", "Reactor", "Recording", "Settings", arguments, crypto, httpTypes, jwt,
                logging, yaml,
            ],
            swiftSettings: safe),
        .executableTarget(
            name: "DataPlaneAgent",
            dependencies: [
                "APIModels", "CLinux", "Compression", "HTTP", "Masking", "Observability", "PatternMatching",
                "Policy",
                "PostgresWire",
                "Reactor",
                "Recording", "SQLInspection", "Settings", arguments, crypto, httpTypes, jwt, logging,
            ],
            swiftSettings: strict),

        // What the benchmarks run.
        .executableTarget(
            name: "DetectorProbe", dependencies: ["Masking", arguments], path: "Benchmarks/DetectorProbe",
            swiftSettings: safe),
        .executableTarget(
            name: "IngestLoad",
            dependencies: [
                "APIModels", "Compression", "HTTP", "Reactor", "Recording", arguments, crypto, httpTypes,
            ], path: "Benchmarks/IngestLoad", swiftSettings: safe),

        .testTarget(name: "APIModelsTests", dependencies: ["APIModels"], swiftSettings: safe),
        .testTarget(name: "PolicyTests", dependencies: ["Policy", "APIModels"], swiftSettings: safe),
        .testTarget(name: "SQLInspectionTests", dependencies: ["SQLInspection"], swiftSettings: strict),
        .testTarget(
            name: "MaskingTests", dependencies: ["Masking", "PatternMatching", crypto], swiftSettings: safe),
        .testTarget(name: "PatternMatchingTests", dependencies: ["PatternMatching"], swiftSettings: strict),
        .testTarget(name: "SettingsTests", dependencies: ["Settings"], swiftSettings: safe),
        .testTarget(name: "CompressionTests", dependencies: ["Compression"], swiftSettings: strict),
        .testTarget(
            name: "RecordingTests", dependencies: ["CChecksum", "Recording", crypto], swiftSettings: strict),
        .testTarget(name: "PostgresWireTests", dependencies: ["PostgresWire", crypto], swiftSettings: safe),
        .testTarget(name: "ReactorTests", dependencies: ["Reactor"], swiftSettings: strict),
        .testTarget(name: "HTTPTests", dependencies: ["HTTP", "Reactor", httpTypes], swiftSettings: strict),
        .testTarget(
            name: "ObservabilityTests", dependencies: ["Observability", logging], swiftSettings: safe),
        .testTarget(
            name: "PostgresClientTests", dependencies: ["PostgresClient", "Reactor", logging],
            swiftSettings: strict),
        .testTarget(
            name: "ControlPlaneTests",
            dependencies: [
                "APIModels", "Compression", "ControlPlane", "HTTP", "PostgresClient", "Reactor", "Recording",
                "Settings",
                crypto, httpTypes, logging, yaml,
            ], swiftSettings: strict),
        .testTarget(
            name: "DataPlaneAgentTests",
            dependencies: [
                "APIModels", "Compression", "DataPlaneAgent", "HTTP", "Policy", "Reactor", "Recording",
                "SQLInspection", "Settings", crypto, httpTypes, jwt, logging,
            ],
            swiftSettings: strict),
        .testTarget(name: "ArchitectureTests", swiftSettings: safe),
    ]
)
