// swift-tools-version: 6.2
import PackageDescription

/// The library of libFuzzer, set by scripts/fuzz: everything is compiled to tell it which paths an input took, and `fuzz`
/// is built.
let fuzzer = Context.environment["RUNBOOK_FUZZER"]

let settings: [SwiftSetting] =
    [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .treatAllWarnings(as: .error),
    ] + (fuzzer == nil ? [] : [.unsafeFlags(["-sanitize=fuzzer"])])

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

/// A target of the map in docs/architecture.md, with the conventions every one of them is held to.
func library(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// The program that libFuzzer drives; no part of an ordinary build.
let fuzzing: [Target] =
    fuzzer.map { library in
        [
            .target(name: "CLibFuzzer"),
            .executableTarget(
                name: "fuzz", dependencies: ["CLibFuzzer", "Fuzzing"], swiftSettings: settings,
                linkerSettings: [.unsafeFlags([library, "-lstdc++", "-use-ld=lld"])]),
        ]
    } ?? []

let package = Package(
    name: "runbook",
    products: [.executable(name: "runbook", targets: ["runbook"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        .systemLibrary(
            name: "CMarkGFM", pkgConfig: "libcmark-gfm",
            providers: [.apt(["libcmark-gfm-dev", "libcmark-gfm-extensions-dev"])]),
        .systemLibrary(name: "CJQ", providers: [.apt(["libjq-dev"])]),
        .systemLibrary(name: "CAres", pkgConfig: "libcares", providers: [.apt(["libc-ares-dev"])]),
        .systemLibrary(name: "CLibCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .target(name: "CCurl", dependencies: ["CLibCurl"]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .target(name: "CPlatform"),

        library("DAG", []),
        library("Cryptography", ["COpenSSL"]),
        library("Steps", ["DAG", "CMarkGFM", yams]),
        library("Execution", ["DAG", "Steps", "Cryptography"]),
        library("Processes", ["Execution", "Steps", "CPlatform"]),
        library("Gates", ["Execution", "Steps", "CCurl", "CLibCurl", "CJQ", "CAres"]),
        library("Checkpoints", ["Execution", "Steps", "CPlatform", "Cryptography", grdb, sqlite]),
        library("Reports", ["DAG", "Steps", "Execution"]),
        library("Terminal", ["Steps", "Execution", "CPlatform"]),
        library("Simulation", ["DAG", "Steps", "Execution"]),
        library("Fuzzing", ["DAG", "Steps", "Execution", "Reports", "Terminal"]),
        .executableTarget(name: "simulate", dependencies: ["Execution", "Simulation"], swiftSettings: settings),
        .executableTarget(
            name: "runbook",
            dependencies: [
                "DAG", "Steps", "Execution", "Processes", "Gates", "Checkpoints", "Reports", "Terminal", "CPlatform",
                argumentParser,
            ],
            swiftSettings: settings),

        tests("DAGTests", ["DAG"]),
        tests("StepsTests", ["Steps", "DAG", "CMarkGFM"]),
        tests("ExecutionTests", ["Execution", "Steps", "DAG"]),
        tests("ProcessesTests", ["Processes", "Execution", "Steps", "CPlatform"]),
        tests("GatesTests", ["Gates", "Execution", "Steps"]),
        .executableTarget(
            name: "CheckpointsHelper", dependencies: ["Checkpoints", "Execution", "Steps"],
            path: "Tests/CheckpointsHelper", swiftSettings: settings),
        tests("CheckpointsTests", ["Checkpoints", "CheckpointsHelper", "Cryptography", "Execution", "Steps"]),
        tests("ReportsTests", ["Reports", "Execution", "Steps", "DAG"]),
        tests("TerminalTests", ["Terminal", "Execution", "Steps", "DAG"]),
        tests("SimulationTests", ["Simulation"]),
        tests("FuzzingTests", ["Fuzzing"]),
        tests("CommandLineTests", ["runbook"]),
        tests("TidyTests", []),
    ] + fuzzing
)
