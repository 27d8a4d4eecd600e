import Glibc
import Simulation

/// What the command line asks for.
struct Request {
    var seed: UInt64?
    var from: UInt64 = 1
    var count: UInt64 = 1000
    var isVerbose = false
    /// Broken seeds after which it ends.
    var most = 20

    init?(_ arguments: [String]) {
        var rest = arguments[...]
        func number() -> UInt64? { rest.popFirst().flatMap { UInt64($0) } }
        while let argument = rest.popFirst() {
            switch argument {
            case "--seed":
                guard let value = number() else { return nil }
                seed = value
            case "--from":
                guard let value = number() else { return nil }
                from = value
            case "--count":
                guard let value = number() else { return nil }
                count = value
            case "--verbose": isVerbose = true
            case "--all": most = .max
            case "--first": most = 1
            default: return nil
            }
        }
    }
}

guard let request = Request(Array(CommandLine.arguments.dropFirst())) else {
    print("usage: simulate [--seed N] [--from N] [--count N] [--first | --all] [--verbose]")
    exit(2)
}
let first = request.seed ?? request.from
let last = request.seed ?? (request.from + max(1, request.count) - 1)
var counts = Counts()
var broken = 0
for seed in first...last {
    let report = Simulator.run(seed: seed, isVerbose: request.isVerbose)
    for line in report.lines { print(line) }
    counts += report.counts
    guard let rule = report.broken else { continue }
    broken += 1
    print("seed \(seed): \(rule)\n  \(CommandLine.arguments[0]) --seed \(seed) --verbose")
    // A run of hours says at once what it found.
    fflush(nil)
    if broken >= request.most { break }
}
print(
    "\(counts.stories) stories, \(counts.sessions) sessions, \(counts.crashes) crashes, \(counts.records) records, "
        + "\(counts.processes) processes; \(broken) broke a rule")
exit(broken == 0 ? 0 : 1)
