import ArgumentParser
import Glibc
import Processes
import Terminal

/// The command line: every command, and the way from errors to exit statuses.
@main
struct RunbookCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runbook",
        abstract: "Executable runbooks: Markdown in, a zone up, every result on disk.",
        version: Version.text,
        groupedSubcommands: [
            CommandGroup(
                name: "Write and check",
                subcommands: [
                    InitCommand.self, CheckCommand.self, PlanCommand.self, GraphCommand.self, DocsCommand.self,
                    SchemaCommand.self,
                ]),
            CommandGroup(
                name: "Bring up and take down",
                subcommands: [RunCommand.self, ResumeCommand.self, UpCommand.self, DownCommand.self]),
            CommandGroup(
                name: "Look",
                subcommands: [
                    RunsCommand.self, StatusCommand.self, LogsCommand.self, ExplainCommand.self, VerifyCommand.self,
                    ReportCommand.self,
                    OutputCommand.self,
                ]),
            CommandGroup(
                name: "Say", subcommands: [ApproveCommand.self, AcceptCommand.self, ResetCommand.self]),
        ])

    static func main() {
        Reactor.holdStandardDescriptors()
        Reactor.ignoreBrokenPipes()
        Reactor.endBySignalsAsFirstProcess()
        do {
            var command = try parseAsRoot(separated(ProcessContext.current.arguments[...]))
            try command.run()
            Console.standard.settle(status: 0)
            if !(command is any Executing) { try Console.standard.checkWritten() }
        } catch {
            leave(error)
        }
    }

    /// `-pNAME=VALUE` as `-p NAME=VALUE`: what has a `=` in it the parser takes for one option `-pNAME`.
    static func separated(_ arguments: some Sequence<String>) -> [String] {
        var isOver = false
        return arguments.flatMap { word -> [String] in
            isOver = isOver || word == "--"
            guard !isOver, word.hasPrefix("-p"), word.dropFirst(2).first?.isLetter == true, word.contains("=") else {
                return [word]
            }
            return ["-p", String(word.dropFirst(2))]
        }
    }

    /// Ends the program with the status that belongs to an error.
    private static func leave(_ error: any Error) -> Never {
        // The parser wraps for the terminal by itself, even to find a status, and breaks off below 28 columns.
        setenv("COLUMNS", String(max(40, Console.standard.width)), 1)
        if isParserError(error) {
            let text = fullMessage(for: error)
            guard exitCode(for: error) != .success else {
                Console.standard.print(text)
                leaveWritten()
            }
            Console.standard.error.write(text.utf8.last == 0x0A ? text : text + "\n")
            Glibc.exit(ExitStatus.usage.rawValue)
        }
        let failure = CommandFailure(error)
        Console.standard.tell(failure)
        Console.standard.settle(status: failure.status.rawValue)
        Glibc.exit(failure.status.rawValue)
    }

    /// Ends the program after something was printed.
    private static func leaveWritten() -> Never {
        do { try Console.standard.checkWritten() } catch { leave(error) }
        Glibc.exit(0)
    }

    /// Help, version and wrong usage come from the parser with a status of their own; everything else is a failure
    /// of a command (`EXIT_FAILURE` is what the parser makes of errors that it does not know).
    private static func isParserError(_ error: any Error) -> Bool {
        error is ValidationError || error is CleanExit || exitCode(for: error).rawValue != EXIT_FAILURE
    }
}

/// A command whose work is done in the state folder: what it prints is only told along the way.
protocol Executing: ParsableCommand {}

extension RunCommand: Executing {}
extension ResumeCommand: Executing {}
extension UpCommand: Executing {}
extension DownCommand: Executing {}
