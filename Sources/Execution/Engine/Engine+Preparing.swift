import DAG
import Steps

extension Engine {
    /// Longest a `when`, `check` or secret command may take, in seconds.
    static var questionLimit: Double { 60 }

    /// Goes through what comes before a body until something has to be waited for.
    func proceed(_ index: Int) {
        let step = runbook.steps[index]
        if decisions[index] == .undo { return proceedUndo(index) }
        while work[index].stage < .body {
            if isWaitedFor(index, step) { return }
            work[index].stage = work[index].stage.next
        }
        startBody(index)
    }

    /// Enters the current stage; false when it has nothing to wait for.
    private func isWaitedFor(_ index: Int, _ step: Step) -> Bool {
        switch work[index].stage {
        case .when:
            guard case .command(let command) = step.when else { return false }
            return ask(index, .when, command.display)
        case .confirm:
            guard let confirm = step.confirm, !options.approvesAll, !status(index).isApproved else { return false }
            return waitForPerson(index, question: text(confirm))
        case .check:
            guard let check = step.check else { return false }
            return ask(index, .check, check.display)
        case .clear:
            guard let identity = status(index).lastBody?.identity, world.runner.isAlive(identity) else { return false }
            return clear(index, identity)
        case .secrets:
            return fetchSecret(index, step)
        case .body:
            return false
        }
    }

    func text(_ template: Template) -> String {
        values.mask.mask((try? values.resolve(template)) ?? template.display)
    }

    func ask(_ index: Int, _ role: Role, _ command: String) -> Bool {
        do {
            let launch = try builder.question(index, role: role, command: command)
            _ = try world.runner.start(launch)
            work[index].phase = .asking(role)
            timers.push(.limit(launch.key), at: now.uptime + Self.questionLimit)
        } catch let error as LaunchError {
            finish(index, .failed, reason: error.message)
        } catch let error as ValueError {
            finish(index, .failed, reason: error.message)
        } catch {
            finish(index, .failed, reason: "\(error)")
        }
        return true
    }

    /// The process of an earlier attempt still lives: end it before another one starts.
    func clear(_ index: Int, _ identity: ProcessIdentity) -> Bool {
        let attempt = status(index).lastBody?.number ?? 0
        let key = ProcessKey(step: index, role: .body, attempt: attempt)
        if !work[index].isUp {
            guard world.runner.adopt(identity, as: key) else { return false }
        }
        work[index].isUp = false
        work[index].phase = .clearing
        world.runner.terminate(key, grace: options.grace)
        return true
    }

    /// Fetches the next secret that is not known yet.
    func fetchSecret(_ index: Int, _ step: Step) -> Bool {
        let scope = runbook.scopes[step.scope]
        for (position, secret) in scope.secrets.enumerated() {
            guard step.secrets.contains(secret.name), values.secret(secret.name, scope: step.scope) == nil else {
                continue
            }
            do {
                switch secret.origin {
                case .environment(let name):
                    guard let value = builder.hostVariable(name) else {
                        throw ValueError("secret `\(secret.name)`: the environment has no \(name)")
                    }
                    try values.setSecret(value, name: secret.name, scope: step.scope)
                case .file(let path):
                    let bytes = try readSecret(path, secret.name, directory: scope.directory)
                    try values.setSecret(Self.secretText(bytes), name: secret.name, scope: step.scope)
                case .command(let command):
                    return ask(index, .secret(position), command.display)
                }
            } catch {
                finish(index, .failed, reason: (error as? ValueError)?.message ?? "\(error)")
                return true
            }
        }
        return false
    }

    private func readSecret(_ path: Template, _ name: String, directory: String) throws(ValueError) -> [UInt8] {
        let text = try values.resolve(path)
        let full = text.hasPrefix("/") ? text : directory + "/" + text
        do {
            guard let bytes = try world.files.read(full, limit: 1 << 20) else {
                throw ValueError("secret `\(name)`: there is no file \(full)")
            }
            return bytes
        } catch let error as FileError {
            throw ValueError("secret `\(name)`: \(error.message)")
        } catch let error as ValueError {
            throw error
        } catch {
            throw ValueError("secret `\(name)`: \(error)")
        }
    }

    static func secretText(_ bytes: [UInt8]) -> String {
        var bytes = bytes[...]
        if bytes.last == 0x0A { bytes.removeLast() }
        if bytes.last == 0x0D { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A question (`when`, `check`, a secret's command) was answered.
    func questionEnded(_ index: Int, _ role: Role, _ exit: Exit) {
        guard work[index].phase == .asking(role) else { return }
        work[index].phase = .idle
        if work[index].isInterrupted { return finish(index, .interrupted, reason: "interrupted") }
        if let reason = work[index].endReason {
            work[index].endReason = nil
            return finish(index, .failed, reason: reason)
        }
        switch role {
        case .when: whenEnded(index, exit)
        case .check: checkEnded(index, exit)
        case .secret(let position): secretEnded(index, position, exit)
        case .body, .undo, .gate: break
        }
    }

    private func whenEnded(_ index: Int, _ exit: Exit) {
        switch exit {
        case .status(0):
            work[index].stage = .confirm
            proceed(index)
        case .status(126), .status(127), .signal, .unknown:
            finish(index, .failed, exit: exit, reason: "when: the command could not be run (\(exit))")
        case .status:
            finish(index, .skipped, reason: "not applicable: when (\(exit))")
        }
    }

    private func checkEnded(_ index: Int, _ exit: Exit) {
        guard exit.isSuccess, hasOutputs(index) else {
            if work[index].isSettling { return settleByGates(index) }
            work[index].stage = .clear
            return proceed(index)
        }
        release(index)
        startGating(index, .satisfied, from: now.uptime)
    }

    /// Every declared output is known from an earlier attempt, or was left behind by it.
    func hasOutputs(_ index: Int) -> Bool {
        let step = runbook.steps[index]
        guard !step.outputs.isEmpty else { return true }
        let known = Set(status(index).outputs.map(\.name))
        if step.outputs.allSatisfy({ known.contains($0.name) }) { return true }
        return (try? readOutputs(index)) != nil
    }

    private func secretEnded(_ index: Int, _ position: Int, _ exit: Exit) {
        let step = runbook.steps[index]
        let secret = runbook.scopes[step.scope].secrets[position]
        let output = world.runner.takeCapture(ProcessKey(step: index, role: .secret(position), attempt: 0))
        guard exit.isSuccess else {
            return finish(index, .failed, reason: "secret `\(secret.name)`: its command failed (\(exit))")
        }
        do { try values.setSecret(Self.secretText(output), name: secret.name, scope: step.scope) } catch {
            return finish(index, .failed, reason: error.message)
        }
        proceed(index)
    }
}
