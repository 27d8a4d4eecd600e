import Execution
import Model

extension SimulatedHost {
    /// A process comes into being.
    func spawn(_ launch: Launch, holdsPool: String?, hearing: Process.Hearing) -> Process {
        let step = runbook.steps[launch.key.step]
        let execution = executions["\(step.id)/\(launch.key.role.word)", default: 0] + 1
        executions["\(step.id)/\(launch.key.role.word)"] = execution
        var program: Program
        switch launch.key.role {
        case .body:
            program = .body(step, attempt: launch.key.attempt, execution: execution, seed: seed, faults: faults)
        case .undo: program = .undo(step, execution: execution, seed: seed, faults: faults)
        default: program = .question(launch.key, step, execution: execution, seed: seed, faults: faults)
        }
        var held = SeededRandom(seed, "held", step.id + launch.key.role.word, number: execution)
        program.isHeld = held.chance(faults.held)
        if let given = programs[step.id] { program = given }
        var logPath: String?
        if case .log(let path) = launch.output {
            logPath = path
            files[path, default: []] += (program.printed ?? Array("output\n".utf8)) + leaked(launch, step)
        }
        let identity = ProcessIdentity(pid: newPid(), startTime: uptime, bootID: bootID)
        let process = Process(
            serial: nextSerial, identity: identity, step: step.id, role: launch.key.role,
            attempt: launch.key.attempt, token: Self.value("RUNBOOK_TOKEN", launch) ?? "", script: launch.script,
            inputs: launch.environment.filter { !$0.hasPrefix("RUNBOOK_") && !isSecret($0, step) }, logPath: logPath,
            outputsPath: Self.value("RUNBOOK_OUTPUT", launch), isService: step.isService && launch.key.role == .body,
            holdsPool: holdsPool, isListenedTo: launch.output.isCapture, leaks: step.secrets.contains("KEY"),
            program: program,
            leavesNote: !(step.isInteractive && launch.key.role == .body),
            watcher: Process.Watcher(executor: executor, key: launch.key, isOurs: true, hearing: hearing))
        nextSerial += 1
        processes[process.serial] = process
        living.append(process.serial)
        plan(process)
        return process
    }

    private func plan(_ process: Process) {
        let program = process.program
        if program.handedOn == nil, case .nothing = program.writing {
        } else {
            schedule(.writes(process.serial), after: program.writesAfter)
        }
        if process.isService {
            products[process.step] = program.worksAfter.map { product(of: process, since: uptime + $0) }
        } else if let work = program.worksAfter {
            schedule(.works(process.serial), after: work)
        }
        if let seconds = program.seconds { schedule(.ends(process.serial), after: seconds) }
    }

    /// A body that sees secrets is careless enough to print them.
    private func leaked(_ launch: Launch, _ step: Step) -> [UInt8] {
        launch.environment.filter { isSecret($0, step) || $0.contains(Self.secretMark) }.flatMap {
            Array("\($0)\n".utf8)
        }
    }

    func leak(_ process: Process) -> [UInt8] { Array("bye \(Self.secretMark)-fetched\n".utf8) }

    /// What every secret of the simulation begins with.
    static let secretMark = "s3cr3t"

    private func isSecret(_ variable: String, _ step: Step) -> Bool {
        step.secrets.contains { variable.hasPrefix($0 + "=") }
    }

    static func value(_ name: String, _ launch: Launch) -> String? {
        launch.environment.first { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) }
    }

    func find(_ identity: ProcessIdentity) -> Process? {
        living.lazy.compactMap { self.processes[$0] }.first { $0.identity.isSame(as: identity) }
    }

    func watched(_ key: ProcessKey) -> Process? {
        living.lazy.compactMap { self.processes[$0] }.first {
            $0.watcher?.executor == self.executor && $0.watcher?.key == key
        }
    }

    /// TERM to the process, and KILL after `grace` seconds.
    func terminate(_ process: Process, grace: Double) {
        tell("TERM \(process.step) \(process.role.word) \(process.attempt)")
        processes[process.serial]?.isEnding = true
        if !process.program.ignoresTerm { schedule(.terminates(process.serial), after: process.program.termSeconds) }
        schedule(.kill(process.serial, executor: executor), after: grace)
        schedule(.givesUp(process.serial, executor: executor), after: grace + 3)
    }

    /// KILL to the process.
    func kill(_ process: Process) {
        tell("KILL \(process.step) \(process.role.word) \(process.attempt)")
        schedule(.kill(process.serial, executor: executor), after: 0.001)
        schedule(.givesUp(process.serial, executor: executor), after: 3.001)
    }

    /// What did not end is told to the executor that wanted it ended, which hears nothing more of it.
    func giveUp(_ serial: Int) {
        guard let process = processes[serial], process.isAlive, let watcher = process.watcher,
            watcher.executor == executor, isExecutorAlive
        else { return }
        tell("pid \(process.identity.pid) does not end")
        announce(serial)
        processes[serial]?.watcher = nil
        mailbox.append(
            .unstopped(watcher.key, [Remnant(pid: process.identity.pid, program: "sim", hold: .owner("root"))]))
    }

    // MARK: - What processes do

    func writeOutputs(_ serial: Int) {
        guard let process = processes[serial], process.isAlive, let path = process.outputsPath else { return }
        files[path] = process.program.handedOn ?? outputs(of: process)
    }

    private func outputs(of process: Process) -> [UInt8] {
        guard let step = runbook.index[process.step].map({ runbook.steps[$0] }) else { return [] }
        switch process.program.writing {
        case .nothing: return []
        case .garbled: return Array("what is this\n".utf8)
        case .incomplete, .right:
            var text = ""
            let isIncomplete = if case .incomplete = process.program.writing { true } else { false }
            for output in isIncomplete ? step.outputs.dropFirst() : step.outputs[...] {
                text +=
                    "\(output.name)=\(Self.outputValue(output, of: process, isFresh: step.tags.contains("fresh")))\n"
            }
            return Array(text.utf8)
        }
    }

    /// The value follows from what the body works on, and for `fresh` steps from the attempt as well.
    static func outputValue(_ output: OutputSpec, of process: Process, isFresh: Bool) -> String {
        var random = SeededRandom(0, process.step, output.name, process.script, process.inputs.joined(separator: ";"))
        let value = String(random.next() % 100_000) + (isFresh ? "-\(process.attempt)" : "")
        return output.isSecret ? "\(secretMark)-\(process.step)-\(value)" : value
    }

    func work(_ serial: Int) {
        guard let process = processes[serial], process.isAlive else { return }
        if process.role == .undo {
            products[process.step] = nil
        } else if process.role == .body {
            products[process.step] = product(of: process, since: uptime)
        }
    }

    private func product(of process: Process, since time: Double) -> Product {
        Product(
            script: process.script, inputs: process.inputs, since: time,
            service: process.isService ? process.serial : nil)
    }

    func endsByItself(_ serial: Int) {
        guard let process = processes[serial], process.isAlive, process.program.seconds != nil else { return }
        end(serial, process.isBody ? process.program.exit : answer(process), leavesNote: true)
    }

    /// The exit status of a question, decided by how the world is now.
    private func answer(_ process: Process) -> Exit {
        guard process.program.exit == .status(0), programs[process.step] == nil else { return process.program.exit }
        switch process.role {
        case .when: return inapplicable.contains(process.step) ? .status(1) : .status(0)
        case .check: return checkHolds(process.step) ? .status(0) : .status(1)
        case .gate(let gate): return gateHolds(process.step, gate) ? .status(0) : .status(1)
        default: return .status(0)
        }
    }

    /// A careless body may leave something behind that prints its secret a little later.
    private func leaveWriter(behind process: Process) {
        var random = SeededRandom(seed, "late", process.step, number: process.serial)
        guard process.isBody, !process.isService, process.leaks, process.logPath != nil, isExecutorAlive,
            process.watcher?.executor == executor, random.chance(40)
        else { return }
        lateWriters[process.serial] = process.identity
        schedule(.writesLate(process.serial, executor: executor), after: random.skewed(0.001, 1.5))
    }

    func hearsTerm(_ serial: Int) {
        guard let process = processes[serial], process.isAlive, !process.program.isHeld else { return }
        end(serial, process.program.exitsOnTerm ? .status(143) : .signal(15), leavesNote: process.program.exitsOnTerm)
    }

    /// A process is gone. A shell body leaves its status behind, unless it was killed.
    func end(_ serial: Int, _ exit: Exit, leavesNote: Bool, isHeard: Bool = true) {
        guard let process = processes[serial], process.isAlive else { return }
        processes[serial]?.isAlive = false
        processes[serial]?.exit = exit
        processes[serial]?.endedAt = uptime
        living.removeAll { $0 == serial }
        tell("end \(process.step) \(process.role.word) \(process.attempt) pid \(process.identity.pid): \(exit)")
        // KILL goes to the whole session.
        if exit != .signal(9) { leaveWriter(behind: process) }
        if process.isService, let path = process.logPath, process.leaks { files[path, default: []] += leak(process) }
        if leavesNote, process.isBody, process.leavesNote, case .status(let status) = exit {
            notes.append(ExitNote(step: process.step, attempt: process.attempt, status: status))
        }
        if products[process.step]?.service == serial { products[process.step] = nil }
        if isHeard { tellEnd(serial) }
    }

    /// The executor that watches a process hears that it has ended.
    private func tellEnd(_ serial: Int) {
        guard let process = processes[serial], let exit = process.exit, let watcher = process.watcher,
            watcher.executor == executor, isExecutorAlive
        else { return }
        switch watcher.hearing {
        case .later: break
        case .now:
            if process.isListenedTo {
                mailbox.append(.answered(watcher.key, exit, capture(process, exit) ?? Capture()))
            } else {
                mailbox.append(.ended(watcher.key, watcher.isOurs ? exit : note(process.step, process.attempt)))
            }
        }
    }

    private func capture(_ process: Process, _ exit: Exit) -> Capture? {
        if exit == .status(127) { return Capture(error: Array("not found\n".utf8)) }
        if let printed = process.program.printed { return Capture(printed) }
        guard case .secret = process.role else { return nil }
        return Capture(Array("\(Self.secretMark)-fetched\n".utf8))
    }

    /// What a body left behind of how it ended.
    func note(_ step: String, _ attempt: Int) -> Exit {
        notes.last { $0.step == step && $0.attempt == attempt }.map { .status($0.status) } ?? .unknown
    }

    /// The executor that started a process is told that it is there, and how it ended should it have done so since.
    func announce(_ serial: Int) {
        guard let process = processes[serial], let watcher = process.watcher, watcher.executor == executor,
            case .later = watcher.hearing
        else { return }
        processes[serial]?.watcher?.hearing = .now
        mailbox.append(.started(watcher.key, Handle(process.identity, on: SimulatedMachine.name)))
        if !process.isAlive { tellEnd(serial) }
    }
}

extension Launch.Output {
    fileprivate var isCapture: Bool { if case .capture = self { true } else { false } }
}
