import Model

/// Looks up what steps name: ids, capabilities, headings and stages.
struct Resolution {
    /// What a name stands for.
    enum Found {
        case step(Int)
        /// Every provider; those decided not to apply are left out of `applicable`.
        case capability(applicable: [Int], all: [Int])
        /// Every step under a heading or of a stage, in order.
        case group([Int])
        case nothing
    }

    private let load: Load
    /// Providers by full capability.
    private(set) var providers: [String: [Int]] = [:]
    private var stages: [String: [Int]] = [:]
    private var stageSlugs: [String: [Int]] = [:]
    /// By scope, then by anchor.
    private var headings: [Int: [String: [Int]]] = [:]
    private var cache: [Key: Found] = [:]
    /// Names that may still be compared for suggestions: past that there are too many errors to read hints.
    private var comparisonsLeft = 100_000

    private struct Key: Hashable {
        var scope: Int
        var text: String
    }

    init(_ load: Load) {
        self.load = load
        for (position, step) in load.steps.enumerated() {
            for name in step.provides { providers[name, default: []].append(position) }
            stages[step.stage, default: []].append(position)
        }
        for (name, members) in stages.sorted(by: { $0.key < $1.key }) {
            stageSlugs[Anchors.slug(name), default: []] += members
        }
    }

    /// Own prefix first, then the full name; ids before capabilities.
    mutating func find(_ text: String, from scope: LoadingScope) -> Found {
        if !scope.prefix.isEmpty, let own = named(scope.prefix + text) { return own }
        if let found = named(text) { return found }
        guard text.hasPrefix("#") || text.hasPrefix("stage:") else { return .nothing }
        let key = Key(scope: scope.index, text: text)
        if let known = cache[key] { return known }
        let members =
            text.hasPrefix("#") ? under(String(text.dropFirst()), scope) : stage(String(text.dropFirst(6)), scope)
        let found = members.map { Found.group($0) } ?? .nothing
        cache[key] = found
        return found
    }

    /// The step with this id: own prefix first.
    func step(_ id: String, from scope: LoadingScope) -> Int? {
        if !scope.prefix.isEmpty, let own = load.index[scope.prefix + id] { return own }
        return load.index[id]
    }

    private func named(_ name: String) -> Found? {
        if let step = load.index[name] { return .step(step) }
        guard let all = providers[name] else { return nil }
        return .capability(applicable: all.filter { load.steps[$0].mayApply }, all: all)
    }

    private mutating func under(_ anchor: String, _ scope: LoadingScope) -> [Int]? {
        if headings[scope.index] == nil {
            var table: [String: [Int]] = [:]
            for heading in scope.file.document.headings { table[heading.anchor] = [] }
            for (position, step) in load.steps.enumerated() where step.scope == scope.index {
                for heading in step.headings { table[heading.anchor, default: []].append(position) }
            }
            headings[scope.index] = table
        }
        return headings[scope.index]?[anchor]
    }

    private func stage(_ name: String, _ scope: LoadingScope) -> [Int]? {
        guard let all = stages[name] ?? stageSlugs[Anchors.slug(name)] else { return nil }
        guard !scope.prefix.isEmpty else { return all }
        let own = all.filter { load.scopes[load.steps[$0].scope].prefix.hasPrefix(scope.prefix) }
        return own.isEmpty ? all : own
    }

    // MARK: - Suggestions

    /// `did you mean …?` for the owner of an output.
    mutating func stepHint(for id: String, from scope: LoadingScope) -> String? {
        guard comparisonsLeft > 0 else { return nil }
        comparisonsLeft -= load.steps.count
        let withOutputs = load.steps.filter { !$0.outputs.isEmpty }.map(\.id)
        return Suggestion.hint(
            for: id,
            among: withOutputs
                + withOutputs.map { id in
                    id.hasPrefix(scope.prefix) ? String(id.dropFirst(scope.prefix.count)) : id
                }) ?? "an output is written `${step.output}`"
    }

    /// `did you mean …?` for a name that stands for nothing; bounded work for large runbooks.
    mutating func hint(for text: String, from scope: LoadingScope) -> String? {
        guard comparisonsLeft > 0 else { return nil }
        comparisonsLeft -= load.steps.count + providers.count
        if text.hasPrefix("#") {
            let anchors = scope.file.document.headings.map { "#" + $0.anchor }
            return Suggestion.hint(for: text, among: anchors) ?? "no heading of this file has that anchor"
        }
        if text.hasPrefix("stage:") {
            let names = stages.keys.sorted()
            return Suggestion.hint(for: text, among: names.map { "stage:" + $0 })
                ?? "the stages are \(Reader.list(Array(names.prefix(12))))"
        }
        var own: [String] = []
        if !scope.prefix.isEmpty {
            own = load.steps.map(\.id).filter { $0.hasPrefix(scope.prefix) }
                .map { String($0.dropFirst(scope.prefix.count)) }
        }
        let capabilities = providers.keys.sorted()
        if let found = Suggestion.hint(for: text, among: own + load.steps.map(\.id) + capabilities) {
            return found
        }
        if scope.file.document.headings.contains(where: { $0.anchor == text }) {
            return "`'#\(text)'` means the steps under that heading"
        }
        if stages[text] != nil || stageSlugs[text] != nil { return "`stage:\(text)` means the steps of that stage" }
        if text.hasSuffix(".md") { return "name a step, capability, heading or stage; `include` loads a file" }
        return "`needs` names step ids, capabilities, '#headings' and stage:names"
    }
}

extension Step {
    /// False when its condition was decided against it while loading.
    var mayApply: Bool {
        if case .decided(false, _) = when { false } else { true }
    }

    /// Changes every template of the step.
    mutating func mapTemplates(_ change: (Template) -> Template) {
        if case .command(let command) = when { when = .command(change(command)) }
        check = check.map(change)
        confirm = confirm.map(change)
        directory = change(directory)
        for position in environment.indices { environment[position].value = change(environment[position].value) }
        for position in gates.indices { gates[position].question = gates[position].question.map(change) }
        if case .file(var file) = kind {
            file.path = change(file.path)
            file.content = change(file.content)
            kind = .file(file)
        }
    }
}
