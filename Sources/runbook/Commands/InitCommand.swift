import ArgumentParser
import Execution
import Foundation

/// `runbook init`: writes a commented starter runbook.
struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Write a commented starter runbook.")

    @Argument(help: ArgumentHelp("File to write.", valueName: "file"), completion: .file(extensions: ["md"]))
    var file = "runbook.md"

    func run() throws {
        let url = URL(fileURLWithPath: file)
        do {
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(StarterRunbook.text.utf8).write(to: url, options: .withoutOverwriting)
        } catch {
            if FileManager.default.fileExists(atPath: file) {
                throw CommandFailure(.usage, "\(file) exists already", hint: "name another file: runbook init FILE")
            }
            throw CommandFailure(.failed, "\(file): \(error.localizedDescription)")
        }
        let next = [
            ("check \(file)", "is it right?"), ("plan \(file)", "what would happen, in which order?"),
            ("run \(file)", "bring it up"), ("status", "how does it stand?"), ("logs", "what did its steps say?"),
            ("report -o run.html", "a page that tells how it went"), ("down", "take it down again"),
        ]
        let width = next.map(\.0.count).max() ?? 0
        Console.standard.print("Wrote \(file): one file, four scripts, one of them a service.\n")
        for (command, question) in next {
            let padding = String(repeating: " ", count: width - command.count)
            Console.standard.print("  runbook \(command)\(padding)  \(question)")
        }
    }
}
