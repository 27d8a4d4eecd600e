import Foundation
import Glibc
import Testing

/// The claims of docs/security.md about values, files and the state folder, each through the real program.
@Suite("Security")
struct SecurityTests {
    /// Values that a shell would act on if any of them ever became part of its text.
    static let hostile = [
        "$(touch pwned)", "`touch pwned`", "'; touch pwned; '", "\"; touch pwned; \"", "a\ntouch pwned\n",
        "x; touch pwned", "&& touch pwned", "${IFS}touch${IFS}pwned", "*", "-n", "\\", "%s%n", "a'b\"c d", "\u{1B}[2J",
    ]

    // MARK: - No value becomes code

    @Test("the value of a param reaches bodies, conditions, checks, gates and undo as data", arguments: hostile)
    func params(value: String) throws {
        let desk = try Desk(
            page(
                step(
                    "asked",
                    [
                        "when: 'printf %s \"$x\" >when'", "check: 'printf %s \"$x\" >check; false'",
                        "gate: {command: 'printf %s \"$x\" >gate'}", "env: {Y: 'before ${x} after'}",
                    ],
                    "printf %s \"$x\" >body; printf %s \"$Y\" >env"),
                "```bash\n#| undo: asked\nprintf %s \"$x\" >undo\n```\n",
                step("other", ["shell: sh", "title: 'about ${x}'"], "printf %s \"$x\" >other"),
                front: ["params: {x: {default: nothing}}"]))
        let reply = try desk.run("run", "r.md", "-p", "x=\(value)")
        #expect(reply.status == 0, "\(reply.all)")
        #expect(try desk.run("down").status == 0)
        for place in ["when", "check", "gate", "body", "undo", "other"] {
            #expect(desk.read(place) == value, "\(place)")
        }
        #expect(desk.read("env") == "before \(value) after")
        #expect(!desk.exists("pwned"))
    }

    @Test("an output reaches who asks for it as data, in the environment and in files", arguments: hostile)
    func outputs(value: String) throws {
        let desk = try Desk(
            page(
                step("give", ["outputs: [x]"], "{ echo 'x<<END'; cat given; echo; echo END; } >>\"$RUNBOOK_OUTPUT\""),
                step(
                    "take", ["env: {X: '${give.x}'}", "gate: {command: 'printf %s \"$X\" >gate'}"],
                    "printf %s \"$X\" >taken"),
                "```text\n#| file: written\n#| template: true\n${give.x}\n```\n"))
        try desk.write(value, to: "given")
        let reply = try desk.run("run", "r.md")
        #expect(reply.status == 0, "\(reply.all)")
        #expect(desk.read("taken") == value)
        #expect(desk.read("gate") == value)
        #expect(desk.read("written") == value + "\n")
        #expect(!desk.exists("pwned"))
    }

    @Test("an output that the author would put into a command, and a name the system depends on, are refused")
    func refused() throws {
        let desk = try Desk(
            page(
                step("give", ["outputs: [x]"], "echo x=1 >>\"$RUNBOOK_OUTPUT\""),
                step("take", ["check: 'test ${give.x} = 1'"])))
        #expect(try desk.run("check", "r.md").error.contains("error[E179]"))
        for name in ["PATH", "LD_PRELOAD", "BASH_ENV", "IFS", "PYTHONPATH", "RUNBOOK_TOKEN"] {
            try desk.write(page(step("a"), front: ["params: {\(name): {default: x}}"]))
            let reply = try desk.run("check", "r.md")
            #expect(reply.status == 3 && reply.error.contains("error[E174]"), "\(name): \(reply.all)")
        }
    }

    @Test("a value brings no operator into a jq program, and stands for itself in a regular expression")
    func programs() throws {
        let desk = try Desk(
            page(
                step("a", ["gate: {file: it, contains: '^${x}$', within: 1s}"], "printf 'a.c' >it"),
                front: ["params: {x: {default: a.c}}"]))
        #expect(try desk.run("run", "r.md").status == 0)
        #expect(try desk.run("run", "r.md", "-p", "x=...").status == 1)
        #expect(try desk.run("run", "--fresh", "r.md", "-p", "x=(").status == 1)
        try desk.write(
            page(
                step("a", ["gate: {http: 'http://127.0.0.1:1/', jq: '.a == \"${x}\"'}"]),
                front: ["params: {x: {default: fine}}"]))
        #expect(try desk.run("check", "r.md").status == 0)
        let reply = try desk.run("check", "r.md", "-p", "x=\" or \"")
        #expect(reply.status == 3 && reply.error.contains("error[E179]"), "\(reply.all)")
    }

    @Test("an output with a line end cannot add a header to a request")
    func headers() throws {
        let desk = try Desk(
            page(
                step("give", ["outputs: [x]"], "printf 'x<<END\\na\\nX-Evil: 1\\nEND\\n' >>\"$RUNBOOK_OUTPUT\""),
                step("ask", ["gate: {http: 'http://127.0.0.1:9/', headers: {X-Plain: '${give.x}'}, within: 1s}"])))
        let reply = try desk.run("run", "r.md")
        #expect(reply.status == 1)
        #expect(reply.out.contains("bad header X-Plain"), "\(reply.all)")
    }

    // MARK: - Files

    @Test(
        "a relative path of a file block cannot leave its folder",
        arguments: [
            "../escaped", "a/../../escaped", "link/escaped", "link/deep/escaped", "deep/link/escaped",
        ])
    func escapes(path: String) throws {
        let desk = try Desk()
        try desk.write("", to: "outer")
        for folder in ["inside/deep", "outside"] {
            try FileManager.default.createDirectory(atPath: desk.path(folder), withIntermediateDirectories: true)
        }
        for link in ["inside/link", "inside/deep/link"] {
            try FileManager.default.createSymbolicLink(
                atPath: desk.path(link), withDestinationPath: desk.path("outside"))
        }
        try desk.write(page("```text\n#| file: \(path)\nx\n```\n"), to: "inside/r.md")
        let constant = try desk.run("run", "inside/r.md")
        #expect(constant.status != 0, "\(constant.all)")
        // The same path as a value that is known only while the run goes on.
        try desk.write(
            page(
                step("give", ["outputs: [p]"], "echo p=\(path) >>\"$RUNBOOK_OUTPUT\""),
                "```text\n#| file: ${give.p}\n#| step: it\nx\n```\n"), to: "inside/r.md")
        let given = try desk.run("run", "--fresh", "inside/r.md")
        #expect(given.status == 1, "\(given.all)")
        #expect(given.out.contains("leaves the runbook's folder"), "\(given.all)")
        #expect(!desk.exists("escaped") && !desk.exists("outside/escaped") && !desk.exists("outside/deep"))
    }

    @Test("a symbolic link in a file's own place is replaced, and what it points to stays")
    func replaced() throws {
        let desk = try Desk(page("```text\n#| file: it\nnew\n```\n"))
        try desk.write("old", to: "target")
        try FileManager.default.createSymbolicLink(atPath: desk.path("it"), withDestinationPath: desk.path("target"))
        #expect(try desk.run("run", "r.md").status == 0)
        #expect(desk.read("target") == "old")
        #expect(desk.read("it") == "new\n")
        var status = stat()
        #expect(lstat(desk.path("it"), &status) == 0 && status.st_mode & S_IFMT == S_IFREG)
    }

    @Test("folders are 0700 and files 0600 under any umask", arguments: ["000", "022", "027", "077"])
    func modes(umask: String) throws {
        let long = String(repeating: "# a body too long for a command line\n", count: 4000)
        let desk = try Desk(
            page(
                step(
                    "short", ["outputs: [{id: {secret: true}}]"],
                    "echo output; echo id=s3cret >>\"$RUNBOOK_OUTPUT\"; cp \"$RUNBOOK_OUTPUT\" kept -p"),
                step("long", ["outputs: [x]"], long + "echo x=1 >>\"$RUNBOOK_OUTPUT\"; exit 3"),
                step("up", ["service: true", "gate: {command: 'true'}"], "exec sleep 60")))
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/sh")
        shell.arguments = ["-c", "umask \(umask); exec \"$0\" run r.md --output quiet", Desk.program.path]
        shell.currentDirectoryURL = desk.folder
        shell.environment = desk.environment
        shell.standardError = FileHandle.nullDevice
        try shell.run()
        shell.waitUntilExit()
        #expect(shell.terminationStatus == 1)
        var seen = 0
        for folder in [".runbook", "config/runbook"] {
            let names = try FileManager.default.subpathsOfDirectory(atPath: desk.path(folder))
            for path in [folder] + names.map({ folder + "/" + $0 }) {
                var status = stat()
                #expect(lstat(desk.path(path), &status) == 0)
                let isFolder = status.st_mode & S_IFMT == S_IFDIR
                #expect(status.st_mode & 0o7777 == (isFolder ? 0o700 : 0o600), "\(path)")
                seen += 1
            }
        }
        #expect(seen > 12)
        var status = stat()
        #expect(lstat(desk.path("kept"), &status) == 0 && status.st_mode & 0o777 == 0o600, "the file of outputs")
    }

    // MARK: - The state folder and the key

    @Test("a state folder that others may write to is refused", arguments: [0o770, 0o707, 0o777])
    func writable(mode: Int) throws {
        let desk = try Desk(page(step("a", [], "touch ran")))
        try FileManager.default.createDirectory(atPath: desk.path(".runbook"), withIntermediateDirectories: true)
        #expect(chmod(desk.path(".runbook"), mode_t(mode)) == 0)
        let reply = try desk.run("run", "r.md")
        #expect(reply.status == 6)
        #expect(reply.error.contains("chmod go-w"), "\(reply.all)")
        #expect(!desk.exists("ran") && !desk.exists(".runbook/state.db"))
    }

    @Test("a state folder of another user is refused", .enabled(if: geteuid() == 0, "only root can make one"))
    func foreign() throws {
        let desk = try Desk(page(step("a", [], "touch ran")))
        try FileManager.default.createDirectory(atPath: desk.path(".runbook"), withIntermediateDirectories: true)
        #expect(chmod(desk.path(".runbook"), 0o700) == 0 && chown(desk.path(".runbook"), 65_534, 65_534) == 0)
        for command in [["run", "r.md"], ["status"], ["resume"], ["down"]] {
            let process = try desk.start(command)
            let error = Pipe()
            process.standardError = error
            process.standardOutput = FileHandle.nullDevice
            try process.run()
            let text = String(decoding: error.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            #expect(process.terminationStatus == 6, "\(command)")
            #expect(text.contains("belongs to"), "\(text)")
        }
        #expect(!desk.exists("ran"))
    }

    @Test("a key that others may read is refused, and nothing is sealed with it", arguments: [0o640, 0o604, 0o620])
    func openKey(mode: Int) throws {
        let make = step("make", ["outputs: [{id: {secret: true}}]"], "echo id=s3cret-value >>\"$RUNBOOK_OUTPUT\"")
        let desk = try Desk(page(make))
        #expect(try desk.run("run", "r.md").status == 0)
        #expect(chmod(desk.path("config/runbook/key"), mode_t(mode)) == 0)
        let output = try desk.run("output", "make", "id")
        #expect(output.status != 0 && !output.out.contains("s3cret-value"))
        #expect(output.error.contains("chmod 600"), "\(output.all)")
        try desk.write(page(make.replacingOccurrences(of: "s3cret", with: "other")))
        let again = try desk.run("run", "r.md")
        #expect(again.status == 1 && again.all.contains("chmod 600"), "\(again.all)")
    }
}

extension Desk {
    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }
}
