import Execution
import Model
import Testing

@testable import Reports

@Suite("Graph model")
struct GraphModelTests {
    private let zone = GraphModel(runbook: Sample.zone)

    private func edges(_ model: GraphModel) -> [String] {
        model.edges.map { "\(model.nodes[$0.from].id)>\(model.nodes[$0.to].id)" }
    }

    @Test("has steps in document order with their first possible wave, from 1")
    func nodes() {
        #expect(
            zone.nodes.map(\.id) == [
                "ca", "notes", "file:server.hcl", "consul-1", "consul-2", "bootstrap", "prometheus", "hand-over",
            ])
        #expect(zone.nodes.map(\.wave) == [1, 1, 2, 3, 3, 4, 5, 6])
        #expect(zone.nodes.map(\.kind) == [.script, .manual, .file, .service, .service, .script, .script, .script])
    }

    @Test("edges lead from what is needed to what needs it, and further relations are there on request")
    func relations() {
        #expect(edges(zone).contains("ca>consul-1"))
        #expect(zone.edges.allSatisfy { $0.isOrder })
        let monitored = GraphModel(runbook: Sample.zone, relations: [.monitors])
        let extra = monitored.edges.filter { !$0.isOrder }
        #expect(extra.map(\.kind) == [.monitors])
        #expect(edges(monitored).count == edges(zone).count + 1)
    }

    @Test("a need that follows from an output or from the document's order says so")
    func impliedKinds() {
        let runbook = Sample.runbook(["a S", "b S < a", "c S < a"]) { step in
            if step.id == "b" { step.references[0].relation = .output }
            if step.id == "c" { step.references[0].relation = .order }
        }
        #expect(GraphModel(runbook: runbook).edges.map(\.kind) == [.output, .order])
    }

    @Test("reduction drops what a longer way implies and nothing else")
    func reduction() {
        #expect(edges(zone).filter { !edges(zone.reduced()).contains($0) } == ["ca>consul-1", "consul-1>prometheus"])
    }

    @Test("the critical path is marked by the durations that are given")
    func criticalPath() {
        #expect(
            zone.criticalPath().nodes.map(\.id) == [
                "ca", "file:server.hcl", "consul-1", "bootstrap", "prometheus", "hand-over",
            ])
        let slow = GraphModel(runbook: Sample.zone, durations: [1, 100, 1, 1, 1, 1, 1, 1])
        #expect(slow.criticalPath().nodes.map(\.id) == ["notes", "hand-over"])
        #expect(edges(slow.criticalPath()) == ["notes>hand-over"])
    }

    @Test("focus keeps ancestors and descendants; an unknown id is told")
    func focus() {
        #expect(
            zone.focused(on: ["consul-2"])?.nodes.map(\.id) == [
                "ca", "file:server.hcl", "consul-2", "bootstrap", "prometheus", "hand-over",
            ])
        #expect(zone.focused(on: ["notes"]).map(edges) == ["notes>hand-over"])
        #expect(zone.focused(on: ["nobody"]) == nil)
    }

    @Test("grouping puts steps together, counts them and the edges between groups, and keeps none within")
    func grouping() {
        let stages = zone.grouped(by: .stage)
        #expect(stages.nodes.map(\.id) == ["Ground", "Discovery", "Telemetry"])
        #expect(stages.nodes.map(\.count) == [2, 4, 2])
        #expect(edges(stages) == ["Ground>Discovery", "Ground>Telemetry", "Discovery>Telemetry"])
        #expect(stages.edges.map(\.count) == [2, 1, 2])
        #expect(zone.grouped(by: .component).nodes.map(\.id) == ["(no component)", "consul"])
        #expect(zone.grouped(by: .layer).nodes.map(\.title) == ["(no layer)", "infra"])
        #expect(zone.grouped(by: .file).nodes.map(\.id) == ["zone.md"])
        #expect(zone.grouped(by: .step).nodes == zone.nodes)
    }

    @Test("groups that need each other are drawn too, and reducing them loses no edge")
    func cyclicGroups() {
        let model = GraphModel(runbook: Sample.runbook(["a One", "b Two < a", "c One < b"])).grouped(by: .stage)
        #expect(edges(model.reduced()) == ["One>Two", "Two>One"])
    }

    @Test("a group is done when all of it is, and else shows what most wants attention")
    func groupStates() {
        func stages(_ states: [String: StepState]) -> [StepState?] {
            var state = RunState(run: 1)
            for (step, value) in states.sorted(by: { $0.key < $1.key }) {
                state.apply(Record(run: 1, time: 0, event: .finished(step: step, Result(state: value))))
            }
            return GraphModel(runbook: Sample.zone, state: state).grouped(by: .stage).nodes.map(\.state)
        }
        #expect(stages(["ca": .done, "notes": .skipped]) == [.done, .pending, .pending])
        #expect(stages(["ca": .done, "consul-1": .failed, "consul-2": .done]) == [.pending, .failed, .pending])
    }

    @Test("what is too large to read is drawn by stages, and by files where even these are too many")
    func readable() {
        let large = GraphModel(runbook: Sample.large(200, stages: 9))
        #expect(large.readable().grouping == .stage)
        #expect(large.readable().nodes.count == 9)
        #expect(large.readable(nodes: 5).grouping == .file)
        #expect(large.readable(nodes: 1000, edges: 10_000).grouping == .step)
        #expect(zone.readable().grouping == .step)
        #expect(GraphModel(runbook: Sample.large(100, stages: 9)).readable(edges: 20).grouping == .stage)
    }

    @Test("restricting to a selection keeps the edges between its steps")
    func restriction() {
        #expect(edges(zone.restricted(to: ["ca", "consul-1", "notes"])) == ["ca>consul-1"])
    }
}
