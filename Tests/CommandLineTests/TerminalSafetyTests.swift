import Foundation
import Testing

/// What children write and what runbooks say cannot steer the terminal of whoever looks on.
@Suite("Terminal safety")
struct TerminalSafetyTests {
    /// Title of the window, whole screen, a device control string, C1 controls, a character that turns the line round,
    /// and a carriage return that would write over what stood there.
    private static let attack =
        #"\033]0;owned\007\033[2J\033[H\033P+q\033\\\302\2332J\342\200\256\r\033[8mhidden\033c"#

    private func desk() throws -> Desk {
        let desk = try Desk(
            page(
                step(
                    "loud", [#"title: "t\e]0;owned\a\e[2J\e[Hitle""#, #"owner: "o\e[2J""#, #"stage: "s\e[2J""#],
                    "printf '\(Self.attack)'; exit 3"),
                step(
                    "gated", ["gate: {command: exit 1, within: 300ms, name: \"g\\e[2Jate\"}", "outputs: [x]"],
                    "printf 'x=\(Self.attack)\\n' >>\"$RUNBOOK_OUTPUT\"; printf '\(Self.attack)\\n'"),
                step("given", ["outputs: [y]"], "printf 'y=\(Self.attack)\\n' >>\"$RUNBOOK_OUTPUT\""),
                front: [
                    #"title: "r\e]0;owned\a\e[2Jun""#, #"params: {p: {default: "v\e[2J", help: "h\e[2J"}}"#,
                ]))
        return desk
    }

    /// The sequences with which the program itself paints: colours, its live area above the cursor, hiding the cursor.
    private static let own = [#"\[[0-9;]*m"#, #"\[[0-9]+A"#, #"\[[JK]"#, #"\[\?25[hl]"#]

    private func expectSafe(_ bytes: Data, _ what: String, isTerminal: Bool) throws {
        let text = String(decoding: bytes, as: UTF8.self)
        let allowed = try NSRegularExpression(pattern: "^(?:" + Self.own.joined(separator: "|") + ")")
        var parts = text.components(separatedBy: "\u{1B}")
        let first = parts.removeFirst()
        #expect(isTerminal || parts.isEmpty, "\(what) writes an escape: \(parts.first?.prefix(20) ?? "")")
        for part in parts {
            let range = NSRange(part.startIndex..., in: part)
            let isOwn = allowed.firstMatch(in: part, range: range) != nil
            #expect(isOwn, "\(what): ESC \(part.prefix(20).debugDescription)")
        }
        #expect(!first.contains("\u{7}"))
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x1B, 0x0A, 0x09: break
            case 0x0D where isTerminal: break
            case 0..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069:
                Issue.record("\(what) writes U+\(String(scalar.value, radix: 16))")
            default: break
            }
        }
    }

    private static let commands = [
        ["check", "r.md"], ["plan", "r.md"], ["graph", "r.md"], ["graph", "--format", "dot", "r.md"],
        ["status"], ["runs"],
        ["explain", "loud"], ["explain", "gated"], ["verify"], ["output", "given"], ["output", "given", "y"], ["logs"],
        ["run", "r.md", "--only", "\u{1B}[2J"], ["run", "r.md", "-p", "\u{1B}[2J=1"], ["check", "\u{1B}[2J"],
    ]

    @Test("plain output and the report of failures have no escape sequence")
    func plain() throws {
        let desk = try desk()
        let run = try desk.run("run", "r.md")
        #expect(run.status == 1)
        #expect(run.out.contains("hidden"), "the tail is shown: \(run.out)")
        try expectSafe(Data(run.all.utf8), "run", isTerminal: false)
        for command in Self.commands where command[0] != "logs" && command[0] != "output" {
            let process = try desk.start(command)
            let pipe = Pipe()
            process.standardOutput = pipe
            process.standardError = pipe
            try process.run()
            let data = pipe.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            try expectSafe(data, command.joined(separator: " "), isTerminal: false)
        }
    }

    @Test("on a terminal only the program's own sequences are written")
    func terminal() throws {
        let desk = try desk()
        desk.environment["NO_COLOR"] = nil
        desk.environment["TERM"] = "xterm-256color"
        desk.environment["CI"] = nil
        let run = try desk.onTerminal(["run", "r.md"]).data
        #expect(String(decoding: run, as: UTF8.self).contains("\u{1B}["), "the live view is painted")
        try expectSafe(run, "run", isTerminal: true)
        for command in Self.commands {
            let data = try desk.onTerminal(command).data
            #expect(!data.isEmpty)
            try expectSafe(data, command.joined(separator: " "), isTerminal: true)
        }
    }
}
