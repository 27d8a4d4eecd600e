import Model
import Testing

@testable import Hazards

@Suite("Hazards: order, gates, radius and acceptance")
struct HazardReportTests {
    // MARK: - Weak gates

    private func pair(_ first: String, _ second: String) throws -> Analysed {
        try Analysed(
            zone(block("api", "service: true", "gate: \(first)"), block("smoke", "needs: [api]", "gate: \(second)")))
    }

    @Test("an open port is less than the answer that the next step asks for at the same address")
    func weakGate() throws {
        let report = try pair("{tcp: '127.0.0.1:80'}", "{http: 'http://127.0.0.1/ready'}")
        #expect(report.codes == [.weakGate])
        #expect(
            report.hazards.first?.path.map(\.place.line) == [
                report.line("api", 2), report.line("smoke", 1), report.line("smoke", 2),
            ])
        #expect(
            try pair("{http: 'http://h:1/', status: [200, 503]}", "{http: 'http://h:1/', status: 200}").codes == [
                .weakGate
            ])
    }

    @Test("the same question, another address, or a stronger one first is no weak gate")
    func noWeakGate() throws {
        #expect(try pair("{http: 'http://h:1/'}", "{http: 'http://h:1/'}").codes == [])
        #expect(try pair("{http: 'http://h:1/', body: x}", "{tcp: 'h:1'}").codes == [])
        #expect(try pair("{tcp: 'h:1'}", "{http: 'http://h:2/'}").codes == [])
        #expect(try pair("{tcp: 'h:1'}", "{tcp: 'h:1'}").codes == [])
        #expect(try pair("[{tcp: 'h:1'}, {http: 'http://h:1/'}]", "{http: 'http://h:1/', body: x}").codes == [])
        #expect(
            try Analysed(
                zone(
                    block("api", "service: true", "gate: {tcp: 'h:1'}"),
                    block("other", "gate: {http: 'http://h:1/'}"))
            ).codes == [])
    }

    // MARK: - Order

    @Test("a step that stands before what it needs is told, in one file only")
    func order() throws {
        let report = try Analysed(zone(block("b", "needs: [a]"), block("a")))
        #expect(report.codes == [.documentOrder])
        #expect(
            report.hazards.first?.path.map(\.place.line) == [report.line("b"), report.line("a"), report.line("b", 1)])
        #expect(try Analysed(zone(block("a"), block("b", "needs: [a]"))).codes == [])
        #expect(try Analysed(zone(block("b", "uses: [a]"), block("a"))).codes == [])
        let runbook = try runbook([
            "runbook.md": zone(block("b", "needs: [a]"), front: ["include: [other.md]"]), "other.md": zone(block("a")),
        ])
        #expect(HazardAnalysis.report(runbook, work: "/work").hazards == [])
    }

    @Test("a need that a longer way implies is told with the shortest of these ways")
    func redundant() throws {
        let report = try Analysed(
            zone(
                block("a"), block("b", "needs: [a]"), block("c", "needs: [b]"), block("d", "needs: [a, c]"),
                block("e", "needs: [a, b, c]")))
        #expect(
            report.messages(.redundantNeed) == [
                "`d` needs `a`, which `c` brings along already", "`e` needs `a`, which `b` brings along already",
                "`e` needs `b`, which `c` brings along already",
            ])
        #expect(
            report.hazards[0].path.map(\.text) == [
                "`d` needs `a`", "`d` needs `c`", "`c` needs `b`", "`b` needs `a`",
            ])
    }

    @Test("a way through a step that may be skipped or may fail implies nothing")
    func firm() throws {
        for word in ["optional: true", "when: test -e /x"] {
            #expect(
                try Analysed(zone(block("a"), block("b", "needs: [a]", word), block("c", "needs: [a, b]"))).codes == [])
            // At the end of the way it does not matter.
            #expect(
                try Analysed(zone(block("a"), block("b", "needs: [a]"), block("c", "needs: [a, b]", word))).codes
                    == [.redundantNeed])
        }
    }

    @Test("a need for a stage is redundant only when every step of it is")
    func stage() throws {
        let text = zone(
            "## One\n\n" + block("a") + block("b") + "## Two\n\n" + block("c", "needs: [a]")
                + block("d", "needs: [c, 'stage:One']"))
        #expect(try Analysed(text).codes == [])
    }

    // MARK: - Radius

    private func radius(_ failing: Int, of count: Int) throws -> [HazardCode] {
        var blocks = block("core", "component: core", "service: true", "gate: {file: /x}")
        for number in 1..<count { blocks += block("s\(number)", number < failing ? "uses: [core]" : "tags: [x]") }
        return try Analysed(zone(blocks)).codes
    }

    @Test("more than half is too much; half is not, and a handful is not judged")
    func radius() throws {
        #expect(try radius(6, of: 10) == [.blastRadius])
        #expect(try radius(5, of: 10) == [])
        #expect(try radius(5, of: 5) == [])
    }

    @Test("what is only needed to come up cannot fail later")
    func passing() throws {
        var blocks = block("prepare", "component: ground")
        for number in 1..<8 { blocks += block("s\(number)", "needs: [prepare]") }
        #expect(try Analysed(zone(blocks)).codes == [])
    }

    @Test("everything that fails is listed")
    func failing() throws {
        var blocks = block("core", "component: core", "service: true", "gate: {file: /x}")
        for number in 1..<7 { blocks += block("s\(number)", "uses: [\(number == 1 ? "core" : "s\(number - 1)")]") }
        let report = try Analysed(zone(blocks))
        #expect(report.hazards.first?.failing == Array(0..<7))
        #expect(report.hazards.first?.path.map(\.text).first == "`s6` uses `s5`")
        #expect(report.hazards.first?.path.count == 6)
    }

    // MARK: - Acceptance

    @Test("an accepted hazard stays listed with its reason, as a note")
    func accepted() throws {
        let report = try Analysed(zone(block("a", "service: true", "accept: {W201: \"it answers nobody\"}"))).report
        #expect(report.open == [])
        #expect(report.accepted.map(\.accepted?.reason) == ["it answers nobody"])
        let diagnostic = try #require(report.diagnostics.first)
        #expect(diagnostic.severity == .note)
        #expect(diagnostic.message.hasSuffix("(accepted: it answers nobody)"))
    }

    @Test("any step of a loop may accept it")
    func acceptedElsewhere() throws {
        for accepting in ["a", "b"] {
            let report = try Analysed(
                zone(
                    block("a", "uses: [b]", accepting == "a" ? "accept: {W301: x}" : "tags: [x]"),
                    block("b", "needs: [a]", accepting == "b" ? "accept: {W301: x}" : "tags: [x]")))
            #expect(report.report.open == [])
            #expect(report.codes == [.restartDeadlock])
        }
    }

    @Test("an acceptance of what is not there is told as a note")
    func idle() throws {
        let report = try Analysed(zone(block("a", "accept: {W204: \"it is short\"}"))).report
        #expect(report.idle.map(\.code) == ["W204"])
        #expect(report.diagnostics.map(\.severity) == [.note])
        #expect(report.diagnostics.map(\.message) == ["W204 is accepted here, but not found"])
    }

    @Test("past the limit of one code hazards are counted")
    func limit() throws {
        let text = "---\nrunbook: x\n---\n" + (0..<250).map { block("s\($0)") }.joined()
        let report = try Analysed(text).report
        #expect(report.hazards.count == HazardAnalysis.limit)
        #expect(report.omitted.map(\.count) == [50])
        #expect(
            report.diagnostics.contains { $0.message == "and 50 more like this, not listed" && $0.severity == .note })
    }
}
