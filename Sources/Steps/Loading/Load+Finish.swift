import DAG
import Model

/// The last checks, and the runbook.
extension Load {
    /// Resolves every name and builds the graph; findings say what is wrong with them.
    func finish() -> Runbook? {
        guard resolve() else { return nil }
        checkInterpreters()
        checkSharedPaths()
        if steps.isEmpty, !findings.hasErrors, let first = scopes.first {
            findings.report(
                .noSteps, "the runbook has no step", file: first.file.source.name,
                hint: "a step is a fenced code block that begins with `#| step: ID`")
        }
        // Built also when there are errors: a cycle should be told along with the rest.
        var edges: [Edge] = []
        for position in steps.indices {
            for needed in steps[position].needs { edges.append(Edge(from: needed, to: position)) }
        }
        let graph = Graph(count: steps.count, edges: edges)
        if let cycle = graph.shortestCycle() { reportCycle(cycle) }
        guard !findings.hasErrors, let first = values.first else { return nil }
        var stages: [String] = []
        var seen: Set<String> = []
        for step in steps where seen.insert(step.stage).inserted { stages.append(step.stage) }
        return Runbook(
            name: first.name, title: first.title ?? first.name, scopes: values, steps: steps, graph: graph,
            index: index,
            pools: scopes.first?.pools ?? [:], stages: stages)
    }

    /// - Parameter cycle: each step needed by the next, and the last by the first.
    private func reportCycle(_ cycle: [Int]) {
        guard let start = cycle.first else { return }
        let path = [start] + cycle.dropFirst().reversed() + [start]
        var edges: [Diagnostic.Related] = []
        for (step, needed) in zip(path, path.dropFirst()) {
            let reference = steps[step].references.first { $0.isOrdering && $0.targets.contains(needed) }
            let verb = reference?.relation == .order ? "comes after" : "needs"
            edges.append(
                related(
                    reference?.place ?? steps[step].place, "`\(steps[step].id)` \(verb) `\(steps[needed].id)`",
                    in: drafts[step].scope))
        }
        let shown =
            path.count > 12
            ? path.prefix(6).map { steps[$0].id } + ["…"] + path.suffix(5).map { steps[$0].id }
            : path.map { steps[$0].id }
        guard let first = edges.first else { return }
        let length = steps[start].references.first { $0.place == first.place }?.text.unicodeScalars.count ?? 1
        findings.report(
            .cycle, "steps need each other in a circle: \(shown.joined(separator: " → "))",
            in: drafts[start].scope.file.source, at: Spot(line: first.place.line, column: first.place.column),
            length: length, hint: "remove one of these needs", related: edges)
    }

    // MARK: - Interpreters

    private func checkInterpreters() {
        let path = options.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        var known: [String: Bool] = [:]
        func check(_ program: String, at position: Int, folder: String) {
            let key = program.utf8.contains(UInt8(ascii: "/")) ? folder + "\n" + program : program
            guard known[key] == nil else { return }
            let isThere = Programs.isExecutable(program, path: path, relativeTo: folder, checks.isProgram)
            known[key] = isThere
            guard !isThere else { return }
            report(
                .missingInterpreter, "interpreter `\(program)` of step `\(steps[position].id)` not found", at: position,
                hint: "install it, or correct the `PATH`")
        }
        for position in steps.indices where steps[position].mayApply && !drafts[position].setsPath {
            let step = steps[position]
            let folder = values[step.scope].directory
            if case .script = step.kind, !step.body.isEmpty, let program = step.interpreter.arguments.first {
                check(program, at: position, folder: folder)
            }
            if step.asksShell {
                let program = step.interpreter.isShell ? step.interpreter.arguments.first ?? "sh" : "sh"
                check(program, at: position, folder: folder)
            }
            if let program = step.undo?.interpreter.arguments.first { check(program, at: position, folder: folder) }
        }
    }
}
