import Model

/// What the names in `${…}` stand for in one loaded file.
struct ScopeNames {
    /// Declared so far, in order.
    private(set) var params: [Param] = []
    private var positions: [String: Int] = [:]
    private var declarations: [String: ParamDeclaration] = [:]
    /// Params of other files loaded under the same prefix that do not agree on their value.
    var conflicts: [String: [Param]] = [:]
    private let builtins: [String: String]
    let environment: [String: String]
    /// Secrets by the variable of the environment that they come from: nobody else may name it.
    var secretSources: [String: String] = [:]

    init(work: String, run: String, runbookDirectory: String, environment: [String: String]) {
        builtins = ["work": work, "run": run, "runbook_dir": runbookDirectory]
        self.environment = environment
    }

    mutating func add(_ param: Param, _ declaration: ParamDeclaration) {
        positions[param.name] = params.count
        declarations[param.name] = declaration
        params.append(param)
    }

    /// How a param was declared, in this file or in the one that shares it.
    func declaration(of name: String) -> ParamDeclaration? { declarations[name] }

    func param(_ name: String) -> Param? { positions[name].map { params[$0] } }
    func builtin(_ name: String) -> String? { builtins[name] }

    /// Every name that `${name}` may be, for suggestions.
    var known: [String] { params.map(\.name) + Names.builtins }
}

/// An `${step.output}` as it was met; its step is looked up once every id is known.
struct PendingOutput {
    var step: String
    var name: String
    var spot: Spot
    var width: Int
    /// Gates may ask for the outputs of their own step.
    var isInGate: Bool
}
