import Foundation
import Glibc
import Testing

/// The claims of docs/security.md about secrets: what is secret is nowhere but where it was asked for.
@Suite("Secrets")
struct SecretTests {
    private static let values = [
        "env-Aq7.value/1", "file-Bw8 'value' 2", "command-Ce9$value", "output-Dr0\"value\"", "failed-Et1-value",
    ]

    /// A runbook with secrets of every kind, what asks for them, and what does not.
    private func desk() throws -> Desk {
        let desk = try Desk(
            page(
                step(
                    "asks",
                    [
                        "secrets: [FROM_ENV, FROM_FILE, FROM_COMMAND]",
                        "gate: {command: 'echo \"$FROM_ENV\"', stdout: value}",
                    ],
                    "printf '%s\\n' \"$FROM_ENV\" \"$FROM_FILE\" \"$FROM_COMMAND\"; env | grep -c ^FROM_ >seen"),
                step(
                    "makes", ["outputs: [{token: {secret: true}}]", "retries: 1", "backoff: {initial: 10ms}"],
                    "if [ ! -e once ]; then touch once; cat failed\n"
                        + "echo \"token=$(cat failed)\" >>\"$RUNBOOK_OUTPUT\"; exit 1; fi\n"
                        + "cat token; echo \"token=$(cat token)\" >>\"$RUNBOOK_OUTPUT\""),
                step(
                    "uses", ["env: {TOKEN: '${makes.token}'}"],
                    "echo \"$TOKEN\" >used; echo \"it is $TOKEN\"; exit 9"),
                step(
                    "bystander", ["needs: [asks, makes]"],
                    "env >environment; tr '\\0' '\\n' </proc/self/environ >>environment"),
                front: [
                    "secrets:", "  FROM_ENV: {env: SECRET_SOURCE}", "  FROM_FILE: {file: secret}",
                    "  FROM_COMMAND: {command: cat command}",
                ]))
        for (name, value) in zip(["secret", "command", "token", "failed"], Self.values.dropFirst()) {
            try desk.write(value, to: name)
        }
        desk.environment["SECRET_SOURCE"] = Self.values[0]
        return desk
    }

    private func expectNone(in text: String, _ what: String) {
        for value in Self.values { #expect(!text.contains(value), "\(what) has \(value)") }
    }

    private func expectNone(inFolder folder: String, of desk: Desk) throws {
        for name in try FileManager.default.subpathsOfDirectory(atPath: desk.path(folder)) {
            guard let data = FileManager.default.contents(atPath: desk.path("\(folder)/\(name)")) else { continue }
            for value in Self.values { #expect(data.range(of: Data(value.utf8)) == nil, "\(name) has \(value)") }
        }
    }

    @Test("no secret is in the database, in logs, or in anything that is shown")
    func absent() throws {
        let desk = try desk()
        let run = try desk.run("run", "r.md")
        #expect(run.status == 1, "\(run.all)")
        expectNone(in: run.all, "run")
        #expect(desk.read("seen") == "3\n")
        #expect(desk.read("used") == Self.values[3] + "\n")
        try expectNone(inFolder: ".runbook", of: desk)
        for command in [
            ["status"], ["status", "--json"], ["runs", "--json"], ["logs"], ["logs", "makes", "--attempt", "1"],
            ["explain", "asks"], ["explain", "makes"], ["explain", "uses"], ["output", "makes"], ["verify"],
            ["plan", "r.md"], ["plan", "--json", "r.md"], ["graph", "--run", "latest", "r.md"], ["resume"],
            ["resume", "--output", "json"], ["logs", "uses"],
        ] {
            let process = try desk.start(command)
            let pipe = Pipe()
            process.standardOutput = pipe
            process.standardError = pipe
            try process.run()
            let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            #expect(!text.isEmpty, "\(command)")
            expectNone(in: text, command.joined(separator: " "))
        }
        try expectNone(inFolder: ".runbook", of: desk)
        #expect(try desk.run("output", "makes", "token").out == Self.values[3] + "\n")
    }

    @Test("a step that did not ask sees neither a secret nor the variable that one comes from")
    func bystander() throws {
        let desk = try desk()
        _ = try desk.run("run", "r.md")
        let environment = desk.read("environment")
        #expect(environment.contains("RUNBOOK_STEP=bystander"))
        expectNone(in: environment, "the environment")
        #expect(!environment.contains("SECRET_SOURCE") && !environment.contains("FROM_"))
    }

    @Test("the variable that a secret comes from cannot be named elsewhere")
    func source() throws {
        let desk = try Desk(
            page(
                step("a", ["env: {COPY: '${env.SECRET_SOURCE}'}", "title: 'with ${env.SECRET_SOURCE}'"]),
                front: ["secrets: {TOKEN: {env: SECRET_SOURCE}}"]))
        desk.environment["SECRET_SOURCE"] = Self.values[0]
        let reply = try desk.run("check", "r.md")
        #expect(reply.status == 3, "\(reply.all)")
        #expect(reply.error.contains("secrets: [TOKEN]"), "\(reply.all)")
        expectNone(in: reply.all, "check")
    }

    @Test("what a service printed after a down that failed is not in its log once its step does not apply any more")
    func skipped() throws {
        let desk = try Desk(
            page(
                step(
                    "asks", ["secrets: [FROM_FILE]", "service: true", "when: test ! -e skip"],
                    "touch up; until [ -e go ]; do sleep 0.05; done; echo \"it is $FROM_FILE\"; touch gone"),
                "```bash\n#| undo: asks\nexit 3\n```\n", front: ["secrets: {FROM_FILE: {file: secret}}"]))
        try desk.write(Self.values[1], to: "secret")
        #expect(try desk.run("up", "r.md").status == 0)
        #expect(try desk.run("down").status == 1)
        try desk.write("", to: "go")
        #expect(desk.eventually { FileManager.default.fileExists(atPath: desk.path("gone")) })
        let pid = try desk.pid("asks")
        #expect(desk.eventually { kill(pid, 0) != 0 })
        try desk.write("", to: "skip")
        let resume = try desk.run("resume")
        #expect(try resume.status == 0 && desk.states()["asks"] == "skipped", "\(resume.all)")
        try expectNone(inFolder: ".runbook", of: desk)
    }

    @Test("no command line of any process shows a secret")
    func commandLines() throws {
        let desk = try Desk(
            page(
                step(
                    "asks", ["secrets: [FROM_ENV]", "env: {TOKEN: '${makes.token}'}"],
                    "touch running; until [ -e go ]; do sleep 0.05; done"),
                step(
                    "makes", ["outputs: [{token: {secret: true}}]"],
                    "echo \"token=$(cat token)\" >>\"$RUNBOOK_OUTPUT\""),
                front: ["secrets: {FROM_ENV: {env: SECRET_SOURCE}}"]))
        desk.environment["SECRET_SOURCE"] = Self.values[0]
        try desk.write(Self.values[3], to: "token")
        let process = try desk.start(["run", "r.md"])
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        #expect(desk.eventually { desk.exists("running") })
        var seen = 0
        for name in try FileManager.default.contentsOfDirectory(atPath: "/proc") where Int32(name) != nil {
            guard let data = FileManager.default.contents(atPath: "/proc/\(name)/cmdline") else { continue }
            if data.range(of: Data("until [ -e go ]".utf8)) != nil { seen += 1 }
            for value in Self.values { #expect(data.range(of: Data(value.utf8)) == nil, "process \(name)") }
        }
        #expect(seen > 0)
        try desk.write("", to: "go")
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }

    @Test("a file that takes in a secret output is private unless its mode says otherwise")
    func file() throws {
        let make = step(
            "makes", ["outputs: [{token: {secret: true}}, plain]"],
            "printf 'token=s3cret-value\\nplain=x\\n' >>\"$RUNBOOK_OUTPUT\"")
        let desk = try Desk(
            page(
                make, "```text\n#| file: private\n#| template: true\n${makes.token}\n```\n",
                "```text\n#| file: chosen\n#| mode: 0640\n#| template: true\n${makes.token}\n```\n",
                "```text\n#| file: open\n#| template: true\n${makes.plain}\n```\n"))
        #expect(try desk.run("run", "r.md").status == 0)
        for (name, mode) in [("private", 0o600), ("chosen", 0o640), ("open", 0o644)] {
            var status = stat()
            #expect(stat(desk.path(name), &status) == 0 && status.st_mode & 0o7777 == mode_t(mode), "\(name)")
        }
    }

    @Test("a short value, and one that is missing, are refused without being told")
    func short() throws {
        let desk = try Desk(
            page(step("a", ["secrets: [S]"], "touch ran"), front: ["secrets: {S: {env: SECRET_SOURCE}}"]))
        desk.environment["SECRET_SOURCE"] = "qzx"
        let reply = try desk.run("run", "r.md")
        #expect(reply.status == 1 && !reply.all.contains("qzx"), "\(reply.all)")
        #expect(!desk.exists("ran"))
    }
}
