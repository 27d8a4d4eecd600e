import ArgumentParser
import Execution
import Glibc
import Model
import Terminal

/// `runbook init`: writes a commented starter runbook.
struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Write a commented starter runbook.")

    @Argument(help: ArgumentHelp("File to write.", valueName: "file"), completion: .file(extensions: ["md"]))
    var file = "runbook.md"

    func run() throws {
        let command = CommandText(program: ProcessContext.current.program)
        do {
            try TextFile.makeFolder(Path.folder(of: file))
            try TextFile.make(file, StarterRunbook.text)
        } catch {
            if TextFile.exists(file) {
                throw CommandFailure(
                    .usage, "\(file) exists already", hint: "name another file: \(command.of("init", ["FILE"]))")
            }
            throw CommandFailure(.failed, "\(file): \(error.words)")
        }
        // Where it is found by itself it need not be named.
        let isFound = (try? Loading.paths([])) == [file]
        let paths = isFound ? [] : [file]
        let next = [
            (command.of("check", paths), "is it right?"),
            (command.of("plan", paths), "what would happen, in which order?"),
            (command.of("run", paths), "bring it up"), (command.of("status"), "how does it stand?"),
            (command.of("logs"), "what did its steps say?"),
            (command.of("report", ["-o", "run.html"]), "a page that tells how it went"),
            (command.of("down"), "take it down again"),
        ]
        let width = next.map(\.0.count).max() ?? 0
        Console.standard.print("Wrote \(file): one file, four scripts, one of them a service.\n")
        for (command, question) in next {
            Console.standard.print(
                "  " + command + String(repeating: " ", count: width - command.count) + "  " + question)
        }
    }
}
