import DAG
import Steps

extension Engine {
    /// Applies what the plan has decided already, takes up what was left running, and says what is ready.
    func begin() {
        for (index, decision) in decisions.enumerated() {
            let reason = reasons[index]
            switch decision {
            case .run where reason.isEmpty: break
            case .leave, .rest: break
            default:
                if !reason.isEmpty || decision != .keep {
                    emit(.planned(step: id(index), decision: decision.word, reason: reason))
                }
            }
        }
        for index in decisions.indices {
            switch decisions[index] {
            case .keep: keep(index)
            case .skip:
                if status(index).state != .skipped {
                    emit(.finished(step: id(index), Result(state: .skipped, reason: reasons[index])))
                }
                schedule.complete(index)
            case .leave, .rest: schedule.complete(index)
            case .adopt(let attempt, let identity): adopt(index, attempt: attempt, identity)
            case .ask: ask(index, reasons[index])
            case .recheck, .regate, .settle: lightCount += 1
            case .run, .undo: break
            }
        }
        for index in decisions.indices where schedule.phase(of: index) == .ready { announce(index) }
        if options.canAsk || !waiting.isEmpty { timers.push(.words, at: now.uptime + Self.wordsPause) }
    }

    static let wordsPause = 0.5

    func announce(_ index: Int) {
        if decisions[index] == .run, status(index).state != .waiting { emit(.ready(step: id(index))) }
    }

    private func keep(_ index: Int) {
        schedule.complete(index)
        guard runbook.steps[index].isService, let identity = status(index).process else { return }
        let attempt = status(index).lastBody?.number ?? 0
        work[index].attempt = attempt
        if world.runner.adopt(identity, as: ProcessKey(step: index, role: .body, attempt: attempt)) {
            work[index].isUp = true
        } else {
            serviceLapsed(index, .unknown)
        }
    }

    private func adopt(_ index: Int, attempt: Int, _ identity: ProcessIdentity) {
        guard schedule.take(index) else { return }
        let step = runbook.steps[index]
        work[index].attempt = attempt
        work[index].stage = .body
        work[index].bodyStart = now.uptime
        work[index].fingerprint = status(index).lastBody?.fingerprint
        activeCount += 1
        guard world.runner.adopt(identity, as: ProcessKey(step: index, role: .body, attempt: attempt)) else {
            if step.isService {
                bodyEnded(index, .unknown)
            } else {
                settle(index, exit: leftExit(index, attempt) ?? .unknown)
            }
            return
        }
        emit(.adopted(step: id(index), attempt: attempt, identity))
        work[index].phase = .body
        if step.isService {
            startGating(index, .bringUp, from: now.uptime)
        } else {
            work[index].holdsSlot = true
            slotsUsed += 1
            holdPool(step)
            if let timeout = step.timeout {
                let ran = now.wall - (status(index).lastBody?.startedAt ?? now.wall)
                let left = max(1, timeout.inSeconds - max(0, ran))
                timers.push(
                    .limit(ProcessKey(step: index, role: .body, attempt: attempt)), at: now.uptime + left)
            }
        }
    }

    /// Only a person's word lets this step go on: it and what needs it stay where they are.
    func ask(_ index: Int, _ reason: String) {
        hasAsked = true
        let current = status(index).state
        if case .running = current {
            emit(.finished(step: id(index), Result(state: .uncertain, reason: reason)))
        } else if current == .gating || current == .interrupted {
            emit(.finished(step: id(index), Result(state: .uncertain, reason: reason)))
        } else if current == .done || current == .satisfied {
            emit(.lapsed(step: id(index), reason: reason))
        }
        block(index, because: "waits for a person's word on \(id(index))")
    }

    func block(_ index: Int, because reason: String) {
        for other in schedule.block(index) {
            guard !status(other).state.isMet else { continue }
            emit(.finished(step: id(other), Result(state: .blocked, reason: reason)))
        }
    }

    /// Starts what can start, by priority, as far as slots and pools allow.
    func startReady() {
        guard stopping == .no, interactive == nil else { return }
        var aside: [Int] = []
        while slotsUsed < options.jobs || lightCount > 0, let index = schedule.popReady() {
            let step = runbook.steps[index]
            switch decisions[index] {
            case .recheck:
                take(index, light: true)
                recheck(index)
                continue
            case .regate(let attempt):
                take(index, light: true)
                work[index].attempt = attempt
                work[index].stage = .body
                work[index].fingerprint = status(index).lastBody?.fingerprint
                work[index].exit = status(index).lastBody?.exit
                startGating(index, .bringUp, from: now.uptime)
                continue
            case .settle(let attempt, let exit):
                take(index, light: true)
                work[index].attempt = attempt
                settle(index, exit: exit)
                continue
            default: break
            }
            if slotsUsed >= options.jobs || (step.isInteractive && slotsUsed > 0) {
                aside.append(index)
                if step.isInteractive { break }
                continue
            }
            if let pool = step.pool, poolUse[pool, default: 0] >= runbook.pools[pool, default: 1] {
                poolWaiters[pool, default: []].append(index)
                continue
            }
            take(index, light: false)
            if step.isInteractive { interactive = index }
            proceed(index)
            if interactive != nil { break }
        }
        for index in aside { schedule.pushBack(index) }
    }

    private func take(_ index: Int, light: Bool) {
        activeCount += 1
        if light {
            lightCount -= 1
        } else {
            acquire(index)
        }
    }

    func acquire(_ index: Int) {
        guard !work[index].holdsSlot else { return }
        work[index].holdsSlot = true
        slotsUsed += 1
        holdPool(runbook.steps[index])
    }

    private func holdPool(_ step: Step) {
        if let pool = step.pool { poolUse[pool, default: 0] += 1 }
    }

    /// Gives back the slot and the place in the pool, if the step holds them.
    func release(_ index: Int) {
        if interactive == index { interactive = nil }
        guard work[index].holdsSlot else { return }
        work[index].holdsSlot = false
        slotsUsed -= 1
        guard let pool = runbook.steps[index].pool else { return }
        poolUse[pool, default: 1] -= 1
        for waiter in poolWaiters.removeValue(forKey: pool) ?? [] { schedule.pushBack(waiter) }
    }
}
