internal import DAG
internal import Hazards
internal import Model

/// `mapping.md`: what is where, who needs whom, and how much fails with each component.
struct MappingDocument {
    private let context: DocumentContext
    private let components: [Component]
    /// The component of each step: an index into `components`, -1 for none.
    private let owner: [Int]
    private let counts: [Int]
    /// The steps that monitor or operate each component, ascending.
    private let referring: [Reference.Relation: [[Int]]]
    private var runbook: Runbook { context.runbook }

    /// Neighbours listed by name; the rest are counted. Fewer where there are many lists.
    private var mostListed: Int { runbook.steps.count > 300 ? 8 : 24 }

    init(_ context: DocumentContext) {
        self.context = context
        components = context.runbook.components
        var owner = [Int](repeating: -1, count: context.runbook.steps.count)
        for (number, component) in components.enumerated() { for step in component.steps { owner[step] = number } }
        self.owner = owner
        var referring: [Reference.Relation: [[Int]]] = [:]
        for (index, step) in context.runbook.steps.enumerated() {
            for reference in step.references where [.monitors, .operates].contains(reference.relation) {
                var found = referring[reference.relation] ?? Array(repeating: [], count: components.count)
                referring[reference.relation] = nil
                for target in reference.targets where owner[target] >= 0 {
                    if found[owner[target]].last != index { found[owner[target]].append(index) }
                }
                referring[reference.relation] = found
            }
        }
        self.referring = referring
        counts = context.dependencies.graph.reachCounts(of: components.map(\.steps))
    }

    func page() -> DocumentPage {
        var page = DocumentPage()
        page.heading(1, "Map: \(runbook.title)")
        page.paragraph(
            "What needs or uses a component, near or far, fails with it. Everything runs on the machine that the "
                + "runbook is run on. Back to the [overview](index.md).")
        page.heading(2, "Components")
        var sections = page.continued()
        var anchors: [String] = []
        for number in components.indices { anchors.append(section(number, &sections)) }
        let loose = runbook.steps.indices.filter { owner[$0] < 0 }
        if !loose.isEmpty {
            sections.heading(2, "Steps without a component")
            steps(loose, &sections)
        }
        if components.isEmpty { page.paragraph("No step names a `component`.") }
        page.table(
            [
                "component", "layer", "stage", "steps", "owner", "needs", "needed by",
                "fails with it, of \(runbook.steps.count)",
            ], right: [3, 7],
            components.indices.map { number in
                let members = components[number].steps
                return [
                    MarkdownText.link(MarkdownText.escaped(components[number].name), "#" + anchors[number]),
                    names(members) { $0.layer }, names(members) { context.stageName($0.stage) }, "\(members.count)",
                    names(members) { $0.owner }, linked(neighbours(number, up: true), anchors),
                    linked(neighbours(number, up: false), anchors),
                    "\(counts[number]) (\(percent(counts[number])))",
                ]
            })
        page.append(sections)
        return page
    }

    private func share(_ count: Int) -> String {
        "\(count) of \(runbook.steps.count) (\(percent(count)))"
    }

    private func percent(_ count: Int) -> String { "\(count * 100 / max(1, runbook.steps.count))%" }

    /// The distinct values of some steps, in order.
    private func names(_ steps: [Int], _ value: (Step) -> String?) -> String {
        var names: [String] = []
        for name in steps.compactMap({ value(runbook.steps[$0]) }) where !names.contains(name) { names.append(name) }
        return names.map(MarkdownText.escaped).joined(separator: ", ")
    }

    /// The components that this one needs or uses directly, or that need or use it, in order.
    private func neighbours(_ number: Int, up: Bool) -> [Int] {
        var found: Set<Int> = []
        for step in components[number].steps {
            let graph = context.dependencies.graph
            for other in up ? graph.predecessors(of: step) : graph.successors(of: step) { found.insert(owner[other]) }
        }
        return found.filter { $0 >= 0 && $0 != number }.sorted()
    }

    private func linked(_ numbers: [Int], _ anchors: [String]) -> String {
        numbers.map { number in
            // Anchors of later components are not known while sections are written; there the name does.
            let name = MarkdownText.escaped(components[number].name)
            return number < anchors.count ? MarkdownText.link(name, "#" + anchors[number]) : name
        }.joined(separator: ", ")
    }

    private func section(_ number: Int, _ page: inout DocumentPage) -> String {
        let component = components[number]
        let anchor = page.heading(2, component.name)
        steps(component.steps, &page)
        let graph = context.dependencies.graph
        let inside = Set(component.steps)
        func outside(_ neighbours: (Int) -> ArraySlice<Int>) -> [Int] {
            Set(component.steps.flatMap { neighbours($0) }).subtracting(inside).sorted()
        }
        var facts: [String] = []
        func say(_ words: String, _ steps: [Int]) {
            guard !steps.isEmpty else { return }
            let more = steps.count - mostListed
            facts.append(
                "\(words): \(context.links(steps.prefix(mostListed)))" + (more > 0 ? " and \(more) more" : ""))
        }
        say("Needs and uses", outside { graph.predecessors(of: $0) })
        say("Needed and used by", outside { graph.successors(of: $0) })
        say("Monitored by", referring[.monitors]?[number] ?? [])
        say("Operated with", referring[.operates]?[number] ?? [])
        let failing = graph.descendants(of: component.steps).filter { !inside.contains($0) }
        say("Fails with it, \(share(counts[number]))", failing)
        page.list(facts)
        return anchor
    }

    /// The steps, with what all of them have in common said once.
    private func steps(_ steps: [Int], _ page: inout DocumentPage) {
        let columns: [(name: String, value: (Step) -> String)] = [
            ("layer", { $0.layer ?? "" }), ("stage", { context.stageName($0.stage) }), ("owner", { $0.owner ?? "" }),
        ]
        var shared: [String] = []
        var apart: [(name: String, value: (Step) -> String)] = []
        for column in columns {
            let values = Set(steps.map { column.value(runbook.steps[$0]) })
            guard values.count == 1, let value = values.first else {
                apart.append(column)
                continue
            }
            let name = column.name.prefix(1).uppercased() + column.name.dropFirst()
            if !value.isEmpty { shared.append("\(name): \(MarkdownText.escaped(value)).") }
        }
        page.paragraph((shared + ["Host: this machine."]).joined(separator: " "))
        page.table(
            ["step", "what", "section", "gates", "undo"] + apart.map(\.name),
            steps.map { index in
                let step = runbook.steps[index]
                let section = step.headings.last?.text ?? context.options.name(step.place.file)
                return [
                    MarkdownText.code(step.id), MarkdownText.escaped(step.title),
                    MarkdownText.link(MarkdownText.escaped(section), context.address(of: index)),
                    context.gates(index), undo(step),
                ] + apart.map { MarkdownText.escaped($0.value(step)) }
            })
    }

    /// How the step is taken down.
    private func undo(_ step: Step) -> String {
        if step.undo != nil { return "block" }
        if case .file = step.kind { return "put back" }
        return step.isService ? "stopped" : "none"
    }
}
