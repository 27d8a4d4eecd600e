import CPlatform
package import Execution
import Glibc
import Threads

/// This machine: its processes, and the files of attempts made on it.
///
/// Processes are made by a thread of their own, for the kernel takes its time; whatever reads or writes files, or looks
/// through all processes, is done by some other threads. Who ended is heard on the reactor's thread, where everything
/// else of this type belongs.
package final class LocalMachine: Machine {
    package static let name = "local"

    /// A start under way.
    private struct Starting {
        var launch: Launch
        var loan: TerminalLoan?
        /// It is to be ended as soon as it is there, and gets KILL at this time (seconds of uptime).
        var killAt: Double?
    }

    /// What other threads, or calls, have for the reactor's thread.
    private enum News: Sendable {
        case made(ProcessKey, Swift.Result<ProcessSpawner.Spawned, LaunchError>)
        case answer(Occurrence)
    }

    private let reactor: Reactor
    /// What is asked about processes of this machine that no attempt is asked about.
    package let runner: ProcessRunner
    private let folder: RunFolder?
    private let spawner: Lane<ProcessSpawner>
    private let workers: [Lane<Void>]
    private let news: Handover<News>
    private var starting: [ProcessKey: Starting] = [:]
    /// What was adopted, and has not ended.
    private var adopted: [ProcessKey: AttemptReference] = [:]

    /// - Parameter folder: where attempts tell how they ended; nil: none does.
    package init(reactor: Reactor, folder: RunFolder?) throws(LaunchError) {
        self.reactor = reactor
        self.folder = folder
        news = try Handover()
        spawner = try Lane(named: "rb-spawn", tools: { ProcessSpawner() }, rests: { $0.forgetPrograms() })
        var workers: [Lane<Void>] = []
        for _ in 0..<Self.workerCount { workers.append(try Lane(named: "rb-files", tools: {})) }
        self.workers = workers
        runner = ProcessRunner(reactor: reactor)
        let error = reactor.watch(news.event, tag: ChildTag.handedOver)
        guard error == 0 else { throw LaunchFailure.descriptor(error, for: "waiting for events") }
        reactor.client = self
    }

    /// So that one file on a disk that hangs does not hold up all the others.
    private static let workerCount = 2

    deinit {
        reactor.unwatch(news.event)
        for case .made(_, .success(let spawned)) in news.take() {
            for descriptor in [spawned.pidfd, spawned.reader ?? -1, spawned.errorReader ?? -1] where descriptor >= 0 {
                close(descriptor)
            }
        }
    }

    package var name: String { Self.name }

    // MARK: Starting

    package func start(_ launch: Launch) {
        let key = launch.key
        guard runner.index[key] == nil, starting[key] == nil else {
            let error = LaunchError(message: "the process of this attempt is still running", isTemporary: false)
            return tell(.notStarted(key, error))
        }
        let loan = launch.output == .terminal ? TerminalLoan(reactor) : nil
        starting[key] = Starting(launch: launch, loan: loan)
        runner.making += 1
        let leftovers = runner.leftovers(of: key)
        let terminal = loan?.descriptor ?? -1
        spawner.add { [news] spawner in
            news.put(.made(key, Self.make(launch, terminal: terminal, leftovers, spawner)))
        }
    }

    private static func make(
        _ launch: Launch, terminal: Int32, _ leftovers: [Leftover], _ spawner: ProcessSpawner
    ) -> Swift.Result<ProcessSpawner.Spawned, LaunchError> {
        do throws(LaunchError) {
            for leftover in leftovers { try leftover.clear() }
            if let outputs = launch.outputs {
                do { try RunFolder.makePrivate(outputs) } catch {
                    throw LaunchError(message: error.message, isTemporary: false)
                }
            }
            return .success(try spawner.spawn(launch, terminal: terminal))
        } catch {
            return .failure(error)
        }
    }

    private func isMade(
        _ key: ProcessKey, _ outcome: Swift.Result<ProcessSpawner.Spawned, LaunchError>, _ found: inout [Occurrence]
    ) {
        guard let start = starting.removeValue(forKey: key) else { return }
        runner.making -= 1
        do throws(LaunchError) {
            let spawned: ProcessSpawner.Spawned
            switch outcome {
            case .success(let made): spawned = made
            case .failure(let error):
                start.loan?.takeBack()
                throw error
            }
            // A child keeps its pid until it is reaped, and the descriptor says that it has ended also where it did so
            // long ago: nothing is missed.
            let identity = try runner.watch(spawned, of: start.launch, start.loan)
            found.append(.started(key, Handle(identity, on: name)))
            guard let killAt = start.killAt else { return }
            let grace = killAt - platform_uptime()
            if grace > 0 { runner.terminate(key, grace: grace) } else { runner.kill(key) }
        } catch {
            found.append(.notStarted(key, error))
        }
    }

    // MARK: Ending

    package func stop(_ key: ProcessKey, grace: Double) {
        let killAt = platform_uptime() + max(0, grace)
        if let start = starting[key] {
            starting[key]?.killAt = min(start.killAt ?? killAt, killAt)
            return
        }
        runner.terminate(key, grace: grace)
    }

    package func kill(_ key: ProcessKey) {
        guard starting[key] == nil else {
            starting[key]?.killAt = 0
            return
        }
        runner.kill(key)
    }

    /// Waits until everything that is being started or ended is there or gone: at most the longest grace still running
    /// and a little.
    ///
    /// To be called before the program exits. Another Ctrl-C meanwhile kills what is left.
    package func settle() {
        let limit = platform_uptime() + Ending.patience
        while !starting.isEmpty, platform_uptime() < limit { _ = reactor.wait(until: platform_uptime() + 0.05) }
        runner.settle()
    }

    /// Waits until all that was asked about files is done, for some seconds at most: what has no answer, as removing a
    /// file of outputs has none, would be lost with the program.
    package func finishFiles() {
        let open = Monitor(workers.count)
        for worker in workers { worker.add { _ in open.change { $0 -= 1 } } }
        _ = open.wait(within: Ending.patience) { $0 == 0 ? true : nil }
    }

    // MARK: Attempts of earlier executors

    package func examine(_ attempt: AttemptReference) {
        let (search, folder) = (runner.search, folder)
        work(attempt) { .found(attempt, Remains(of: attempt, search, folder)) }
    }

    package func adopt(_ handle: Handle, of attempt: AttemptReference, as key: ProcessKey) {
        guard handle.machine == name, let identity = handle.process, starting[key] == nil,
            runner.adopt(identity, token: attempt.lease, as: key)
        else { return tell(.lost(key)) }
        adopted[key] = attempt
        tell(.adopted(key))
    }

    /// What was listened to comes with its end, and how an adopted process ended is what it told itself.
    private func complete(_ occurrence: Occurrence) -> Occurrence? {
        switch occurrence {
        case .ended(let key, let exit):
            let attempt = adopted.removeValue(forKey: key)
            if let capture = runner.captures.removeValue(forKey: key) { return .answered(key, exit, capture) }
            guard exit == .unknown, let attempt, let folder else { return occurrence }
            work(attempt) { .ended(key, folder.exit(of: attempt) ?? .unknown) }
            return nil
        case .unstopped(let key, _):
            adopted[key] = nil
            return occurrence
        default: return occurrence
        }
    }

    // MARK: Threads

    /// Has the answer worked out on another thread, in order for each step.
    private func work(_ attempt: AttemptReference, _ answer: @escaping @Sendable () -> Occurrence?) {
        work(UInt(bitPattern: attempt.step.hashValue), answer)
    }

    private func work(_ lane: UInt, _ answer: @escaping @Sendable () -> Occurrence?) {
        workers[Int(lane % UInt(workers.count))].add { [mailbox = reactor.mailbox] _ in
            if let answer = answer() { mailbox.post(answer) }
        }
    }

    /// Answers at the next turn of the loop, and before anything that happens later.
    private func tell(_ occurrence: Occurrence) { news.put(.answer(occurrence)) }

    private func takeNews(_ found: inout [Occurrence]) {
        for news in news.take() {
            switch news {
            case .made(let key, let outcome): isMade(key, outcome, &found)
            case .answer(let answer): found.append(answer)
            }
        }
    }
}

// MARK: - Files

extension LocalMachine {
    package func collect(_ attempt: AttemptReference, _ wanted: Wanted) {
        work(attempt) { .collected(attempt, Collected(wanted, of: attempt)) }
    }

    package func scrub(_ attempt: AttemptReference, secrets: Redactor) {
        guard let log = attempt.log else { return tell(.scrubbed(attempt, Scrubbed(isWrittenTo: false))) }
        let search = runner.search
        work(attempt) {
            // First, so that nothing is written between the scrubbing and the look.
            let isWrittenTo = attempt.handle?.process.map { search.lingers($0, log: log) } ?? false
            do throws(FileError) {
                try Scrubber(secrets.matcher).scrub(log)
                return .scrubbed(attempt, Scrubbed(isWrittenTo: isWrittenTo))
            } catch {
                return .scrubbed(attempt, Scrubbed(isWrittenTo: isWrittenTo, error: error))
            }
        }
    }

    package func discard(_ attempt: AttemptReference) {
        work(attempt) {
            RunFolder.remove(attempt.outputs)
            return nil
        }
    }

    package func write(_ request: FileRequest, as key: ProcessKey) {
        work(key.step.magnitude) {
            .wrote(key, Self.result { () throws(FileError) in try FileWriter(request).write() })
        }
    }

    package func look(at place: FilePlace, comparedTo request: FileRequest?, as key: ProcessKey) {
        work(key.step.magnitude) {
            .looked(
                key,
                Self.result { () throws(FileError) in
                    let (found, missing) = try FileKeeper.look(place)
                    let isAsRequested = request.map { (try? FileWriter($0).matches()) ?? false }
                    return LookedFile(found, missing: missing, isAsRequested: isAsRequested)
                })
        }
    }

    package func replace(_ place: FilePlace, with file: FoundFile, folders: Set<String>, as key: ProcessKey) {
        work(key.step.magnitude) {
            .replaced(
                key,
                Self.result { () throws(FileError) in
                    try FileKeeper.replace(place, with: file, folders: folders)
                })
        }
    }

    private static func result<Value>(
        _ work: () throws(FileError) -> Value
    ) -> Swift.Result<Value, FileError> {
        do { return .success(try work()) } catch { return .failure(error) }
    }
}

// MARK: - The reactor's client

extension LocalMachine: ReactorClient {
    var deadline: Double? { runner.deadline }

    func ready(_ tag: UInt64, _ found: inout [Occurrence]) {
        takeNews(&found)
        guard tag != ChildTag.handedOver else { return }
        pass(&found) { runner.ready(tag, &$0) }
    }

    func tick(now: Double, _ found: inout [Occurrence]) {
        takeNews(&found)
        pass(&found) { runner.tick(now: now, &$0) }
    }

    private func pass(_ found: inout [Occurrence], _ hear: (inout [Occurrence]) -> Void) {
        var heard: [Occurrence] = []
        hear(&heard)
        found += heard.compactMap(complete)
    }
}
