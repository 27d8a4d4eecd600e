package import DAG
package import Model

/// Puts together what one executor's turn at a run needs: what is up, what is planned, and the engine that carries it
/// out.
///
/// The program and the simulation use the same one, so that what is simulated is what runs.
package struct SessionAssembly {
    package let runbook: Runbook
    package let kind: Session.Kind
    package let inbox: any Inbox
    package let machine: any Machine
    package let prober: any GateProber
    package let files: any RunFiles
    package let values: Values
    package let builder: LaunchBuilder

    package init(
        runbook: Runbook, kind: Session.Kind, inbox: any Inbox, machine: any Machine, prober: any GateProber,
        files: any RunFiles, values: Values, builder: LaunchBuilder
    ) {
        self.runbook = runbook
        self.kind = kind
        self.inbox = inbox
        self.machine = machine
        self.prober = prober
        self.files = files
        self.values = values
        self.builder = builder
    }

    /// The order of this session: reversed for `down`.
    package var graph: Graph { kind == .down ? runbook.graph.reversed() : runbook.graph }

    /// Remaining critical path by step, in seconds.
    package func priorities(_ weights: Weights) -> [Double] {
        kind == .down
            ? CriticalPath(graph: graph, durations: weights.durations).remaining : weights.critical.remaining
    }

    private var gateScheduler: GateScheduler {
        GateScheduler(runbook: runbook, prober: prober, machine: machine, builder: builder, values: values)
    }

    // MARK: - Planning

    /// Looks at everything that counts as done.
    package func verify(_ state: RunState) -> Verifier.Findings {
        Verifier(
            runbook: runbook, inbox: inbox, machine: machine, gateScheduler: gateScheduler, builder: builder,
            files: files
        )
        .verify(state)
    }

    /// What `down` does with each step.
    ///
    /// - Parameter removed: steps that only earlier versions of the runbook had.
    package func planDown(
        _ state: RunState, selected: [Bool], assumeDone: Bool, removed: Set<String>
    ) throws(PlanningError) -> Plan {
        try DownPlanner.plan(
            runbook: runbook, state: state, selected: selected, assumeDone: assumeDone, removed: removed)
    }

    /// What is done with each step, by what was found of those that count as done.
    ///
    /// - Parameter now: seconds since 1970, for accounts of how long ago something was.
    package func plan(
        _ state: RunState, _ findings: Verifier.Findings, selected: [Bool], assumeDone: Bool, now: Double
    ) throws(PlanningError) -> Plan {
        let fingerprinter = Fingerprinter(runbook: runbook, values: values)
        let questions = Planner.Questions(
            remains: { findings.remains[$0] ?? .gone },
            fingerprint: { (step: Int) throws(ValueError) -> Fingerprint? in try fingerprinter.fingerprint(step) })
        var planner = Planner(
            runbook: runbook, state: state, verdicts: findings.verdicts, questions: questions, now: now)
        return try planner.plan(selected: selected, assumeDone: assumeDone)
    }

    // MARK: - Carrying out

    /// The engine that carries the plan out.
    package func engine(
        _ plan: Plan, state: RunState, weights: Weights, options: Engine.Options, journal: any JournalWriter,
        observers: [any Observer]
    ) -> Engine {
        Engine(
            runbook: runbook, graph: graph, plan: plan, state: state, priorities: priorities(weights),
            options: options,
            world: Engine.World(
                inbox: inbox, machine: machine, prober: prober, files: files, journal: journal, observers: observers),
            values: values, builder: builder, gateScheduler: gateScheduler)
    }
}
