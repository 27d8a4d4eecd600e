import Execution
import Model
import Testing

@Suite("A selection")
struct SelectionTests {
    private let runbook = Fixture.runbook([
        Fixture.step("ground") { $0.stage = "Ground" },
        Fixture.step("consul-1", needs: [0]) { $0.layer = "infra" },
        Fixture.step("consul-2", needs: [0]) { $0.tags = ["slow"] },
        Fixture.step("quorum", needs: [1, 2]),
    ])

    private func ids(_ change: (inout Selection) -> Void) throws -> [String] {
        var selection = Selection()
        change(&selection)
        let flags = try selection.indices(in: runbook)
        return runbook.steps.indices.filter { flags[$0] }.map { runbook.steps[$0].id }
    }

    @Test("is everything unless something is said")
    func everything() throws {
        #expect(try ids { _ in }.count == 4)
    }

    @Test("takes ids and globs")
    func globs() throws {
        #expect(try ids { $0.only = ["consul-*"] } == ["consul-1", "consul-2"])
        #expect(try ids { $0.only = ["consul-?", "quorum"] } == ["consul-1", "consul-2", "quorum"])
    }

    @Test("reaches downstream with --from and upstream with --until, and between with both")
    func reach() throws {
        #expect(try ids { $0.from = ["consul-1"] } == ["consul-1", "quorum"])
        #expect(try ids { $0.until = ["consul-1"] } == ["ground", "consul-1"])
        #expect(
            try ids {
                $0.from = ["consul-2"]
                $0.until = ["consul-2"]
            } == ["consul-2"])
    }

    @Test("narrows by stage, layer and tag, and leaves out with --skip")
    func narrows() throws {
        #expect(try ids { $0.stages = ["ground"] } == ["ground"])
        #expect(try ids { $0.layers = ["infra"] } == ["consul-1"])
        #expect(try ids { $0.tags = ["slow"] } == ["consul-2"])
        #expect(try ids { $0.skip = ["consul-*"] } == ["ground", "quorum"])
    }

    @Test("that matches nothing is an error")
    func nothing() {
        #expect(throws: SelectionError.self) { try ids { $0.only = ["vault"] } }
        #expect(throws: SelectionError.self) { try ids { $0.stages = ["moon"] } }
    }
}

@Suite("Globs")
struct GlobTests {
    @Test(
        "match whole names",
        arguments: [
            ("*", "anything", true), ("a*c", "abbbc", true), ("a*c", "abd", false), ("a?c", "abc", true),
            ("a?c", "ac", false), ("", "", true), ("", "a", false), ("*b*", "abc", true), ("dc2.*", "dc2.web", true),
        ])
    func matches(_ pattern: String, _ text: String, _ expected: Bool) {
        #expect(Glob.matches(pattern, text) == expected)
    }
}
