import CPlatform
import Execution
import Foundation
import Model
import Testing

@testable import Processes

@Suite struct ExitTrapTests {
    /// One body, how it ends, and the status it leaves behind (nil: none).
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var body: String
        var exit: Exit
        var note: Int32?
        var testDescription: String { name }
    }

    static let shells = [Interpreter.bash, .sh]

    /// What both shells do.
    static let cases = [
        Case(name: "the end", body: "true", exit: .status(0), note: 0),
        Case(name: "nothing at all", body: "", exit: .status(0), note: 0),
        Case(name: "exit 3", body: "exit 3", exit: .status(3), note: 3),
        Case(name: "set -e", body: "false\necho not reached", exit: .status(1), note: 1),
        Case(name: "a program as the last command", body: "sh -c 'exit 9'", exit: .status(9), note: 9),
        Case(name: "a missing command", body: "no-such-command", exit: .status(127), note: 127),
        Case(name: "a comment first", body: "# comment\nexit 4", exit: .status(4), note: 4),
        Case(name: "a here-document first", body: "cat <<END\ntext\nEND\nexit 5", exit: .status(5), note: 5),
        Case(name: "a function", body: "f() { return 6; }; f", exit: .status(6), note: 6),
        Case(name: "subshells", body: "(exit 2) || true; x=$(exit 3) || true; exit 7", exit: .status(7), note: 7),
        Case(name: "a background job", body: "(sleep 0.01; exit 1) & wait; exit 8", exit: .status(8), note: 8),
        Case(name: "another folder", body: "cd /; exit 2", exit: .status(2), note: 2),
        Case(name: "a function called printf", body: "printf() { echo no; }; exit 2", exit: .status(2), note: 2),
        Case(name: "another IFS", body: "IFS=1; exit 11", exit: .status(11), note: 11),
        Case(name: "an EXIT trap of its own", body: "trap 'echo mine' EXIT; exit 8", exit: .status(8), note: nil),
        Case(name: "exec", body: "exec sh -c 'exit 3'", exit: .status(3), note: nil),
        Case(name: "a syntax error in the first line", body: "if then", exit: .status(2), note: nil),
        Case(name: "a syntax error later", body: "true\nif then", exit: .status(2), note: 2),
        Case(name: "KILL", body: "kill -KILL $$; exit 0", exit: .signal(9), note: nil),
        Case(name: "TERM", body: "kill -TERM $$; exit 0", exit: .signal(15), note: nil),
        Case(name: "INT", body: "kill -INT $$; exit 0", exit: .signal(2), note: nil),
        Case(name: "HUP", body: "kill -HUP $$; exit 0", exit: .signal(1), note: nil),
        Case(name: "USR1", body: "kill -USR1 $$; exit 0", exit: .signal(10), note: nil),
        Case(name: "PIPE", body: "kill -PIPE $$; exit 0", exit: .signal(13), note: nil),
        Case(
            name: "TERM while a job is waited for", body: "(sleep 0.02; kill -TERM $$) & wait; exit 0",
            exit: .signal(15)),
    ]

    private func run(_ body: String, _ shell: Interpreter, exits: String? = nil) throws -> (
        exit: Exit?, notes: [ExitNote], log: String
    ) {
        let place = try Workplace()
        var launch = place.launch(ExitTrap.prefix + body)
        launch.interpreter = shell
        launch.environment = [
            "RUNBOOK_STEP=dc2.consul-1", "RUNBOOK_ATTEMPT=2", "RUNBOOK_EXITS=\(exits ?? place.path("exits"))",
        ]
        let exit = try place.run(launch)
        return (exit, ExitNotes.parse(Array(place.text("exits").utf8)), place.text("log"))
    }

    @Test("a body leaves its true status behind, or none", arguments: shells, cases)
    func notes(shell: Interpreter, example: Case) throws {
        let found = try run(example.body, shell)
        #expect(found.exit == example.exit)
        #expect(found.notes == (example.note.map { [ExitNote(step: "dc2.consul-1", attempt: 2, status: $0)] } ?? []))
    }

    @Test(
        "an unset variable ends the body with the shell's status, which is noted",
        arguments: zip(shells, [1, 2] as [Int32]))
    func unset(shell: Interpreter, status: Int32) throws {
        let found = try run("echo $no_such_variable", shell)
        #expect(found.exit == .status(status))
        #expect(found.notes.map(\.status) == [status])
    }

    @Test("pipefail's status is noted")
    func pipefail() throws {
        #expect(try run("(exit 3) | cat", .bash).notes.map(\.status) == [3])
    }

    @Test(
        "the status stays what it is when no note can be written", arguments: shells,
        ["/dev/full", "/no/such/folder/exits", ""])
    func unwritable(shell: Interpreter, exits: String) throws {
        #expect(try run("exit 3", shell, exits: exits).exit == .status(3))
        #expect(try run("true", shell, exits: exits).exit == .status(0))
    }

    @Test("line numbers in messages are those of the body", arguments: shells)
    func lineNumbers(shell: Interpreter) throws {
        let log = try run("echo a\n\nno-such-command", shell).log
        #expect(log.contains("line 3") || log.contains("sh: 3:"))
        #expect(!ExitTrap.prefix.contains("\n"))
    }

    @Test("a body's positional parameters and variables are untouched", arguments: shells)
    func untouched(shell: Interpreter) throws {
        #expect(try run("echo $#; set | grep -c -e '^RUNBOOK_SIGNAL' || true", shell).log == "0\n0\n")
    }

    @Test("programs that a body starts have default signals", arguments: shells)
    func programs(shell: Interpreter) throws {
        let log = try run("cat /proc/self/status | sed -n -e 's/^Sig[BIC][a-z]*:.//p'\n:", shell).log
        let masks = log.split(separator: "\n").map { (UInt64($0, radix: 16) ?? .max) & ~0x1_8000_0000 }
        #expect(masks == [0, 0, 0])
    }

    @Test("what a TERM to the whole session leaves behind is no success", arguments: shells)
    func sessionTerm(shell: Interpreter) throws {
        let place = try Workplace()
        var launch = place.launch(ExitTrap.prefix + "echo up; sleep 900; echo after")
        launch.interpreter = shell
        launch.environment = ["RUNBOOK_STEP=a", "RUNBOOK_ATTEMPT=1", "RUNBOOK_EXITS=\(place.path("exits"))"]
        let identity = try place.runner.start(launch)
        _ = place.lines(1)
        eventually {
            ProcessTable.members(of: identity).contains {
                (try? String(contentsOfFile: "/proc/\($0.pid)/comm", encoding: .utf8)) == "sleep\n"
            }
        }
        place.runner.terminate(launch.key, grace: 1_000)
        let exit = place.ends()[launch.key]
        #expect(exit == .signal(15) || exit == .status(143))
        #expect(ExitNotes.parse(Array(place.text("exits").utf8)).allSatisfy { $0.status == 143 })
        #expect(place.text("log").hasPrefix("up\n") && !place.text("log").contains("after"))
    }

    @Test("many bodies that end at once tear no note")
    func concurrent() throws {
        let place = try Workplace()
        for step in 0..<100 {
            var launch = place.launch(ExitTrap.prefix + "exit \(step)", step: step)
            launch.output = .discard
            launch.environment = ["RUNBOOK_STEP=s\(step)", "RUNBOOK_ATTEMPT=1", "RUNBOOK_EXITS=\(place.path("exits"))"]
            _ = try place.runner.start(launch)
        }
        #expect(place.ends(100).count == 100)
        let notes = ExitNotes.parse(Array(place.text("exits").utf8))
        #expect(Set(notes) == Set((0..<100).map { ExitNote(step: "s\($0)", attempt: 1, status: Int32($0)) }))
    }

    @Test(
        "bodies in other languages leave their status through the wrapper",
        arguments: [
            ("exit 0", Exit.status(0), 0), ("exit 3", .status(3), 3), ("kill 9, $$; sleep 900", .status(137), 137),
        ] as [(String, Exit, Int32)])
    func wrapper(body: String, exit: Exit, note: Int32) throws {
        let place = try Workplace()
        var launch = place.launch(body)
        launch.interpreter = Interpreter(arguments: ["perl"], option: "-e", delivery: .argument, isShell: false)
        launch.wrapper = ExitTrap.wrapper
        launch.environment = ["RUNBOOK_STEP=a", "RUNBOOK_ATTEMPT=1", "RUNBOOK_EXITS=\(place.path("exits"))"]
        #expect(try place.run(launch) == exit)
        #expect(ExitNotes.parse(Array(place.text("exits").utf8)) == [ExitNote(step: "a", attempt: 1, status: note)])
    }

    @Test("a wrapped program that is asked to stop is waited for")
    func wrapperTerm() throws {
        let place = try Workplace()
        var launch = place.launch("$| = 1; $SIG{TERM} = sub { sleep 1; exit 6 }; print qq(up\n); sleep 900")
        launch.interpreter = Interpreter(arguments: ["perl"], option: "-e", delivery: .argument, isShell: false)
        launch.wrapper = ExitTrap.wrapper
        launch.environment = ["RUNBOOK_STEP=a", "RUNBOOK_ATTEMPT=1", "RUNBOOK_EXITS=\(place.path("exits"))"]
        _ = try place.runner.start(launch)
        _ = place.lines(1)
        place.runner.terminate(launch.key, grace: 1_000)
        #expect(place.ends()[launch.key] == .status(6))
    }
}
