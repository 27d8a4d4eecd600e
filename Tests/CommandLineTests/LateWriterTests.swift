import Foundation
import Testing

/// What a process of a body writes after the body has ended.
@Suite("Late writers")
struct LateWriterTests {
    private func desk(_ body: String, _ more: String = "") throws -> Desk {
        let desk = try Desk(
            page(step("a", ["secrets: [S]"], body), more, front: ["secrets: {S: {env: SECRET_SOURCE}}"]))
        desk.environment["SECRET_SOURCE"] = "s3cr3t-4711-abcd"
        return desk
    }

    @Test(
        "is scrubbed before the run ends, while others run, or by the next command that works on the run",
        arguments: [
            "exec > >(sed 's/^/[a] /')\necho \"it is $S\"",
            "exec > >(sleep 0.4; while read -r line; do echo \"[a] $line\"; done)\necho \"it is $S\"",
            "(sleep 0.3; echo \"it is $S\") &", "setsid sh -c 'sleep 0.3; echo \"it is $S\"' &",
        ])
    func scrubbed(body: String) throws {
        let desk = try desk(body)
        for _ in 1...3 {
            let run = try desk.run("run", "r.md")
            #expect(run.status == 0, "\(run.all)")
        }
        for run in 1...3 {
            let log = desk.read(".runbook/runs/\(run)/logs/a.1.log")
            #expect(log.contains("it is ****") && !log.contains("s3cr3t"), "\(log)")
        }
        #expect(!(try desk.run("logs", "a").all.contains("s3cr3t")))
    }

    @Test("what outlasts the run is scrubbed by the next session, and masked by whoever knows the secret")
    func later() throws {
        let desk = try desk("(until [ -e go ]; do sleep 0.05; done; echo \"it is $S\"; touch gone) &")
        #expect(try desk.run("run", "r.md").status == 0)
        try desk.write("", to: "go")
        #expect(desk.eventually { desk.exists("gone") })
        #expect(desk.read(".runbook/runs/1/logs/a.1.log").contains("s3cr3t"))
        for command in [["logs", "a"], ["report"]] {
            let reply = try desk.run(command)
            #expect(reply.out.contains("it is ***") && !reply.all.contains("s3cr3t"), "\(reply.all)")
        }
        #expect(try desk.run("resume").status == 0)
        #expect(!desk.read(".runbook/runs/1/logs/a.1.log").contains("s3cr3t"))
    }
}
