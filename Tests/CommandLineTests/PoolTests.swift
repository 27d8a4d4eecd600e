import Foundation
import Testing

@Suite("A place in a pool")
struct PoolTests {
    /// A service that writes down when it starts, and whose gate does when it holds.
    private static func service(_ id: String) -> String {
        step(
            id,
            [
                "service: true", "pool: rolling",
                "gate: {command: 'test -e \(id).ready && echo held \(id) >>order', within: 20s}",
            ],
            "echo starts \(id) >>order\n(sleep 0.3; touch \(id).ready) &\nexec sleep 900")
    }

    private func order(_ desk: Desk) -> [String] { desk.read("order").split(separator: "\n").map(String.init) }

    @Test("is a service's until its gates hold: two of a pool of one are never on their way up together")
    func rolling() throws {
        let desk = try Desk(
            page(Self.service("a"), Self.service("b"), Self.service("c"), front: ["pools: {rolling: 1}"]))
        let run = try desk.run("run", "r.md")
        #expect(run.status == 0, "\(run.all)")
        let order = order(desk)
        #expect(order == ["a", "b", "c"].flatMap { ["starts \($0)", "held \($0)"] }, "\(order)")
    }

    @Test("is a step's until its gates hold, also without a service")
    func gated() throws {
        let blocks = ["a", "b"].map { id in
            step(
                id,
                ["pool: rolling", "gate: {command: 'test -e \(id).ready && echo held \(id) >>order', within: 20s}"],
                "echo starts \(id) >>order\n(sleep 0.3; touch \(id).ready) </dev/null >/dev/null 2>&1 &")
        }
        let desk = try Desk(page(blocks[0], blocks[1], front: ["pools: {rolling: 1}"]))
        let run = try desk.run("run", "r.md")
        #expect(run.status == 0, "\(run.all)")
        #expect(order(desk) == ["starts a", "held a", "starts b", "held b"])
    }

    @Test("does not keep a slot: others start while the gates of one in a pool are asked")
    func slot() throws {
        let desk = try Desk(
            page(
                step(
                    "svc", ["service: true", "pool: rolling", "gate: {file: other, within: 20s}"], "exec sleep 900"),
                step("other", [], "touch other"), front: ["pools: {rolling: 1}"]))
        let run = try desk.run("run", "--jobs", "1", "r.md")
        #expect(run.status == 0, "\(run.all)")
    }

    @Test("comes free for the next when the gates fail")
    func failed() throws {
        let desk = try Desk(
            page(
                step("a", ["service: true", "pool: rolling", "gate: {file: never, within: 300ms}"], "exec sleep 900"),
                Self.service("b"), front: ["pools: {rolling: 1}"]))
        #expect(try desk.run("run", "r.md").status == 1)
        #expect(try desk.states() == ["a": "failed", "b": "done"])
    }

    @Test("is taken again by a resume, while the gates of before are asked on")
    func resumed() throws {
        let blocks = ["a", "b"].map { id in
            step(
                id,
                [
                    "pool: rolling", "once: true",
                    "gate: {command: 'echo asks \(id) >>order; test -e \(id).ready && echo held \(id) >>order', "
                        + "within: 5s}",
                ], "echo starts \(id) >>order")
        }
        let desk = try Desk(page(blocks[0], blocks[1], front: ["pools: {rolling: 2}"]))
        try desk.bash(
            """
            $R run r.md >/dev/null 2>&1 & pid=$!
            until grep -q 'asks a' order && grep -q 'asks b' order; do sleep 0.05; done
            kill -KILL $pid
            wait
            """)
        try desk.write("", to: "order")
        try desk.write(desk.read("r.md").replacingOccurrences(of: "rolling: 2", with: "rolling: 1"))
        try desk.write("", to: "b.ready")
        try desk.bash(
            "$R resume >/dev/null 2>&1 & until grep -q 'asks a' order; do sleep 0.05; done; touch a.ready; wait")
        #expect(try desk.states() == ["a": "done", "b": "done"])
        let told = order(desk).filter { $0.hasPrefix("held") || $0 == "asks b" }
        #expect(told.first == "held a", "\(order(desk))")
    }
}
