import CLibFuzzer
import Fuzzing
import Glibc

// Feeds a target from libFuzzer: `FUZZ_TARGET=page fuzz [libFuzzer's arguments]`. Built by scripts/fuzz alone. The
// target is no argument, since libFuzzer starts the program again with its own.

/// Writes a line to standard error.
func tell(_ text: String) {
    let line = Array((text + "\n").utf8)
    _ = write(STDERR_FILENO, line, line.count)
}

guard let target = getenv("FUZZ_TARGET").flatMap({ FuzzTarget(rawValue: String(cString: $0)) }) else {
    let names = FuzzTarget.allCases.map(\.rawValue).joined(separator: "|")
    tell("usage: FUZZ_TARGET=\(names) fuzz [-max_total_time=N …] [CORPUS…]")
    exit(2)
}

/// What the callback, a plain C function, works with.
let current = (target: target, stage: FuzzStage())

var count = CommandLine.argc
var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
let status = LLVMFuzzerRunDriver(&count, &arguments) { data, size in
    do {
        try current.target.play(Array(UnsafeBufferPointer(start: data, count: size)), stage: current.stage)
        return 0
    } catch {
        tell("broken: \(error)")
        abort()
    }
}
exit(status)
