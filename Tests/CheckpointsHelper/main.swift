import Checkpoints
import Execution
import Foundation
import Glibc
import Model

// A process of its own for tests of checkpoints: killed, refused, or run under another umask or limit.
//
//     append FOLDER COUNT [SIZE]   appends to a new run, one transaction a record of about SIZE bytes; prints each
//                                  `seq` once it is acknowledged
//     hold FOLDER                  takes the lock, says so, and keeps it until its input ends
//     digest TEXT                  prints the digest under the key of the user
//
// Errors are printed as `KIND: MESSAGE`; exit status 5 for a held lock, 6 for everything else.

func say(_ text: String) {
    var line = text + "\n"
    line.withUTF8 { _ = write(1, $0.baseAddress, $0.count) }
}

func append(_ path: String, _ count: Int, _ size: Int) throws {
    let lock = try Lock(try StateFolder(creating: path), commandLine: "helper append", now: 1000)
    let store = try Store(executing: lock)
    let run = try store.createRun(name: "zone", now: 1)
    let journal = try RunJournal(store, run: run, after: 0)
    let filler = String(repeating: "x", count: size)
    for number in 0..<count {
        let outputs = [Output(name: "number", value: .plain("\(number)"))]
        let result = Result(state: .done, attempt: 1, reason: filler, outputs: outputs)
        try journal.append([
            Record(run: run, time: Double(number), event: .ready(step: "step-\(number)")),
            Record(run: run, time: Double(number), event: .finished(step: "step-\(number)", result)),
        ])
        say("\(journal.seq)")
    }
}

func hold(_ path: String) throws {
    let lock = try Lock(try StateFolder(creating: path), commandLine: "helper hold", now: 1000)
    say("held")
    while readLine() != nil {}
    withExtendedLifetime(lock) {}
}

func main(_ arguments: [String]) -> Int32 {
    do {
        switch (arguments.first, arguments.count) {
        case ("append", 3...):
            try append(arguments[1], Int(arguments[2]) ?? 0, Int(arguments.dropFirst(3).first ?? "") ?? 0)
        case ("hold", 2): try hold(arguments[1])
        case ("digest", 2):
            say(try KeyRing(environment: ProcessInfo.processInfo.environment).digest(arguments[1]))
        default: return 2
        }
        return 0
    } catch LockError.held(let holder, _, _) {
        say("held: \(holder?.pid ?? 0)")
        return 5
    } catch let error as StoreError {
        say("\(error.kind): \(error.message)")
    } catch LockError.unusable(let error) {
        say("\(error.kind): \(error.message)")
    } catch let error as JournalError {
        say("journal: \(error.message)")
    } catch {
        say("other: \(error)")
    }
    return 6
}

exit(main(Array(CommandLine.arguments.dropFirst())))
