/// W201–W205 and W402: what one step alone tells.
extension HazardAnalysis {
    mutating func lookAtSteps() {
        var preludes: [String: ShellScript] = [:]
        var inherited: [Int: Set<String>] = [:]
        for (position, step) in runbook.steps.enumerated() {
            let isShell = step.interpreter.isShell && step.kind == .script
            let script = isShell ? ShellScript(step.body) : nil
            lookAtGates(position, script)
            lookAtLimits(position)
            guard isShell || step.undo?.interpreter.isShell == true || step.asksShell else { continue }
            if preludes[step.prelude] == nil { preludes[step.prelude] = ShellScript(step.prelude) }
            if inherited[step.scope] == nil { inherited[step.scope] = Self.inherited(runbook.scopes[step.scope]) }
            lookForUnset(
                position, script, prelude: preludes[step.prelude] ?? ShellScript(),
                inherited: inherited[step.scope] ?? [])
        }
    }

    private mutating func tell(_ code: HazardCode, _ position: Int, _ message: String, at place: Place? = nil) {
        guard hasRoom(for: code) else { return omit(code) }
        add(Hazard(code, steps: [position], place: place ?? runbook.steps[position].place, message: message))
    }

    // MARK: - Gates

    private mutating func lookAtGates(_ position: Int, _ script: ShellScript?) {
        let step = runbook.steps[position]
        let asks = step.gates.contains { if case .process = $0.question { false } else { true } }
        if step.isService {
            if !asks {
                tell(
                    .noGate, position,
                    "service \(dependencies.id(position)) counts as up as soon as its process lives: nothing asks it")
            }
            return
        }
        guard !asks, let script else { return }
        if let start = script.commands.first(where: Starters.startsElsewhere) {
            tell(
                .noGate, position,
                "\(dependencies.id(position)) starts something with `\(Starters.name(start))`, which returns before "
                    + "it is up, and no gate asks for it",
                at: bodyPlace(position, line: start.line))
        }
        let pause = script.commands.first { command in
            !command.isInLoop && command.words.first != "exec" && command.effective.first == "sleep"
        }
        if let pause {
            tell(
                .sleepAsGate, position,
                "\(dependencies.id(position)) waits with `\(pause.effective.joined(separator: " "))`, whatever "
                    + "happens meanwhile",
                at: bodyPlace(position, line: pause.line))
        }
    }

    private func bodyPlace(_ position: Int, line: Int) -> Place {
        let step = runbook.steps[position]
        return Place(file: step.place.file, line: step.bodyLine + line, column: 0)
    }

    // MARK: - Limits and undo

    private mutating func lookAtLimits(_ position: Int) {
        let step = runbook.steps[position]
        let id = dependencies.id(position)
        let hasBody = step.kind == .script && !step.body.allSatisfy(\.isWhitespace)
        if step.isOnce, hasBody, !step.isService, step.outputs.isEmpty {
            tell(.onceWithoutOutputs, position, "\(id) runs once and hands nothing on: what it made exists nowhere else")
        }
        if hasBody, !step.isService, !step.isInteractive, step.timeout == nil {
            tell(.noTimeout, position, "\(id) has no timeout")
        }
        guard step.undo == nil else { return }
        if step.isOnce || step.check != nil, hasBody, !step.isService {
            let why = step.isOnce ? "runs once" : "has a `check` of its own"
            tell(.noUndo, position, "\(id) \(why), so it changes something, and no `undo` takes that back")
        } else if case .file(let file) = step.kind, let path = file.path.constant, path.hasPrefix("/"),
            path != work, !path.hasPrefix(work + "/")
        {
            tell(.noUndo, position, "\(id) writes outside the work folder, and no `undo` removes the file")
        }
    }

    // MARK: - Variables

    private mutating func lookForUnset(
        _ position: Int, _ script: ShellScript?, prelude: ShellScript, inherited: Set<String>
    ) {
        let step = runbook.steps[position]
        var known = inherited.union(step.environment.map(\.name)).union(step.secrets).union(prelude.sets)
        var told: Set<String> = []
        func unset(_ script: ShellScript) -> [ShellScript.Variable] {
            guard !script.isOpaque, !prelude.isOpaque else { return [] }
            return script.reads.filter { read in
                !known.contains(read.name) && !script.sets.contains(read.name) && told.insert(read.name).inserted
            }
        }
        var found: [(name: String, place: Place)] = []
        if let script {
            found += unset(script).map { ($0.name, bodyPlace(position, line: $0.line)) }
        }
        for question in step.shellQuestions {
            found += unset(ShellScript(question.text)).map { ($0.name, question.place) }
        }
        if let undo = step.undo, undo.interpreter.isShell {
            known.remove("RUNBOOK_OUTPUT")
            if undo.prelude != step.prelude { known.formUnion(ShellScript(undo.prelude).sets) }
            found += unset(ShellScript(undo.body)).map { ($0.name, undo.place) }
        }
        for (name, place) in found {
            tell(
                .unsetVariable, position,
                "\(dependencies.id(position)) reads `$\(name)`, which is no param, is set nowhere in the runbook, and "
                    + "need not be in the environment", at: place)
        }
    }

    /// The variables that every script of a file can count on.
    private static func inherited(_ scope: Scope) -> Set<String> {
        var names = Set(scope.params.map(\.name)).union(scope.environment.map(\.name))
        names.formUnion([
            "work", "RUNBOOK_RUN", "RUNBOOK_STEP", "RUNBOOK_ATTEMPT", "RUNBOOK_TOKEN", "RUNBOOK_OUTPUT", "RUNBOOK_DIR",
            "RUNBOOK_WORK", "RUNBOOK_EXITS",
        ])
        return names.union(shellVariables)
    }

    /// Set by the shell itself, or on every login.
    private static let shellVariables: Set<String> = [
        "BASH", "BASHOPTS", "BASHPID", "BASH_ARGC", "BASH_ARGV", "BASH_COMMAND", "BASH_LINENO", "BASH_REMATCH",
        "BASH_SOURCE", "BASH_SUBSHELL", "BASH_VERSINFO", "BASH_VERSION", "COLUMNS", "DIRSTACK", "EPOCHREALTIME",
        "EPOCHSECONDS", "EUID", "FUNCNAME", "GROUPS", "HOME", "HOSTNAME", "HOSTTYPE", "IFS", "LANG", "LINENO", "LINES",
        "LOGNAME", "MACHTYPE", "OLDPWD", "OPTARG", "OPTERR", "OPTIND", "OSTYPE", "PATH", "PIPESTATUS", "PPID", "PWD",
        "RANDOM", "REPLY", "SECONDS", "SHELL", "SHELLOPTS", "SHLVL", "SRANDOM", "UID", "USER",
    ]
}

extension Step {
    /// The shell commands that ask something for this step.
    var shellQuestions: [(text: String, place: Place)] {
        var questions: [(String, Place)] = []
        if case .command(let command) = when { questions.append((command.display, place)) }
        if let check { questions.append((check.display, place)) }
        for gate in gates {
            if case .command(let command, _) = gate.question { questions.append((command.display, gate.place)) }
        }
        return questions
    }
}

/// Commands that hand work to something else and return before it is done.
enum Starters {
    /// The command with what makes it one: `systemctl start`.
    static func name(_ command: ShellScript.Command) -> String {
        let words = command.effective.filter { !$0.hasPrefix("-") }
        return words.prefix(2).joined(separator: " ")
    }

    static func startsElsewhere(_ command: ShellScript.Command) -> Bool {
        let words = Array(command.effective)
        guard let program = words.first?.split(separator: "/").last else { return false }
        let verbs = words.dropFirst().filter { !$0.hasPrefix("-") }
        func has(_ options: String...) -> Bool { words.contains { options.contains($0) } }
        switch program {
        case "systemctl":
            guard let verb = verbs.first else { return false }
            return ["start", "restart", "reload-or-restart"].contains(verb) || verb == "enable" && has("--now")
        case "service": return verbs.dropFirst().first.map { ["start", "restart"].contains($0) } ?? false
        case "kubectl", "oc": return verbs.first.map { ["apply", "create", "rollout"].contains($0) } ?? false
        case "helm": return verbs.first.map { ["install", "upgrade"].contains($0) } == true && !has("--wait", "--atomic")
        case "nomad": return verbs.starts(with: ["job", "run"]) || verbs.first == "run"
        case "docker", "podman":
            if verbs.first == "run" { return has("-d", "--detach") }
            return verbs.starts(with: ["compose", "up"]) && has("-d", "--detach") && !has("--wait")
        case "docker-compose": return verbs.first == "up" && has("-d", "--detach") && !has("--wait")
        case "curl":
            return words.contains { word in
                ["POST", "PUT", "PATCH"].contains(word) || ["-XPOST", "-XPUT", "-XPATCH", "-T", "-d"].contains(word)
                    || word.hasPrefix("--data") || word == "--upload-file" || word == "--json"
            }
        default: return false
        }
    }
}
