import Foundation
import Glibc
import Testing

/// What is known of the end of a body whose executor died before it.
@Suite("An adopted body")
struct AdoptedStatusTests {
    /// A body that says that it runs, waits for a file and exits with 7, in one language.
    struct Language: Sendable, CustomTestStringConvertible {
        var name: String
        var metadata: [String] = []
        var body: String
        var testDescription: String { name + metadata.joined() }
    }

    static let languages = [
        Language(
            name: "bash", body: "echo run >>ledger; touch started; until [ -e go ]; do sleep 0.05; done; exit 7"),
        Language(name: "sh", body: "echo run >>ledger; touch started; until [ -e go ]; do sleep 0.05; done; exit 7"),
        Language(
            name: "python",
            body: """
                import os, sys, time
                open("ledger", "a").write("run\\n")
                open("started", "w").close()
                while not os.path.exists("go"): time.sleep(0.05)
                sys.exit(7)
                """),
        Language(
            name: "perl",
            body: """
                open(F, ">>ledger"); print F "run\\n"; close F; open(F, ">started"); close F;
                select(undef, undef, undef, 0.05) until -e "go";
                exit 7;
                """),
        Language(
            name: "text", metadata: ["shell: [awk, -f]"],
            body: """
                BEGIN {
                    print "run" >>"ledger"; close("ledger"); print "" >"started"; close("started")
                    while (system("test -e go") != 0) system("sleep 0.05")
                    exit 7
                }
                """),
    ]

    private func block(_ language: Language, _ metadata: [String]) -> String {
        let marked = (["step: slow"] + metadata + language.metadata).map { "#| \($0)" }
        return (["```\(language.name)"] + marked + [language.body, "```", ""]).joined(separator: "\n")
    }

    private func orphan(_ language: Language) throws -> Desk {
        let desk = try Desk(page(block(language, ["once: true"])))
        let run = try desk.start(["run", "r.md"])
        run.standardOutput = FileHandle.nullDevice
        try run.run()
        #expect(desk.eventually { FileManager.default.fileExists(atPath: desk.path("started")) })
        kill(run.processIdentifier, SIGKILL)
        run.waitUntilExit()
        return desk
    }

    @Test("tells its true exit status in any language, whether it ends before the resume", arguments: languages)
    func before(_ language: Language) throws {
        let desk = try orphan(language)
        try desk.write("", to: "go")
        #expect(desk.eventually { desk.read(".runbook/runs/1/exits").contains("slow 1 7") })
        let reply = try desk.run("resume")
        #expect(reply.status == 1, "\(reply.all)")
        #expect(reply.all.contains("exit 7"))
        #expect(try desk.run("resume").status == 4, "once: only a word repeats it")
        #expect(desk.read("ledger") == "run\n")
    }

    @Test("or after it was adopted", arguments: languages)
    func after(_ language: Language) throws {
        let desk = try orphan(language)
        let resume = try desk.start(["resume", "--output", "json"])
        try desk.write("", to: "told")
        resume.standardOutput = FileHandle(forWritingAtPath: desk.path("told"))
        try resume.run()
        #expect(desk.eventually { desk.read("told").contains("step.adopted") })
        try desk.write("", to: "go")
        resume.waitUntilExit()
        #expect(resume.terminationStatus == 1, "\(desk.read("told"))")
        #expect(try desk.run("status").all.contains("exit 7"))
        #expect(desk.read("ledger") == "run\n")
    }
}
