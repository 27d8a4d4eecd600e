import Glibc
import Simulation

guard let request = Request(Array(CommandLine.arguments.dropFirst())) else {
    print("usage: simulate [--seed N] [--from N] [--count N] [--first | --all] [--verbose]")
    exit(2)
}
let first = request.seed ?? request.from
let last = request.seed ?? (request.from + max(1, request.count) - 1)
let isWatched = isatty(STDERR_FILENO) == 1
var counts = Counts()
var broken = 0
for await report in Reports(first...last, isVerbose: request.isVerbose) {
    for line in report.lines { print(line) }
    counts += report.counts
    if isWatched, counts.scenarios.isMultiple(of: 10_000) {
        let line = Array("\(counts.scenarios) scenarios, \(broken) broke a rule\r".utf8)
        _ = write(STDERR_FILENO, line, line.count)
    }
    guard let rule = report.broken else { continue }
    broken += 1
    print("seed \(report.seed): \(rule)\n  \(CommandLine.arguments[0]) --seed \(report.seed) --verbose")
    // A run of hours says at once what it found.
    fflush(nil)
    if broken >= request.most { break }
}
print(
    "\(counts.scenarios) scenarios, \(counts.sessions) sessions, \(counts.crashes) crashes, \(counts.records) records, "
        + "\(counts.processes) processes; \(broken) broke a rule")
exit(broken == 0 ? 0 : 1)
