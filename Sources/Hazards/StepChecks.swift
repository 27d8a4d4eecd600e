import Model

/// W201–W205 and W402: what one step alone tells.
extension HazardAnalysis {
    mutating func lookAtSteps() {
        var preludes = Preludes()
        var inherited: [Int: Set<String>] = [:]
        for (position, step) in runbook.steps.enumerated() {
            let isShell = step.interpreter.isShell && step.kind == .script
            let script = isShell ? ShellScript(step.body) : nil
            lookAtGates(position, script)
            lookAtLimits(position)
            guard isShell || step.undo?.interpreter.isShell == true || step.asksShell else { continue }
            if inherited[step.scope] == nil { inherited[step.scope] = Self.inherited(runbook.scopes[step.scope]) }
            lookForUnset(position, script, &preludes, inherited: inherited[step.scope] ?? [])
        }
    }

    /// Preludes that were read. Neighbours share theirs, and those are not even compared.
    private struct Preludes {
        private static let limit = 16
        /// Latest first.
        private var known: [(text: String, script: ShellScript)] = []

        mutating func script(_ text: String) -> ShellScript {
            if let found = known.first(where: { $0.text == text }) { return found.script }
            let script = ShellScript(text)
            known = [(text, script)] + known.prefix(Self.limit - 1)
            return script
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
        // A script that waits by itself, in a loop, asks already.
        let polls = script.commands.contains { $0.isInLoop && $0.effective.first == "sleep" }
        if !polls, let starter = Starter.unasked(in: script.commands) {
            tell(
                .noGate, position,
                "\(dependencies.id(position)) \(starter.verb) with `\(starter.name)`, and no gate asks whether it took",
                at: bodyPlace(position, line: starter.line))
        }
        if let pause = script.commands.first(where: Self.isPause) {
            tell(
                .sleepAsGate, position,
                "\(dependencies.id(position)) waits with `\(pause.effective.joined(separator: " "))`, whatever "
                    + "happens meanwhile",
                at: bodyPlace(position, line: pause.line))
        }
    }

    /// A `sleep` of a second or more that the script always comes to and waits for.
    private static func isPause(_ command: ShellScript.Command) -> Bool {
        guard command.isCertain, !command.isBackground, command.words.first != "exec" else { return false }
        let words = command.effective
        guard words.first == "sleep", let span = words.dropFirst().first, span != "infinity" else { return false }
        // What a variable says may be nothing.
        guard let first = span.utf8.first, Names.isDigit(first) || first == UInt8(ascii: ".") else { return false }
        return Double(span).map { $0 >= 1 } ?? true
    }

    private func bodyPlace(_ position: Int, line: Int) -> Place {
        let step = runbook.steps[position]
        return Place(file: step.place.file, line: step.fileLine(ofBody: line), column: 0)
    }

    // MARK: - Limits and undo

    private mutating func lookAtLimits(_ position: Int) {
        let step = runbook.steps[position]
        let id = dependencies.id(position)
        let hasBody = step.kind == .script && !step.body.allSatisfy(\.isWhitespace)
        if step.isOnce, hasBody, !step.isService, step.outputs.isEmpty {
            tell(
                .onceWithoutOutputs, position, "\(id) runs once and hands nothing on: what it made exists nowhere else")
        }
        if hasBody, !step.isService, !step.isInteractive, step.timeout == nil {
            tell(.noTimeout, position, "\(id) has no timeout")
        }
        guard step.undo == nil else { return }
        if step.isOnce || step.check != nil, hasBody, !step.isService {
            let why = step.isOnce ? "runs once" : "has a `check` of its own"
            tell(.noUndo, position, "\(id) \(why), so it changes something, and no `undo` takes that back")
        }
    }

    // MARK: - Variables

    private mutating func lookForUnset(
        _ position: Int, _ script: ShellScript?, _ preludes: inout Preludes, inherited: Set<String>
    ) {
        let step = runbook.steps[position]
        let prelude = preludes.script(step.prelude)
        // Not one set: thousands of steps may share thousands of params.
        var known = [Set(step.environment.map(\.name) + step.secrets), prelude.sets, inherited]
        var hidden: Set<String> = []
        var told: Set<String> = []
        func unset(_ script: ShellScript) -> [ShellScript.Variable] {
            guard !script.isOpaque, !prelude.isOpaque else { return [] }
            return script.reads.filter { read in
                !known.contains { $0.contains(read.name) && !hidden.contains(read.name) }
                    && !script.sets.contains(read.name) && told.insert(read.name).inserted
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
            hidden = ["RUNBOOK_OUTPUT"]
            if undo.prelude != step.prelude { known.append(preludes.script(undo.prelude).sets) }
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
        "_", "BASH", "BASHOPTS", "BASHPID", "BASH_ARGC", "BASH_ARGV", "BASH_COMMAND", "BASH_LINENO", "BASH_REMATCH",
        "BASH_SOURCE", "BASH_SUBSHELL", "BASH_VERSINFO", "BASH_VERSION", "COLUMNS", "COPROC", "DIRSTACK",
        "EPOCHREALTIME",
        "EPOCHSECONDS", "EUID", "FUNCNAME", "GROUPS", "HOME", "HOSTNAME", "HOSTTYPE", "IFS", "LANG", "LINENO", "LINES",
        "LOGNAME", "MAPFILE", "MACHTYPE", "OLDPWD", "OPTARG", "OPTERR", "OPTIND", "OSTYPE", "PATH", "PIPESTATUS",
        "PPID", "PS4", "PWD",
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
