import DAG
import Testing

/// The schedule as its documentation defines it, with every phase worked out anew from what happened.
private struct ScheduleModel {
    let graph: Graph
    let priorities: [Double]
    let needs: [[Int]]
    /// Nodes on a cycle and behind it, which nothing makes ready.
    let hopeless: Set<Int>
    var taken = Set<Int>()
    var complete = Set<Int>()
    var failed = Set<Int>()
    /// Once blocked, always blocked.
    var blocked = Set<Int>()

    init(graph: Graph, priorities: [Double]) {
        self.graph = graph
        self.priorities = priorities
        hopeless = Oracle.unorderable(graph)
        let reach = Oracle.reach(graph)
        needs = (0..<graph.count).map { node in (0..<graph.count).filter { reach[$0][node] } }
    }

    var nodes: Range<Int> { 0..<graph.count }

    func phase(of node: Int) -> Schedule.Phase {
        if blocked.contains(node) || failed.contains(node) { return .blocked }
        if complete.contains(node) { return .complete }
        if taken.contains(node) { return .taken }
        return !hopeless.contains(node) && needs[node].allSatisfy { complete.contains($0) } ? .ready : .waiting
    }

    func isStarted(_ node: Int) -> Bool { taken.contains(node) || complete.contains(node) || failed.contains(node) }

    /// Returns the newly blocked.
    mutating func spread() -> [Int] {
        let new = nodes.filter { node in
            !blocked.contains(node) && !isStarted(node) && needs[node].contains { failed.contains($0) }
        }
        blocked.formUnion(new)
        return new
    }

    var next: Int? {
        nodes.filter { phase(of: $0) == .ready }.min { left, right in
            priorities[left] != priorities[right] ? priorities[left] > priorities[right] : left < right
        }
    }
}

@Suite("Schedule against its definition")
struct ScheduleModelTests {
    @Test("random operations leave every node in the phase the definition gives it", arguments: UInt64(0)..<300)
    func random(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        // Cyclic graphs as well: they must get stuck, not go wrong.
        let graph = seed % 5 == 0 ? Graphs.random(&random) : Graphs.randomAcyclic(&random)
        let priorities = (0..<graph.count).map { _ in Double(random.below(4)) }
        var schedule = Schedule(graph: graph, priorities: priorities)
        var model = ScheduleModel(graph: graph, priorities: priorities)
        for _ in 0..<80 {
            step(&schedule, &model, &random)
            let expected = model.nodes.map { model.phase(of: $0) }
            #expect(model.nodes.map { schedule.phase(of: $0) } == expected)
            #expect(schedule.readyCount == expected.filter { $0 == .ready }.count)
            #expect(schedule.takenCount == expected.filter { $0 == .taken }.count)
            #expect(schedule.isFinished == expected.allSatisfy { $0 == .complete || $0 == .blocked })
        }
    }

    private func step(_ schedule: inout Schedule, _ model: inout ScheduleModel, _ random: inout SplitMix64) {
        let node = random.below(model.graph.count)
        let before = model.phase(of: node)
        switch random.below(12) {
        case 0..<5:
            let expected = model.next
            let popped = schedule.popReady()
            #expect(popped == expected)
            if let popped { model.taken.insert(popped) }
        case 5..<8:
            let readyBefore = model.nodes.filter { model.phase(of: $0) == .ready }
            let ready = schedule.complete(node)
            guard before != .blocked else { break }
            model.taken.remove(node)
            model.complete.insert(node)
            #expect(ready == model.nodes.filter { model.phase(of: $0) == .ready && !readyBefore.contains($0) })
        case 8:
            let phase = schedule.pushBack(node)
            if before == .taken {
                model.taken.remove(node)
                _ = model.spread()
            }
            #expect(phase == model.phase(of: node))
        case 9:
            let phase = schedule.reopen(node)
            if before == .complete {
                model.complete.remove(node)
                _ = model.spread()
            }
            #expect(phase == model.phase(of: node))
        case 10:
            let took = schedule.take(node)
            #expect(took == (before == .waiting || before == .ready))
            if took { model.taken.insert(node) }
        default:
            // Rarely, or nothing would be left to do.
            guard random.chance(30) else { break }
            let blocked = schedule.block(node)
            guard before != .blocked else { break }
            model.taken.remove(node)
            model.complete.remove(node)
            model.failed.insert(node)
            #expect(blocked == model.spread())
        }
    }

    @Test(
        "a run with failures and lapses ends, and nothing is given out before what it needs",
        arguments: UInt64(0)..<200)
    func run(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let graph = Graphs.randomAcyclic(&random, upTo: 40)
        var schedule = Schedule(
            graph: graph, priorities: (0..<graph.count).map { _ in Double(random.below(10)) })
        var running: [Int] = []
        var lapses = 30
        while true {
            while running.count < 4, let node = schedule.popReady() {
                let needs = graph.ancestors(of: [node])
                #expect(needs.allSatisfy { schedule.phase(of: $0) == .complete })
                #expect(!running.contains(node))
                running.append(node)
            }
            guard !running.isEmpty else { break }
            let node = running.remove(at: random.below(running.count))
            if random.chance(5) { schedule.block(node) } else { schedule.complete(node) }
            if lapses > 0, random.chance(20) {
                lapses -= 1
                schedule.reopen(random.below(graph.count))
            }
        }
        #expect(schedule.isFinished)
    }
}
