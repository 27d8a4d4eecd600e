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
        Console.standard.print(
            """
            Wrote \(file): one file, four scripts, one of them a service.

              runbook check \(file)     is it right?
              runbook plan \(file)      what would happen, in which order?
              runbook run \(file)       bring it up
              runbook status            how does it stand?
              runbook down              take it down again
            """)
    }
}
