package import Model

/// Where a run takes place: everything about the host and the state folder that launches need.
package struct Host: Sendable {
    /// The executor's own environment, as `NAME=value`.
    package var environment: [String]
    package var run: Int
    /// Unique per state folder: makes `RUNBOOK_TOKEN` of two folders differ.
    package var stateID: String
    /// Absolute path of `${work}`.
    package var work: String

    package init(environment: [String], run: Int, stateID: String, work: String) {
        self.environment = environment
        self.run = run
        self.stateID = stateID
        self.work = work
    }
}

/// Makes launches: interpreter, text, environment, folder and output of every process a step needs.
///
/// Owned by the engine's thread.
package final class LaunchBuilder {
    private let runbook: Runbook
    private let host: Host
    private let values: Values
    private let files: any RunFiles
    private var shared: [Int: SharedEnvironment] = [:]
    private var sharedNames: [Int: Set<String>] = [:]

    package init(runbook: Runbook, host: Host, values: Values, files: any RunFiles) {
        self.runbook = runbook
        self.host = host
        self.values = values
        self.files = files
    }

    /// What identifies the processes of one attempt among all processes of the machine (`RUNBOOK_TOKEN`).
    package func token(step: Int, role: Role, attempt: Int) -> String {
        let undo = role == .undo ? "undo/" : ""
        return "\(host.stateID)/\(host.run)/\(runbook.steps[step].id)/\(undo)\(attempt)"
    }

    /// A variable of the executor's own environment.
    package func hostVariable(_ name: String) -> String? {
        // By bytes: as a Character, an `=` before a combining mark is not an `=`.
        let prefix = (name + "=").utf8
        return host.environment.first { $0.utf8.starts(with: prefix) }.flatMap {
            String($0.utf8.dropFirst(prefix.count))
        }
    }

    /// The body of a step.
    package func body(_ step: Int, attempt: Int) throws(ValueError) -> Launch {
        let spec = runbook.steps[step]
        return try launch(
            step, role: .body, attempt: attempt, interpreter: spec.interpreter, prelude: spec.prelude,
            body: spec.body, isLong: true)
    }

    /// The undo block of a step.
    package func undo(_ step: Int, block: Undo, attempt: Int) throws(ValueError) -> Launch {
        try launch(
            step, role: .undo, attempt: attempt, interpreter: block.interpreter, prelude: block.prelude,
            body: block.body, isLong: true)
    }

    /// The token by which all that belongs to a service is found; nil for everything else, which may start what
    /// outlives it.
    package func lease(on key: ProcessKey) -> String? {
        guard key.role == .body, runbook.steps[key.step].isService else { return nil }
        return token(step: key.step, role: .body, attempt: key.attempt)
    }

    /// An attempt, as the machine that it was made on can be asked about it.
    package func reference(
        _ step: Int, _ attempt: Attempt, _ state: RunState, extent: AttemptReference.Extent = .itself
    ) -> AttemptReference {
        let spec = runbook.steps[step]
        let key = ProcessKey(step: step, role: attempt.role, attempt: attempt.number)
        return AttemptReference(
            step: spec.id, role: attempt.role, attempt: attempt.number, handle: attempt.handle,
            token: token(step: step, role: attempt.role, attempt: attempt.number),
            log: spec.isInteractive && attempt.role == .body ? nil : attempt.log,
            outputs: files.outputs(step: spec.id, attempt: attempt.number),
            incarnation: state.incarnation(of: attempt), lease: lease(on: key), extent: extent)
    }

    /// The life that a service has now; nil for what is none, or has no process of ours.
    package func life(of step: Int, _ status: StepStatus) -> ServiceLife? {
        guard runbook.steps[step].isService, let process = status.process?.process, let attempt = status.lastBody
        else {
            return nil
        }
        return ServiceLife(process: process, token: token(step: step, role: .body, attempt: attempt.number))
    }

    /// A shell command that asks something: `when`, `check`, a command gate, a secret's source.
    ///
    /// It runs in the step's shell, or in `sh` when its body is in another language. In bash without `pipefail`: what
    /// the last command of a pipe says is the answer, so that `… | grep -q` is not undone by the end of what it heard.
    ///
    /// - Parameter isParsed: the shell only looks whether it could be run (`-n`).
    package func question(
        _ step: Int, role: Role, command: String, isParsed: Bool = false
    ) throws(ValueError) -> Launch {
        let spec = runbook.steps[step]
        let isShell = spec.interpreter.isShell
        var interpreter = isShell ? spec.interpreter : .sh
        if Array(interpreter.arguments.dropFirst()) == Array(Interpreter.bash.arguments.dropFirst()) {
            interpreter.arguments.replaceSubrange(1..., with: ["-eu"])
        }
        if isParsed { interpreter.arguments.append("-n") }
        return try launch(
            step, role: role, attempt: 0, interpreter: interpreter, prelude: isShell ? spec.prelude : "",
            body: command, isLong: false)
    }

    /// Fetches the secrets of a step that come from the environment or a file, where they are not known yet.
    ///
    /// - Returns: the first one that has to be fetched by a command; nil when all are known.
    package func missingSecret(_ step: Int) throws(ValueError) -> (position: Int, command: Template)? {
        let spec = runbook.steps[step]
        let scope = runbook.scopes[spec.scope]
        for (position, secret) in scope.secrets.enumerated() {
            guard spec.secrets.contains(secret.name), values.secret(secret.name, scope: spec.scope) == nil else {
                continue
            }
            switch secret.origin {
            case .environment(let name):
                guard let value = hostVariable(name) else {
                    throw ValueError("secret `\(secret.name)`: the environment has no \(name)")
                }
                try values.setSecret(value, name: secret.name, scope: spec.scope)
            case .file(let path):
                let bytes = try readSecret(path, secret.name, directory: scope.directory)
                try values.setSecret(Self.secretText(bytes), name: secret.name, scope: spec.scope)
            case .command(let command): return (position, command)
            }
        }
        return nil
    }

    /// Takes in what the command of a secret wrote.
    package func setSecret(_ step: Int, position: Int, exit: Exit, output: Capture) throws(ValueError) {
        let scope = runbook.steps[step].scope
        let name = runbook.scopes[scope].secrets[position].name
        guard exit.isSuccess else { throw ValueError("secret `\(name)`: its command failed (\(exit))") }
        guard !output.isCut else { throw ValueError("secret `\(name)`: its command printed more than 1 MiB") }
        try values.setSecret(Self.secretText(output.output), name: name, scope: scope)
    }

    private func readSecret(_ path: Template, _ name: String, directory: String) throws(ValueError) -> [UInt8] {
        let text = try values.resolve(path)
        let full = text.utf8.first == UInt8(ascii: "/") ? text : directory + "/" + text
        let bytes: [UInt8]?
        do { bytes = try files.read(full, limit: 1 << 20) } catch {
            throw ValueError("secret `\(name)`: \(error.message)")
        }
        guard let bytes else { throw ValueError("secret `\(name)`: there is no file \(full)") }
        return bytes
    }

    /// A line end at the end is not part of a secret.
    package static func secretText(_ bytes: [UInt8]) -> String {
        var bytes = bytes[...]
        if bytes.last == 0x0A { bytes.removeLast() }
        if bytes.last == 0x0D { bytes.removeLast() }
        return OSText.text(of: bytes)
    }

    private func launch(
        _ step: Int, role: Role, attempt: Int, interpreter: Interpreter, prelude: String, body: String, isLong: Bool
    ) throws(ValueError) -> Launch {
        let spec = runbook.steps[step]
        var own = [
            "RUNBOOK_STEP=\(spec.id)", "RUNBOOK_ATTEMPT=\(attempt)",
            "RUNBOOK_TOKEN=\(token(step: step, role: role, attempt: attempt))",
        ]
        if role == .body { own.append("RUNBOOK_OUTPUT=\(files.outputs(step: spec.id, attempt: attempt))") }
        var names: Set<String> = []
        for variable in spec.environment where names.insert(variable.name).inserted {
            // Whether the step applies is asked without what steps that do not apply never handed on.
            if role == .when, !variable.value.outputs.allSatisfy(values.knows) { continue }
            own.append("\(variable.name)=\(try values.resolve(variable.value))")
        }
        if seesSecrets(role) {
            for name in spec.secrets where names.insert(name).inserted {
                guard let secret = values.secret(name, scope: spec.scope) else {
                    throw ValueError("secret `\(name)` was not fetched")
                }
                own.append("\(name)=\(secret)")
            }
        }
        var text = prelude + body
        var wrapper: [String] = []
        if isLong, !spec.isInteractive {
            if interpreter.isShell {
                text = ExitTrap.prefix + text
            } else if role == .undo || !spec.isService {
                // How a service ended is asked by nobody, and its own process is the one to watch.
                wrapper = ExitTrap.wrapper
            }
        }
        let output: Launch.Output
        switch role {
        case .body, .undo:
            output =
                spec.isInteractive && role == .body
                ? .terminal : .log(files.log(step: spec.id, role: role, attempt: attempt))
        case .gate, .secret: output = .capture(limit: 1 << 20)
        case .when, .check: output = .capture(limit: 4 << 10)
        }
        var launch = Launch(
            key: ProcessKey(step: step, role: role, attempt: attempt), interpreter: interpreter, script: text,
            scriptFile: files.script(step: spec.id, role: role, attempt: attempt),
            inherited: try environment(scope: spec.scope, without: names), environment: own,
            directory: try values.directory(of: spec, in: runbook.scopes[spec.scope]), output: output)
        launch.wrapper = wrapper
        if role == .body, !spec.outputs.isEmpty { launch.outputs = files.outputs(step: spec.id, attempt: attempt) }
        launch.token = lease(on: launch.key)
        return launch
    }

    /// `when` is asked before it is known whether the step applies, and so before anything secret is fetched for it.
    private func seesSecrets(_ role: Role) -> Bool {
        switch role {
        case .secret, .when: false
        default: true
        }
    }

    /// What every step of a scope inherits: the executor's environment without other runs' variables and without the
    /// variables that secrets come from, then the front matter's `env`, the params, and the run's own variables.
    private func environment(scope index: Int, without own: Set<String>) throws(ValueError) -> SharedEnvironment {
        let all: SharedEnvironment
        if let known = shared[index] {
            all = known
        } else {
            all = SharedEnvironment(try inherited(scope: index))
            shared[index] = all
            sharedNames[index] = Set(all.variables.map(Self.name))
        }
        guard let names = sharedNames[index], !names.isDisjoint(with: own) else { return all }
        return SharedEnvironment(all.variables.filter { !own.contains(Self.name($0)) })
    }

    private func inherited(scope index: Int) throws(ValueError) -> [String] {
        let scope = runbook.scopes[index]
        var hidden: Set<String> = []
        for scope in runbook.scopes {
            for case .environment(let name) in scope.secrets.map(\.origin) { hidden.insert(name) }
        }
        var added: [(name: String, value: String)] = []
        for param in scope.params { added.append((param.name, param.value)) }
        for variable in scope.environment { added.append((variable.name, try values.resolve(variable.value))) }
        added += [
            ("RUNBOOK_RUN", "\(host.run)"), ("RUNBOOK_DIR", scope.directory), ("RUNBOOK_WORK", host.work),
            ("work", host.work), ("RUNBOOK_EXITS", files.exitsPath),
        ]
        var names: Set<String> = []
        var list: [String] = []
        for (name, value) in added.reversed() where names.insert(name).inserted { list.append("\(name)=\(value)") }
        for variable in host.environment {
            let name = Self.name(variable)
            if name.hasPrefix("RUNBOOK_") || hidden.contains(name) || !names.insert(name).inserted { continue }
            list.append(variable)
        }
        return list
    }

    private static func name(_ variable: String) -> String {
        String(variable.parts(at: "=", maxSplits: 1)[0])
    }
}
