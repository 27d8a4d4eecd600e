import Execution
import Model

/// The simulated host as an executor's machine: each request is carried out after a while, and answered after another.
///
/// What is asked about one step is answered in the order in which it was asked; all else may overtake.
final class SimulatedMachine: Machine {
    static let name = "local"

    /// A start that is not answered yet.
    private enum Starting {
        case wanted
        /// It is to be ended once it is there, and gets KILL at this time (seconds of uptime).
        case unwanted(killAt: Double)
    }

    let host: SimulatedHost
    let crash: CrashSwitch
    let checker: InvariantChecker
    private var requests: [Int: () -> Void] = [:]
    private var count = 0
    /// When the last request about each step is answered.
    private var busyUntil: [String: Double] = [:]
    private var starting: [ProcessKey: Starting] = [:]

    init(host: SimulatedHost, crash: CrashSwitch, checker: InvariantChecker) {
        self.host = host
        self.crash = crash
        self.checker = checker
        host.whenDue = { [unowned self] in requests.removeValue(forKey: $0)?() }
    }

    var name: String { Self.name }

    static let gone = LaunchError(message: "the executor is gone", isTemporary: false)

    // MARK: - Requests

    /// Does something after a while, unless the executor is dead by then.
    ///
    /// - Parameter late: the answer that a dead executor gets, so that it comes to its end.
    private func request(_ step: String, after most: Double, late: Occurrence?, _ work: @escaping () -> Void) {
        count += 1
        let number = count
        if let late { host.unanswered[number] = late }
        guard !crash.isThrown else { return }
        var random = SeededRandom(host.seed, "machine", step, number: host.executor &* 8191 &+ number)
        let due = max(busyUntil[step] ?? 0, host.uptime) + random.skewed(0.0001, most)
        busyUntil[step] = due
        requests[number] = { [unowned self] in
            guard !crash.isThrown else { return }
            host.unanswered[number] = nil
            work()
        }
        host.schedule(.isDue(request: number, executor: host.executor), after: due - host.uptime)
    }

    /// Carries something out, and answers a moment later: in between the executor may die.
    func ask(
        _ step: String, after most: Double = 0.01, late: Occurrence, _ work: @escaping () -> Occurrence?
    ) {
        request(step, after: most, late: late) { [unowned self] in
            guard let answer = work(), !crash.isThrown else { return keep(late) }
            request(step, after: 0.005, late: late) { [unowned self] in host.mailbox.append(answer) }
        }
    }

    /// Carries out what has no answer.
    func carryOut(_ step: String, _ work: @escaping () -> Void) { request(step, after: 0.01, late: nil, work) }

    private func keep(_ late: Occurrence) {
        count += 1
        host.unanswered[count] = late
    }

    func step(_ key: ProcessKey) -> Step { host.runbook.steps[key.step] }

    // MARK: - Processes

    func start(_ launch: Launch) {
        let key = launch.key
        let step = step(key)
        let late = Occurrence.notStarted(key, Self.gone)
        guard starting[key] == nil, host.watched(key) == nil else {
            let error = LaunchError(message: "the process of this attempt is still running", isTemporary: false)
            return ask(step.id, late: late) { .notStarted(key, error) }
        }
        checker.requests(key)
        starting[key] = .wanted
        request(step.id, after: 0.005, late: late) { [unowned self] in
            switch make(launch, step) {
            case .success(let process)?: announceLater(process, key, late)
            case .failure(let error)?:
                starting[key] = nil
                ask(step.id, late: late) { .notStarted(key, error) }
            case nil: keep(late)
            }
        }
    }

    /// Nil where the executor dies of it.
    private func make(_ launch: Launch, _ step: Step) -> Swift.Result<Process, LaunchError>? {
        let name = "\(step.id) \(launch.key.role.word) \(launch.key.attempt)"
        if crash.passes("before starting \(name)", host) { return nil }
        checker.starts(launch)
        if crash.isThrown { return nil }
        if let path = launch.outputs, host.files[path] == nil { host.files[path] = [] }
        if let program = launch.interpreter.arguments.first, host.absent.contains(program) {
            return .failure(LaunchError(message: "interpreter \(program) not found", isTemporary: false))
        }
        let faults = LaunchFaults(machine: host, checker: checker)
        if let error = faults.refusal(launch, step) { return .failure(error) }
        let process = host.spawn(launch, holdsPool: step.pool, hearing: .later)
        if let error = faults.death(process, launch, step) { return .failure(error) }
        host.tell("start \(name) pid \(process.identity.pid)")
        checker.started(process)
        return crash.passes("after starting \(name)", host) ? nil : .success(process)
    }

    private func announceLater(_ process: Process, _ key: ProcessKey, _ late: Occurrence) {
        request(process.step, after: 0.002, late: late) { [unowned self] in
            let start = starting.removeValue(forKey: key)
            host.announce(process.serial)
            guard case .unwanted(let killAt)? = start, let now = host.watched(key) else { return }
            host.terminate(now, grace: max(0, killAt - host.uptime))
        }
    }

    func examine(_ attempt: AttemptReference) {
        ask(attempt.step, late: .found(attempt, .unreachable)) { [unowned self] in .found(attempt, remains(attempt)) }
    }

    private func remains(_ attempt: AttemptReference) -> Remains {
        let identity =
            attempt.handle?.process
            ?? host.living.lazy.compactMap { [host] in host.processes[$0] }
            .first { $0.token == attempt.token }?.identity
        if let identity, host.find(identity) != nil { return .running(Handle(identity, on: name)) }
        if case .status(let status) = host.note(attempt.step, attempt.attempt) { return .ended(.status(status)) }
        guard attempt.handle == nil, attempt.incarnation == host.bootID, let log = attempt.log else { return .gone }
        return host.files[log] == nil ? .neverStarted : .gone
    }

    func adopt(_ handle: Handle, of attempt: AttemptReference, as key: ProcessKey) {
        request(attempt.step, after: 0.01, late: .lost(key)) { [unowned self] in
            guard starting[key] == nil, handle.machine == name, let identity = handle.process,
                let process = host.find(identity), host.watched(key) == nil
            else { return host.mailbox.append(.lost(key)) }
            host.tell("adopt \(process.step) \(process.role.word) \(process.attempt) pid \(identity.pid)")
            checker.adopts(process, as: key)
            host.processes[process.serial]?.watcher = Process.Watcher(
                executor: host.executor, key: key, isOurs: false, hearing: .now)
            // Told at once: its end may come at any time from here on.
            host.mailbox.append(.adopted(key))
        }
    }

    func stop(_ key: ProcessKey, grace: Double) {
        guard !crash.isThrown else { return }
        let killAt = host.uptime + max(0, grace)
        switch starting[key] {
        case .wanted: starting[key] = .unwanted(killAt: killAt)
        case .unwanted(let earlier): starting[key] = .unwanted(killAt: min(earlier, killAt))
        case nil: if let process = host.watched(key) { host.terminate(process, grace: max(0, grace)) }
        }
    }

    func kill(_ key: ProcessKey) {
        guard !crash.isThrown else { return }
        guard starting[key] == nil else {
            starting[key] = .unwanted(killAt: 0)
            return
        }
        if let process = host.watched(key) { host.kill(process) }
    }
}
