import Foundation
import Glibc
import Testing

/// Whatever is named as a runbook, and whatever becomes of it, gets an answer and never a crash or a wait without end.
@Suite("Hostile files")
struct HostileFileTests {
    private static let commands = [
        ["check"], ["plan"], ["graph"], ["docs", "-o", "docs"], ["run"], ["up"],
    ]

    /// A folder with `r.md` and everything that is no runbook beside it.
    private func desk() throws -> Desk {
        let desk = try Desk(step("a"))
        let files = FileManager.default
        for folder in ["folder.md", "empty"] {
            try files.createDirectory(atPath: desk.path(folder), withIntermediateDirectories: false)
        }
        for (link, target) in [("loop1.md", "loop2.md"), ("loop2.md", "loop1.md"), ("dangling.md", "nowhere.md")] {
            try files.createSymbolicLink(atPath: desk.path(link), withDestinationPath: target)
        }
        _ = files.createFile(atPath: desk.path("empty.md"), contents: nil)
        try desk.write("prose alone\n", to: "prose.md")
        for (name, bytes) in Self.bytes { try Data(bytes).write(to: desk.folder.appendingPathComponent(name)) }
        return desk
    }

    private static let bytes: [(String, [UInt8])] = [
        ("latin.md", Array("# caf".utf8) + [0xE9, 0x0A]),
        ("utf16.md", [0xFF, 0xFE, 0x23, 0x00, 0x0A, 0x00]),
        ("nul.md", Array("# a\n\nb".utf8) + [0, 0x0A]),
        ("bell.md", Array("```sh\n#| step: a\n#| title: x".utf8) + [7] + Array("\ntrue\n```\n".utf8)),
        ("cut.md", Array("# a".utf8) + [0xE6, 0x97]),
    ]

    /// Paths, and the findings that must be the first.
    private static let paths: [(String, String)] = [
        ("latin.md", "latin.md:1:6: error[E111]: the byte 0xE9 is not UTF-8"),
        ("utf16.md", "utf16.md:1:1: error[E111]: the byte 0xFF is not UTF-8"),
        ("nul.md", "nul.md:3:2: error[E112]: the file contains a NUL character"),
        ("bell.md", "bell.md:3:12: error[E112]: YAML cannot have this character"),
        ("cut.md", "cut.md:1:4: error[E111]: the byte 0xE6 is not UTF-8"),
        ("empty.md", "empty.md: error[E114]: this file is empty"),
        ("prose.md", "prose.md: error[E114]: this file has no runbook block"),
        ("folder.md", "folder.md: error[E114]: no file in this folder is a runbook"),
        ("empty", "empty: error[E114]: no file in this folder is a runbook"),
        ("missing.md", "missing.md: error[E110]: this file does not exist"),
        ("r.md/x.md", "r.md/x.md: error[E110]: this file does not exist"),
        ("dangling.md", "dangling.md: error[E110]: this file does not exist"),
        ("loop1.md", "loop1.md: error[E110]: this file cannot be read: Too many levels of symbolic links"),
        ("", "'': error[E110]: an empty path names no file"),
        (String(repeating: "x", count: 300), "xxx"),
        ("/dev/null", "/dev/null: error[E114]: this file is empty"),
        ("/dev/zero", "/dev/zero: error[E113]: this file is larger than 16 MiB"),
        ("/proc/self/mem", "/proc/self/mem: error[E110]: this file cannot be read: Input/output error"),
    ]

    @Test("each command says what a path that is no runbook is, and makes nothing", arguments: commands)
    func named(command: [String]) throws {
        let desk = try desk()
        for (path, finding) in Self.paths {
            let reply = try desk.bash("timeout -s KILL 20 \"$R\" \(command.joined(separator: " ")) '\(path)'")
            #expect(reply.status == 3, "\(path): \(reply.all)")
            #expect(reply.error.hasPrefix(finding), "\(path): \(reply.error)")
            #expect(!reply.error.contains("crashed"))
        }
        #expect(!FileManager.default.fileExists(atPath: desk.path("docs")))
        #expect(!FileManager.default.fileExists(atPath: desk.path(".runbook/state.db")))
    }

    @Test(
        "what is included and is no runbook is told at the include",
        arguments: [
            ("missing.md", "E110", "`missing.md` does not exist"), ("empty", "E110", "`empty` is a folder"),
            ("loop1.md", "E110", "`loop1.md` cannot be read: Too many levels of symbolic links"),
            ("/dev/zero", "E113", "`/dev/zero` is larger than 16 MiB"),
            ("latin.md", "E111", "the byte 0xE9 is not UTF-8"),
            ("self.md", "E115", "files include each other in a circle: self.md → self.md"),
            ("link.md", "E115", "files include each other in a circle: self.md → self.md"),
        ])
    func included(path: String, code: String, message: String) throws {
        let desk = try desk()
        try desk.write("---\nrunbook: x\ninclude: \(path)\n---\n" + step("b"), to: "self.md")
        try FileManager.default.createSymbolicLink(atPath: desk.path("link.md"), withDestinationPath: "self.md")
        let reply = try desk.run("check", "self.md")
        #expect(reply.status == 3)
        let place = code == "E111" ? "latin.md:1:6" : "self.md:3:10"
        #expect(reply.error.hasPrefix("\(place): error[\(code)]: \(message)"), "\(reply.error)")
    }

    @Test("a byte order mark and line ends of other systems are no mistake", arguments: ["\r\n", "\r"])
    func otherText(end: String) throws {
        let desk = try Desk()
        try desk.write(
            "\u{FEFF}"
                + page(step("a", ["outputs: [x]"], "echo x=1 >>\"$RUNBOOK_OUTPUT\""))
                .replacing("\n", with: end))
        #expect(try desk.run("up", "r.md").status == 0)
        #expect(try desk.run("output", "a", "x").out == "1\n")
    }

    @Test("pipes and devices in a folder are passed over; named ones are read, until they give nothing for 10 s")
    func pipes() throws {
        let desk = try Desk(step("a"))
        #expect(mkfifo(desk.path("pipe.md"), 0o600) == 0)
        try desk.write("---\nrunbook: x\ninclude: pipe.md\n---\n", to: "sub.txt")
        #expect(try desk.run("check", ".").out.contains(": 1 step, 1 file"))
        #expect(try desk.bash("\"$R\" check <(cat r.md)").status == 0)
        #expect(try desk.bash("(sleep 1; cat r.md) | \"$R\" check /dev/stdin").status == 0)
        #expect(try desk.bash("(sleep 1; cat r.md >pipe.md) & \"$R\" check pipe.md").status == 0)
        let reply = try desk.bash("\"$R\" check sub.txt pipe.md")
        #expect(reply.status == 3)
        #expect(reply.error.contains("sub.txt:3:10: error[E110]: `pipe.md` gave nothing for 10 s"), "\(reply.error)")
    }

    @Test("a file that may not be read is told, whoever asks")
    func unreadable() throws {
        let desk = try Desk(step("a"))
        #expect(chmod(desk.path("r.md"), 0) == 0 && chmod(desk.folder.path, 0o777) == 0)
        try FileManager.default.createDirectory(atPath: desk.path("shut"), withIntermediateDirectories: false)
        #expect(chmod(desk.path("shut"), 0) == 0)
        // Root may read everything: it asks as somebody else.
        let other = geteuid() == 0 ? "setpriv --reuid=65534 --regid=65534 --clear-groups --bounding-set=-all " : ""
        let isAble = try desk.bash(other + "test -x \"$R\"").status == 0
        try #require(isAble || geteuid() == 0)
        guard isAble else { return }
        let file = try desk.bash(other + "\"$R\" check r.md")
        #expect(
            file.status == 3 && file.error.hasPrefix("r.md: error[E110]: this file cannot be read: Permission denied"))
        let folder = try desk.bash(other + "\"$R\" check shut")
        #expect(folder.status == 3 && folder.error.hasPrefix("shut: error[E110]: this folder cannot be read"))
        chmod(desk.path("shut"), 0o700)
    }

    @Test("a file that grows, shrinks and vanishes while it is read is a runbook, or told")
    func changing() throws {
        let desk = try Desk(page(step("a")))
        let reply = try desk.bash(
            """
            cp r.md good.md
            { while [ ! -e stop ]; do
                for i in 1 2 3 4 5 6 7 8; do cat good.md good.md good.md; done >>r.md; : >r.md; rm -f r.md; cp good.md r.md
                mkdir -p r; mv r.md r/; mv r/r.md . ; done; } 2>/dev/null &
            for i in $(seq 40); do
                "$R" plan r.md >/dev/null 2>>errors; status=$?
                [ $status = 0 ] || [ $status = 3 ] || { touch stop; echo "status $status"; wait; exit 1; }
            done
            touch stop; wait
            ! grep -v -e 'error\\[E' -e '^ ' -e ': note: ' errors
            """)
        #expect(reply.status == 0, "\(reply.all)")
    }

    @Test(
        "a file of params that is none is told with its place",
        arguments: [
            ("missing", nil, "p.yaml: error[E110]: this file does not exist"),
            (
                "a list", "- a\n",
                "p.yaml:1:1: error[E141]: a file of params is a mapping of names to values, not a list"
            ),
            ("a nested value", "a: 1\nb: [x]\n", "p.yaml:2:4: error[E141]: the value of `b` must be plain, not a list"),
            ("a key twice", "a: 1\na: 2\n", "p.yaml:2:1: error[E132]: the key `a` stands here twice"),
            ("broken", "a: \"x\n", "p.yaml:1:4: error[E130]: YAML: found unexpected end of stream"),
            ("an alias of itself", "a: &x [*x]\n", "p.yaml:1:8: error[E130]: YAML: found undefined alias"),
            (
                "deep", "a: " + String(repeating: "[", count: 200_000),
                "p.yaml:1:1: error[E133]: the metadata is nested too deeply"
            ),
        ])
    func params(name: String, text: String?, finding: String) throws {
        let desk = try Desk(page(step("a"), front: ["params: {a: {default: x}}"]))
        if let text { try desk.write(text, to: "p.yaml") }
        let reply = try desk.run("check", "r.md", "--params", "p.yaml")
        #expect(reply.status == 2 && reply.error.hasPrefix(finding), "\(name): \(reply.all.prefix(500))")
    }

    @Test("a file of params may be empty, or a pipe, but no folder, and not without end")
    func otherParams() throws {
        let desk = try Desk(page(step("a"), front: ["params: {a: {default: x}}"]))
        #expect(try desk.bash("\"$R\" check r.md --params /dev/null").status == 0)
        #expect(try desk.bash("\"$R\" check r.md --params <(echo a: y)").status == 0)
        #expect(try desk.bash("\"$R\" check r.md --params .").error.hasPrefix(".: error[E110]: this file is a folder"))
        #expect(try desk.bash("\"$R\" check r.md --params /dev/zero").error.hasPrefix("/dev/zero: error[E113]"))
        #expect(try desk.bash("\"$R\" check r.md --params ''").status == 2)
    }

    @Test(
        "a state folder without a name is wrong usage, not the folder one is in",
        arguments: ["status", "up r.md", "down"])
    func emptyState(command: String) throws {
        let desk = try Desk(step("a"))
        let reply = try desk.bash("\"$R\" \(command) --state ''")
        #expect(reply.status == 2 && reply.error.contains("`--state` names no folder"))
        #expect(!FileManager.default.fileExists(atPath: desk.path("state.db")))
    }
}
