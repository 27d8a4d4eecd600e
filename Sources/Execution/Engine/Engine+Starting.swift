import DAG
import Model

extension Engine {
    /// Applies what the plan has decided already, takes up what was left running, and says what is ready.
    func begin() {
        for (index, item) in items.enumerated() {
            switch item.decision {
            case .run where item.reason.isEmpty: break
            case .leave, .rest: break
            default:
                emit(.planned(step: id(index), decision: item.decision.kind, reason: item.reason))
                if let again = item.again {
                    emit(.planned(step: id(index), decision: .rerun, reason: again))
                    runs.change(index) { $0.attempt.maker = .earlier(.outdated) }
                }
            }
        }
        for index in runs.indices { takeCareOfOutputs(index) }
        scrubAll()
        // First what is under way, so that nothing that is blocked keeps a process from being watched.
        for index in runs.indices {
            switch runs[index].decision {
            case .adopt(let attempt, let handle): adopt(index, attempt: attempt, handle)
            case .resolve(let attempt, let exit): takeUp(index, attempt: attempt, exit: exit)
            default: break
            }
        }
        for index in runs.indices { settleDecision(index) }
        for index in runs.indices where schedule.phase(of: index) == .ready { announce(index) }
        if options.canAsk || !waiting.isEmpty { listen() }
    }

    private func settleDecision(_ index: Int) {
        switch runs[index].decision {
        case .keep: keep(index)
        case .skip:
            if status(index).state != .skipped {
                emit(.finished(step: id(index), Result(state: .skipped, reason: items[index].reason)))
            }
            schedule.complete(index)
        case .leave, .rest: schedule.complete(index)
        case .ask: ask(index, items[index].reason)
        case .recheck, .resumeGates: noteLight(index)
        case .run, .rerun, .undo, .adopt, .resolve: break
        }
    }

    func announce(_ index: Int) {
        if runs[index].decision.isRun, status(index).state != .waiting { emit(.ready(step: id(index))) }
    }

    private func keep(_ index: Int) {
        let status = status(index)
        guard runbook.steps[index].isService, let handle = status.process, schedule.take(index) else {
            schedule.complete(index)
            return
        }
        let key = ProcessKey(step: index, role: .body, attempt: status.lastBody?.number ?? 0)
        change(index) { $0.keeps(key, handle) }
    }

    /// Takes a step up where an earlier executor left it.
    private func inherit(_ index: Int, attempt: Int) {
        slots.takePlace(index)
        let fingerprint = status(index).lastBody?.fingerprint
        runs.change(index) { $0.inherits(number: attempt, fingerprint) }
    }

    private func takeUp(_ index: Int, attempt: Int, exit: Exit) {
        guard schedule.take(index) else { return }
        inherit(index, attempt: attempt)
        change(index) { $0.settles(exit, endedBecause: nil) }
    }

    private func adopt(_ index: Int, attempt: Int, _ handle: Handle) {
        guard schedule.take(index) else { return }
        inherit(index, attempt: attempt)
        let step = runbook.steps[index]
        if !step.isService {
            slots.takeSlot(index)
            if step.isInteractive { slots.takeTerminal(index) }
        }
        let key = ProcessKey(step: index, role: .body, attempt: attempt)
        change(index) { $0.adopts(.init(key, handle, .goOn)) }
    }

    /// Only a person's word lets this step go on: it and what needs it stay where they are.
    func ask(_ index: Int, _ reason: String) {
        hasAsked = true
        switch status(index).state {
        case .done, .satisfied: emit(.lapsed(step: id(index), reason: reason))
        case .failed, .uncertain, .lapsed: break
        default: emit(.finished(step: id(index), Result(state: .uncertain, reason: reason)))
        }
        block(index, because: "waits for a person's word on \(id(index))")
    }

    /// What needs this step does not start any more.
    func block(_ index: Int, because reason: String) {
        for other in schedule.block(index) {
            light.remove(other)
            noteBlocked(other, reason)
        }
    }

    /// A step that has a story of its own keeps it; in `down` it stays what it is: up.
    private func noteBlocked(_ index: Int, _ reason: String) {
        guard options.session.kind != .down else { return }
        switch status(index).state {
        case .pending, .ready, .waiting, .running, .gating, .undone, .skipped:
            emit(.finished(step: id(index), Result(state: .blocked, reason: reason)))
        default: break
        }
    }

    /// Gives a taken step back to the schedule, to be started when what it needs is there.
    func giveBack(_ index: Int) {
        capacityChanged = true
        guard schedule.pushBack(index) == .blocked else { return noteLight(index) }
        let need = schedule.graph.predecessors(of: index).first { schedule.phase(of: $0) == .blocked }
        noteBlocked(index, need.map { "\(id($0)) is \(status($0).state.rawValue)" } ?? "")
    }

    /// A step that is in the queue may need no slot.
    private func noteLight(_ index: Int) {
        guard runs[index].isLight, schedule.isQueued(index) else { return }
        light.insert(index)
    }

    /// Gives a step back that was only looked at.
    func giveBackAside(_ index: Int) {
        let before = capacityChanged
        giveBack(index)
        capacityChanged = before
    }

    /// Starts what can start, by priority, as far as slots and pools allow.
    func startReady() {
        capacityChanged = false
        guard stopping == .no else { return withdrawAll() }
        guard slots.terminal == nil else { return }
        startPrepared()
        var aside: [Int] = []
        // One that fails at once may be the reason to start nothing more.
        while stopping == .no, !slots.isFull || !light.isEmpty, let index = schedule.popReady() {
            let step = runbook.steps[index]
            switch runs[index].decision {
            case .recheck:
                light.remove(index)
                recheck(index)
                continue
            case .resumeGates(let attempt):
                light.remove(index)
                guard findsPlace(index) else { continue }
                inherit(index, attempt: attempt)
                let exit = status(index).lastBody?.exit
                change(index) { $0.resumesGates(exit) }
                continue
            default: break
            }
            if slots.isFull || (step.isInteractive && slots.used > 0) {
                aside.append(index)
                if step.isInteractive { break }
                continue
            }
            guard findsPlace(index) else { continue }
            slots.takeSlot(index)
            if step.isInteractive { slots.takeTerminal(index) }
            goOn(index)
            if slots.terminal != nil { break }
        }
        for index in aside { giveBackAside(index) }
        if aside.isEmpty { prepareAhead() }
    }

    /// Whether there is a place for the step in its pool; if not, it waits for one.
    private func findsPlace(_ index: Int) -> Bool {
        if slots.hasPlace(index) { return true }
        slots.park(index, rank: schedule.place(of: index))
        return false
    }

    /// Gives back the slot, if the step holds one. Its place in the pool stays its own: what shares a pool is not even
    /// asked its gates at the same time.
    func releaseSlot(_ index: Int) {
        if slots.releaseSlot(index) { capacityChanged = true }
    }

    /// Gives back the slot and the place in the pool, as far as the step holds them.
    func release(_ index: Int) {
        releaseSlot(index)
        if slots.release(index) { callWaiter(besides: index) }
    }

    /// A place in a pool is free: the most urgent step that waits for it may try again. Just one, so that thousands of
    /// them do not each go through the queue for every place.
    private func callWaiter(besides index: Int) {
        while let rank = slots.nextWaiting(besides: index) {
            let waiter = schedule.node(at: rank)
            giveBack(waiter)
            if schedule.phase(of: waiter) == .ready { break }
        }
    }
}
