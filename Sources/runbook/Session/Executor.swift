import Checkpoints
import DAG
import Execution
import Gates
import Glibc
import Model
import Processes
import Steps
import Terminal

/// Wires every target together for one session of a run: plans it, carries it out, and says how it went.
final class Executor {
    let runbook: Runbook
    /// What the runbook was loaded from.
    let sources: [SourceFile]
    /// Steps of it that only earlier versions had.
    let removed: Set<String>
    let stateFolder: OpenStateFolder
    let run: Int
    let kind: Session.Kind
    let loading: Loading
    let arguments: ExecutionArguments
    let console = Console.standard

    private(set) var state: RunState
    /// What was found of services that went on in another process.
    private var found: [Event] = []
    private let seq: Int
    private let reactor: Reactor
    private let machine: LocalMachine
    private let prober: NetworkProber
    private let files: RunFolder
    private let values: Values
    private let builder: LaunchBuilder
    private let weights: Weights
    private let redactor = Redactor.forDisplay()

    init(
        runbook: Runbook, sources: [SourceFile], removed: Set<String> = [], stateFolder: OpenStateFolder, run: Int,
        kind: Session.Kind, loading: Loading, arguments: ExecutionArguments
    ) throws {
        self.runbook = runbook
        self.sources = sources
        self.removed = removed
        self.stateFolder = stateFolder
        self.run = run
        self.kind = kind
        self.loading = loading
        self.arguments = arguments
        (state, seq) = try stateFolder.store.takeUp(run)
        let reactor = try Reactor()
        self.reactor = reactor
        prober = NetworkProber(stranger: Listeners.question) { [mailbox = reactor.mailbox] in mailbox.post($0) }
        do { files = try RunFolder(state: stateFolder.folder.path, run: run) } catch {
            throw CommandFailure(
                .database, error.message,
                hint: "mend that (space, permissions, ulimit -n), or name another folder with --state")
        }
        machine = try LocalMachine(reactor: reactor, folder: files)
        let context = ProcessContext.current
        values = Values(box: KeyRing(environment: context.environment), mask: redactor)
        for (step, status) in state.steps { values.set(status, of: step) }
        let host = Host(
            environment: context.environment.map { "\($0.key)=\($0.value)" }.sorted(), run: run,
            stateID: try stateFolder.stateID(of: run), work: stateFolder.folder.work)
        builder = LaunchBuilder(runbook: runbook, host: host, values: values, files: files)
        weights = Weights(runbook: runbook, history: try stateFolder.store.durations(of: runbook.name))
    }

    deinit { prober.close() }

    // MARK: - Planning

    /// Looks at what is up, and decides what happens with every step.
    func plan(_ selection: Selection) throws -> Plan {
        let orphans = try Orphans(state: state, runbook: runbook, runner: machine.runner) {
            [builder] step, role, attempt in
            builder.token(step: step, role: role, attempt: attempt)
        }
        try orphans.refuseCopy(stateFolder.folder.path, files)
        try orphans.requireDescriptors()
        found = Daemons.follow(
            &state, runbook: runbook, runner: machine.runner, builder: builder, now: ProcessContext.current.now)
        let selected = try selection.indices(in: runbook)
        try stayInCharge()
        if kind == .down {
            return try assembly.planDown(
                state, selected: selected, assumeDone: selection.assumeDone, removed: removed)
        }
        let findings = verify()
        if findings.isInterrupted { throw CommandFailure.silent(.interrupted) }
        return try assembly.plan(
            state, findings, selected: selected, assumeDone: selection.assumeDone,
            now: ProcessContext.current.now)
    }

    func verify() -> Verifier.Findings { assembly.verify(state) }

    private var assembly: SessionAssembly {
        SessionAssembly(
            runbook: runbook, kind: kind, inbox: reactor, machine: machine, prober: prober, files: files,
            values: values,
            builder: builder)
    }

    /// From now on requests to stop are heard whatever happens, and no reader of the output holds anything up.
    private func stayInCharge() throws {
        try reactor.watchSignals(exit: .process)
        console.detach(folder: stateFolder.folder.path)
    }

    // MARK: - Carrying out

    /// Carries the plan out.
    func carryOut(_ plan: Plan, selection: Selection) throws -> Outcome {
        try requireKey(plan)
        try stayInCharge()
        let view = ProgressView(
            console: console, style: arguments.output, runbook: runbook, plan: plan, redactor: redactor,
            canAnswer: canAsk, command: command, clock: { [reactor] in reactor.now })
        if canAsk { try reactor.watchTerminal() }
        var options = Engine.Options(session: try session())
        options.found = found
        options.jobs = arguments.jobs
        options.failFast = arguments.failFast
        options.approvesAll = arguments.yes
        options.canAsk = canAsk
        options.tick = view.isLive ? 0.1 : nil
        options.isWhole = selection.isEverything
        options.seed = UInt64.random(in: 0...UInt64.max)
        let journal = JournalThread(try RunJournal(stateFolder.store, run: run, after: seq)) {
            [mailbox = reactor.mailbox] in mailbox.post($0)
        }
        defer { journal.close() }
        let engine = assembly.engine(
            plan, state: state, weights: weights, options: options, journal: journal, observers: [view.observer])
        defer { view.close() }
        defer { machine.finishFiles() }
        let outcome: Outcome
        do {
            outcome = try engine.run()
        } catch {
            view.close()
            throw aborted(error, engine, selection)
        }
        state = engine.state
        view.close()
        // A failing step may have shown a secret of an earlier session.
        if outcome != .done { values.openAll() }
        view.summarise(state, outcome: outcome, files: files, goOn: goOn(selection))
        return outcome
    }

    /// This executor's turn, with all that a later one needs to know of its runbooks; their text is stored first.
    private func session() throws -> Session {
        let context = ProcessContext.current
        var session = Session(
            kind: kind, runbook: runbook.name, title: runbook.title,
            paths: loading.paths.map(context.canonical), params: loading.record(of: ownScopes),
            commandLine: context.commandLine, jobs: arguments.jobs, user: context.user,
            pid: getpid(), bootID: machine.runner.bootID, version: Version.text)
        session.values = Loading.values(of: ownScopes).map { "\($0.name)=\($0.param.value)" }
        session.folder = stateFolder.folder.path
        var texts: [Definition] = []
        for source in sources {
            let definition = Definition(digest: Fingerprinter.digest(source.text), text: source.text)
            texts.append(definition)
            session.sources.append(
                Session.Source(
                    path: source.path, canonical: source.canonical, digest: definition.digest, isRoot: source.isRoot))
        }
        try stateFolder.store.keep(texts)
        return session
    }

    /// Those of the runbooks themselves, without those of steps that only earlier versions had.
    private var ownScopes: [Scope] {
        let others = Set(runbook.steps.filter { removed.contains($0.id) }.map(\.scope))
        return runbook.scopes.indices.filter { !others.contains($0) }.map { runbook.scopes[$0] }
    }

    /// A step that came up and is in the runbooks no more is looked after by nobody.
    func warnOfRemoved() {
        let ids = RemovedSteps.find(in: state, runbook: runbook).map(\.id)
            .filter { state[step: $0].process?.process.map(machine.runner.isAlive) ?? false }
        guard !ids.isEmpty else { return }
        console.warn(
            "\(ids.joined(separator: ", ")): still up, and no longer in the runbook; to take it down: "
                + stateFolder.command(for: run).of("down", ids.flatMap { ["--only", $0] }))
    }

    /// What is to be made and sealed in this session needs a key: without one nothing begins. Whether a step with a
    /// condition needs it is not known yet; it makes sure of the key before its own body starts.
    private func requireKey(_ plan: Plan) throws {
        let makes = runbook.steps.indices.filter { index in
            plan.items[index].decision.isRun && runbook.steps[index].outputs.contains(where: \.isSecret)
                && runbook.steps[index].when == nil && runbook.steps[index].check == nil
        }
        guard let first = makes.first else { return }
        do { try values.prepareSealing() } catch {
            throw CommandFailure(
                .failed, error.message,
                hint: "nothing has begun; \(runbook.steps[first].id) makes a secret, which is kept sealed with that key"
            )
        }
    }

    private var canAsk: Bool {
        guard !arguments.yes, isatty(STDIN_FILENO) == 1, arguments.output != .json, arguments.output != .quiet else {
            return false
        }
        return console.outTraits.isTerminal && getpgrp() == tcgetpgrp(STDIN_FILENO)
    }

    /// The journal failed: what was ended, and what to do.
    private func aborted(_ error: JournalError, _ engine: Engine, _ selection: Selection) -> CommandFailure {
        var text = error.message
        for (step, attempt, exit, left) in engine.abandoned {
            text +=
                left.isEmpty
                ? "\n\(step) was ended (\(exit)); its result is not stored" : "\n\(step) \(left.account)"
            if attempt > 0, !exit.isSuccess { files.noteInterrupted(step: step, attempt: attempt) }
        }
        return CommandFailure(.database, text, hint: "mend that, then: \(goOn(selection))")
    }

    private var command: CommandText { stateFolder.command(for: run) }

    /// Goes on with the same steps.
    private func goOn(_ selection: Selection) -> String {
        command.of(kind == .down ? "down" : "resume", selection.words)
    }

    // MARK: - Telling

    func listing(_ plan: Plan) -> PlanListing {
        PlanListing(
            runbook: runbook, graph: assembly.graph, plan: plan,
            durations: weights.durations, jobs: arguments.jobs)
    }

    /// Prints the decisions with their reasons.
    func show(_ plan: Plan) {
        console.print(PlanOutput(listing: listing(plan)).lines(console))
    }
}
