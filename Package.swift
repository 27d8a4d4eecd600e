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

/// lld packs what has to be relocated where the program is loaded (DT_RELR): a third of the work of starting it, and
/// three megabytes. Needs glibc 2.36 (Debian 12) where the program runs.
let linking: [LinkerSetting] = [
    .unsafeFlags(["-use-ld=lld", "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs"])
]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

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
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
    ],
    targets: [
        .systemLibrary(
            name: "CMarkGFM", pkgConfig: "libcmark-gfm",
            providers: [.apt(["libcmark-gfm-dev", "libcmark-gfm-extensions-dev"])]),
        .systemLibrary(name: "CJQ", providers: [.apt(["libjq-dev"])]),
        .systemLibrary(name: "CAres", pkgConfig: "libcares", providers: [.apt(["libc-ares-dev"])]),
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CPCRE2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        // Its headers alone: CCurl loads the library when it is first called.
        .systemLibrary(name: "CLibCurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .target(name: "CCurl", dependencies: ["CLibCurl"]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .target(name: "CPlatform"),

        library("DAG", []),
        library("Cryptography", ["COpenSSL"]),
        library("Threads", ["CPlatform"]),
        library("Model", ["DAG"]),
        library("Patterns", ["CPCRE2"]),
        library("Steps", ["DAG", "Model", "CMarkGFM", "CYAML", "Patterns"]),
        library("Hazards", ["DAG", "Model"]),
        library("Execution", ["DAG", "Model", "Cryptography"]),
        library("Processes", ["Execution", "Model", "Threads", "CPlatform"]),
        library("Gates", ["Execution", "Model", "Patterns", "Threads", "CCurl", "CLibCurl", "CJQ", "CAres"]),
        library("Checkpoints", ["Execution", "Model", "Threads", "CPlatform", "Cryptography", "CSQLite"]),
        library("Reports", ["DAG", "Model", "Hazards", "Execution"]),
        library("Terminal", ["Model", "Execution", "Threads", "CPlatform"]),
        library("Simulation", ["DAG", "Model", "Execution"]),
        library("Fuzzing", ["DAG", "Model", "Steps", "Hazards", "Execution", "Reports", "Terminal"]),
        .executableTarget(
            name: "simulate", dependencies: ["Execution", "Simulation"], swiftSettings: settings,
            linkerSettings: linking),
        .executableTarget(
            name: "runbook",
            dependencies: [
                "DAG", "Model", "Steps", "Hazards", "Execution", "Processes", "Gates", "Checkpoints", "Reports",
                "Terminal", "CPlatform", argumentParser,
            ],
            swiftSettings: settings, linkerSettings: linking),

        tests("DAGTests", ["DAG"]),
        tests("ThreadsTests", ["Threads", "CPlatform"]),
        tests("ModelTests", ["Model"]),
        tests("StepsTests", ["Steps", "Model", "Terminal", "DAG", "CMarkGFM"]),
        tests("HazardsTests", ["Hazards", "Model", "Steps", "Terminal"]),
        tests("ExecutionTests", ["Execution", "Model", "DAG"]),
        tests("ProcessesTests", ["Processes", "Execution", "Model", "CPlatform"]),
        tests("MachineTests", ["Processes", "Simulation", "Execution", "Model", "DAG", "CPlatform"]),
        tests("PatternsTests", ["Patterns"]),
        tests("GatesTests", ["Gates", "Patterns", "Execution", "Model"]),
        .executableTarget(
            name: "CheckpointsHelper", dependencies: ["Checkpoints", "Execution", "Model"],
            path: "Tests/CheckpointsHelper", swiftSettings: settings, linkerSettings: linking),
        tests(
            "CheckpointsTests", ["Checkpoints", "CheckpointsHelper", "CSQLite", "Cryptography", "Execution", "Model"]),
        tests("ReportsTests", ["Reports", "Execution", "Model", "Hazards", "DAG"]),
        tests("TerminalTests", ["Terminal", "Execution", "Model", "DAG"]),
        tests("SimulationTests", ["Simulation"]),
        tests("FuzzingTests", ["Fuzzing"]),
        tests("CommandLineTests", ["runbook"]),
        tests("TidyTests", []),
    ] + fuzzing
)
