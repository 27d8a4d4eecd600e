import DAG
import Execution
import Model

/// Makes random runbooks out of a seed.
struct RunbookMaker {
    private let seed: UInt64
    private var dice: SeededRandom
    private let count: Int
    private let place = Place(file: "sim.md", line: 1, column: 1)
    private let hasServices: Bool
    private let hasOnce: Bool
    private let hasOutputs: Bool
    private let hasQuestions: Bool
    private let density: Int
    /// Percent of the steps that are in a pool, and of the scripts that take the terminal.
    private let pooled: Int
    private let interactive: Int

    init(seed: UInt64, count: Int? = nil) {
        self.seed = seed
        var dice = SeededRandom(seed, "runbook")
        let size = dice.below(100)
        let drawn = size < 60 ? 1 + dice.below(7) : size < 92 ? 4 + dice.below(12) : 10 + dice.below(31)
        self.count = count ?? drawn
        hasServices = dice.chance(60)
        hasOnce = dice.chance(60)
        hasOutputs = dice.chance(70)
        hasQuestions = dice.chance(60)
        density = dice.below(60)
        var rare = SeededRandom(seed, "rare")
        pooled = rare.chance(15) ? 80 : 20
        interactive = rare.chance(15) ? 30 : 0
        self.dice = dice
    }

    /// A valid runbook: acyclic, with every name known.
    mutating func make() -> Runbook {
        var scope = Scope(file: "sim.md", directory: "/made", prefix: "", name: "sim")
        scope.secrets = [Secret(name: "KEY", origin: .command(Template("fetch-key")), place: place)]
        // Ranks keep the graph acyclic; indices are shuffled against them, as a file may name things in any order.
        let indexOfRank = dice.shuffled(count)
        var steps: [Step?] = Array(repeating: nil, count: count)
        for rank in 0..<count {
            let earlier = (0..<rank).map { indexOfRank[$0] }
            let needs = earlier.filter { _ in dice.chance(min(density, 300 / max(4, count))) }.sorted()
            steps[indexOfRank[rank]] = step(indexOfRank[rank], needs: needs, known: steps)
        }
        return Self.assembled(
            steps.compactMap(\.self), scope: scope, pools: ["disk": 1 + dice.below(2), "net": 1 + dice.below(3)])
    }

    /// A runbook of these steps, with graph and index made to fit.
    static func assembled(_ steps: [Step], scope: Scope, pools: [String: Int]) -> Runbook {
        var edges: [Edge] = []
        for (index, step) in steps.enumerated() { edges += step.needs.map { Edge(from: $0, to: index) } }
        return Runbook(
            name: "sim", title: "Simulation", scopes: [scope], steps: steps,
            graph: Graph(count: steps.count, edges: edges),
            index: Dictionary(uniqueKeysWithValues: steps.enumerated().map { ($1.id, $0) }), pools: pools, stages: [])
    }

    // MARK: - Steps

    mutating func step(_ index: Int, needs: [Int], known: [Step?]) -> Step {
        let isShell = dice.chance(85)
        let interpreter =
            isShell
            ? Interpreter.bash
            : Interpreter(arguments: ["python3"], option: "-c", delivery: .argument, isShell: false)
        let id = "s\(index)"
        var step = Step(
            id: id, place: place, scope: 0, title: "Step \(index)", interpreter: interpreter,
            directory: Template("/made"))
        step.needs = needs
        let kind = dice.below(100)
        if kind < 10 {
            step.kind = .file(FileSpec(path: Template("/made/\(id)"), content: inputs(needs, known)))
        } else if kind < 15 {
            step.gates = [gate(id, 0, hasLog: false)]
        } else if kind < 30, hasServices {
            service(&step, needs, known)
        } else {
            script(&step, needs, known)
        }
        common(&step)
        return step
    }

    private mutating func script(_ step: inout Step, _ needs: [Int], _ known: [Step?]) {
        step.body = "run \(step.id) version 1"
        body(&step, needs, known)
        if interactive > 0, dice.chance(interactive) { step.isInteractive = true }
        if hasOnce, dice.chance(30) { step.isOnce = true }
        if dice.chance(40) { step.gates = (0..<(1 + dice.below(2))).map { gate(step.id, $0) } }
        if dice.chance(20) { step.timeout = .milliseconds(500 + dice.below(8000)) }
    }

    private mutating func service(_ step: inout Step, _ needs: [Int], _ known: [Step?]) {
        step.body = "serve \(step.id) version 1"
        step.isService = true
        body(&step, needs, known)
        if hasOnce, dice.chance(8) { step.isOnce = true }
        step.gates = (0..<dice.below(3)).map { gate(step.id, $0) } + [Gate(question: .process, place: place)]
    }

    private mutating func body(_ step: inout Step, _ needs: [Int], _ known: [Step?]) {
        if dice.chance(70) {
            step.environment = [Variable(name: "INPUT", value: inputs(needs, known))]
        }
        if hasOutputs, dice.chance(50) {
            step.outputs = [OutputSpec(name: "value", isSecret: dice.chance(35), place: place)]
            if dice.chance(30) { step.outputs.append(OutputSpec(name: "token", isSecret: true, place: place)) }
            if dice.chance(40) { step.tags = ["fresh"] }
        }
        if dice.chance(30) { retries(&step) }
        if dice.chance(12) { step.secrets = ["KEY"] }
        if dice.chance(40) {
            step.undo = Undo(
                place: place, interpreter: .sh, prelude: "", body: "undo \(step.id)", timeout: .seconds(20))
        }
    }

    private mutating func retries(_ step: inout Step) {
        step.retries.count = 1 + dice.below(3)
        step.retries.initial = .milliseconds(100 + dice.below(1500))
        step.retries.factor = dice.seconds(1, 3)
        step.retries.max = .seconds(5)
        if dice.chance(50) { step.retries.statuses = [75] }
    }

    /// Text made of the outputs of what the step needs.
    private mutating func inputs(_ needs: [Int], _ known: [Step?]) -> Template {
        var pieces: [Template.Piece] = [.text("v1")]
        for need in needs {
            guard let other = known[need], !other.isOptional else { continue }
            // What may not apply may leave those that take its outputs without them.
            var conditional = SeededRandom(seed, "conditional", other.id)
            if case .decided = other.when { continue }
            guard other.when == nil || conditional.chance(30) else { continue }
            for output in other.outputs where dice.chance(60) {
                pieces += [.text(" "), .output(step: other.id, name: output.name)]
            }
        }
        return Template(pieces: pieces)
    }

    /// - Parameter hasLog: the step has output that a gate may look at.
    private mutating func gate(_ id: String, _ number: Int, hasLog: Bool = true) -> Gate {
        let name = "\(id)/gate\(number)/1"
        let target = Template(name)
        let kind = dice.below(3)
        var other = SeededRandom(seed, "gate", name)
        let pattern = other.chance(30) ? "ok" : nil
        var question: Question<Template> =
            kind == 0 ? .command(target, stdout: pattern) : kind == 1 ? .tcp(target) : .http(HTTPQuestion(url: target))
        if hasLog, other.chance(20) { question = .log(name) }
        var gate = Gate(question: question, place: place)
        gate.within = .milliseconds(4000 + dice.below(10_000))
        gate.every = .milliseconds(100 + dice.below(1500))
        gate.stable = dice.chance(20) ? .milliseconds(100 + dice.below(1500)) : .zero
        gate.timeout = .milliseconds(300 + dice.below(3000))
        return gate
    }

    private mutating func common(_ step: inout Step) {
        if dice.chance(pooled) { step.pool = dice.chance(50) ? "disk" : "net" }
        if dice.chance(10) { step.isOptional = true }
        guard hasQuestions else { return }
        if dice.chance(12) { step.when = .command(Template("applies \(step.id)")) }
        if dice.chance(4) { step.when = .decided(false, text: "dc: dc2") }
        if case .file = step.kind { return }
        if dice.chance(10) { step.confirm = Template("Go on with \(step.id)?") }
        if dice.chance(15), !step.isBodyEmpty { step.check = Template("is \(step.id) there") }
    }
}
