import DAG
import Execution
import Model

/// Edits runbooks between sessions, as people do.
struct Editor {
    private var random: SeededRandom
    private let seed: UInt64
    private let version: Int

    init(seed: UInt64, version: Int) {
        self.seed = seed
        self.version = version
        random = SeededRandom(seed, "edit", number: version)
    }

    /// Changes a few steps; tells what was changed.
    mutating func edit(_ runbook: Runbook) -> (runbook: Runbook, changes: [String]) {
        var steps = runbook.steps
        var changes: [String] = []
        for _ in 0...random.below(3) {
            let index = random.below(steps.count)
            changes.append("\(change(&steps[index])) of \(steps[index].id)")
        }
        if random.chance(15) { changes += grow(&steps) }
        if random.chance(10) { changes += shrink(&steps) }
        let edited = RunbookMaker.assembled(steps, scope: runbook.scopes[0], pools: runbook.pools)
        return (edited, changes)
    }

    private mutating func change(_ step: inout Step) -> String {
        switch random.below(6) {
        case 0, 1:
            if case .file(var file) = step.kind {
                file.content.pieces.append(.text(" edit \(version)"))
                step.kind = .file(file)
                return "content"
            }
            guard !step.isBodyEmpty else { return "nothing" }
            step.body = "\(step.isService ? "serve" : "run") \(step.id) version \(version + 1)"
            return "script"
        case 2:
            guard !step.isBodyEmpty else { return "nothing" }
            step.environment.removeAll { $0.name == "EXTRA" }
            step.environment.append(Variable(name: "EXTRA", value: Template("\(version)")))
            return "env"
        case 3:
            guard !step.gates.isEmpty else { return "nothing" }
            switch step.gates[0].question {
            case .process: return "nothing"
            case .command: step.gates[0].question = .command(Template("\(step.id)/gate0/\(version + 1)"), stdout: nil)
            case .log: step.gates[0].question = .log("\(step.id)/gate0/\(version + 1)")
            default: step.gates[0].question = .tcp(Template("\(step.id)/gate0/\(version + 1)"))
            }
            return "gate"
        case 4:
            step.title += "!"
            return "title"
        default:
            step.estimate = .seconds(1 + random.below(20))
            return "estimate"
        }
    }

    /// A new step somewhere, and sometimes something that needs it.
    private mutating func grow(_ steps: inout [Step]) -> [String] {
        guard steps.count < 40 else { return [] }
        let index = steps.count
        let needs = (0..<index).filter { _ in random.chance(20) }
        var maker = RunbookMaker(seed: seed &+ UInt64(version), count: 1)
        var new = maker.step(index, needs: needs, known: steps.map { $0 })
        new.id = "n\(version)-\(index)"
        if case .file(var file) = new.kind {
            file.path = Template("/made/\(new.id)")
            new.kind = .file(file)
        }
        if !new.isBodyEmpty { new.body = "\(new.isService ? "serve" : "run") \(new.id) version 1" }
        steps.append(new)
        let other = random.below(index)
        var tried = steps
        tried[other].needs.append(index)
        if random.chance(50), RunbookMaker.isAcyclic(tried) { steps = tried }
        return ["new step \(new.id)"]
    }

    /// A step that nothing needs goes.
    private mutating func shrink(_ steps: inout [Step]) -> [String] {
        let needed = Set(steps.flatMap(\.needs))
        let free = steps.indices.filter { !needed.contains($0) }
        guard steps.count > 1, let gone = random.pick(free) else { return [] }
        let id = steps[gone].id
        steps.remove(at: gone)
        for index in steps.indices { steps[index].needs = steps[index].needs.map { $0 > gone ? $0 - 1 : $0 } }
        return ["step \(id) gone"]
    }
}

extension RunbookMaker {
    static func isAcyclic(_ steps: [Step]) -> Bool {
        var edges: [Edge] = []
        for (index, step) in steps.enumerated() { edges += step.needs.map { Edge(from: $0, to: index) } }
        return Graph(count: steps.count, edges: edges).topologicalOrder() != nil
    }
}
