import Execution
import Foundation
import Terminal
import Testing

@Suite("Commands that messages name")
struct CommandTextTests {
    @Test("name the run and the state folder only where another one would be meant without")
    func named() {
        #expect(CommandText().of("resume") == "runbook resume")
        #expect(CommandText(run: 3).of("resume", ["--skip", "tag"]) == "runbook resume 3 --skip tag")
        #expect(CommandText(state: "a b").of("accept", ["ca"]) == "runbook accept ca --state 'a b'")
        #expect(CommandText(state: "-x").of("down") == "runbook down --state=-x")
        let all = CommandText(program: "../bin dir/runbook", state: "/srv/zone", run: 12)
        #expect(all.of("approve", ["ca"]) == "'../bin dir/runbook' approve 12 ca --state /srv/zone")
    }

    @Test("commands that are not about one run get no number", arguments: ["run", "up", "runs", "check"])
    func withoutRun(command: String) {
        #expect(CommandText(run: 3).of(command, ["x"]) == "runbook \(command) x")
    }

    @Test("a step whose id could be a run stands behind a run", arguments: ["7", "latest"])
    func numbered(step: String) {
        #expect(CommandText().of("reset", [step]) == "runbook reset latest \(step)")
        #expect(CommandText(run: 2).of("reset", [step]) == "runbook reset 2 \(step)")
    }

    @Test(
        "a shell reads back every word as it is",
        arguments: [
            "", "plain-word_1.md", "two words", "it's", "$HOME `id` \"x\"", "a\\b", "line\nend", "tab\tand\u{1B}[31m",
            "*?[]~#;&|<>()",
            "'", "''", "\u{7F}'\\", "ü → ✓", "-n",
        ])
    func quoted(word: String) throws {
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/bash")
        shell.arguments = ["-c", "printf '%s' \(ShellWord.quoted(word))"]
        let output = Pipe()
        shell.standardOutput = output
        try shell.run()
        let read = output.fileHandleForReading.readDataToEndOfFile()
        shell.waitUntilExit()
        #expect(String(decoding: read, as: UTF8.self) == word)
        #expect(!ShellWord.quoted(word).utf8.contains { $0 < 0x20 || $0 == 0x7F })
    }
}
