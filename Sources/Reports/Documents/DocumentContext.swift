internal import DAG
internal import Execution
internal import Hazards
internal import Model

/// What all pages of a set are made from.
struct DocumentContext {
    let runbook: Runbook
    let listing: PlanListing
    let report: HazardReport
    let options: DocumentSet.Options
    let dependencies: Dependencies
    /// The steps without edges that follow from others.
    let model: GraphModel
    /// Every step and edge, with what they use, monitor and operate.
    let dataModel: GraphModel
    /// Stages so that each comes after those it needs, as far as that is possible.
    let stages: [String]
    /// Indices of steps by stage, in document order.
    let members: [String: [Int]]
    private let rows: [String: PlanListing.Row]
    private let headings: [String: [Heading]]

    init(runbook: Runbook, listing: PlanListing, report: HazardReport, options: DocumentSet.Options) {
        self.runbook = runbook
        self.listing = listing
        self.report = report
        self.options = options
        dependencies = Dependencies(runbook)
        let durations = Weights(runbook: runbook, history: [:]).durations
        var data = GraphModel(
            runbook: runbook, relations: [.uses, .monitors, .operates], durations: durations)
        for index in data.nodes.indices {
            let scope = runbook.scopes[runbook.steps[index].scope]
            data.nodes[index].file = options.name(scope.file) + (scope.prefix.isEmpty ? "" : " (\(scope.prefix))")
        }
        dataModel = data
        data.edges.removeAll { !$0.isOrder }
        model = data.reduced()
        members = Dictionary(grouping: runbook.steps.indices) { runbook.steps[$0].stage }
        stages = Self.stages(in: runbook, model)
        rows = Dictionary(listing.rows.map { ($0.id, $0) }) { first, _ in first }
        headings = Dictionary(runbook.scopes.map { ($0.file, $0.headings) }) { first, _ in first }
    }

    private static func stages(in runbook: Runbook, _ model: GraphModel) -> [String] {
        let groups = model.grouped(by: .stage)
        guard let order = groups.order.topologicalOrder(), groups.nodes.count == runbook.stages.count else {
            return runbook.stages
        }
        // Groups are made in the order of their first step, as the stages are.
        return order.map { runbook.stages[$0] }
    }

    // MARK: - Words

    /// The name of a stage for people.
    func stageName(_ stage: String) -> String { stage.isEmpty ? "(no stage)" : stage }

    func row(_ step: Int) -> PlanListing.Row? { rows[runbook.steps[step].id] }

    /// Text of a runbook without the path of the folder it is in.
    func shown(_ text: String, of step: Int) -> String {
        let folder = runbook.scopes[runbook.steps[step].scope].directory
        guard folder.utf8.count > 1 else { return text }
        return text.split(separator: folder, omittingEmptySubsequences: false).joined(separator: ".")
    }

    /// The kind of a step in one or two words.
    func kind(_ step: Int) -> String {
        let step = runbook.steps[step]
        var words: [String] = []
        if case .file = step.kind {
            words.append("file")
        } else if step.isService {
            words.append("service")
        } else if step.confirm != nil || step.isInteractive {
            words.append("manual")
        } else {
            words.append(step.body.isEmpty ? "gate" : "script")
        }
        if step.isOnce { words.append("once") }
        if step.isOptional { words.append("optional") }
        return words.joined(separator: ", ")
    }

    func gates(_ step: Int) -> String {
        let gates = runbook.steps[step].gates.filter { gate in
            if case .process = gate.question { false } else { true }
        }
        return gates.map { gate in
            gate.name.map(MarkdownText.escaped) ?? MarkdownText.code(shown(gate.label, of: step))
        }.joined(separator: "<br>")
    }

    // MARK: - Links

    func address(ofStep id: String) -> String? {
        runbook.index[id].map { address(of: $0) }
    }

    /// The section a step stands in.
    func address(of step: Int) -> String {
        let step = runbook.steps[step]
        return MarkdownText.path(options.link(step.place.file)) + (step.headings.last.map { "#\($0.anchor)" } ?? "")
    }

    /// The step's id, leading to its section.
    func link(_ step: Int) -> String { MarkdownText.link(MarkdownText.code(runbook.steps[step].id), address(of: step)) }

    func links(_ steps: some Sequence<Int>) -> String { steps.map(link).joined(separator: ", ") }

    /// `file:line`, leading to the section that the line is in.
    func link(_ place: Place) -> String {
        let heading = headings[place.file]?.last { $0.place.line <= place.line }
        let name = options.name(place.file) + (place.line > 0 ? ":\(place.line)" : "")
        return MarkdownText.link(
            MarkdownText.code(name),
            MarkdownText.path(options.link(place.file)) + (heading.map { "#\($0.anchor)" } ?? ""))
    }
}
