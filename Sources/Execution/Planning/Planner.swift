import DAG
package import Model

/// Decides what happens with each step: the table of resume. Pure but for the questions it is given.
package struct Planner {
    /// What was found when a done step was looked at again.
    package struct Verdict: Hashable, Sendable {
        package enum Finding: Hashable, Sendable {
            case holds
            /// A gate does not hold.
            case lapsed
            /// The service's process, or the file that was written, is gone: only running the step brings it back.
            case gone
            /// The file that was written was changed by somebody: nothing writes over it without a word.
            case changed
        }

        package var finding: Finding
        /// What holds or lapsed, for people: `gate holds`, `http 127.0.0.1:8500 refused`.
        package var text: String
        package var holds: Bool { finding == .holds }

        package init(_ finding: Finding, text: String) {
            self.finding = finding
            self.text = text
        }

        package init(holds: Bool, text: String) { self.init(holds ? .holds : .lapsed, text: text) }
    }

    /// What the planner asks of the world.
    package struct Questions {
        /// What there is of the step's open attempt.
        package var remains: (_ step: Int) -> Remains
        /// The fingerprint of the step now; nil while an output it names is unknown.
        package var fingerprint: (_ step: Int) throws(ValueError) -> Fingerprint?

        package init(
            remains: @escaping (Int) -> Remains,
            fingerprint: @escaping (Int) throws(ValueError) -> Fingerprint?
        ) {
            self.remains = remains
            self.fingerprint = fingerprint
        }
    }

    private let runbook: Runbook
    private let state: RunState
    private let verdicts: [Int: Verdict]
    private let questions: Questions
    private let now: Double
    private var items: [Plan.Item]
    /// Runs again because its text or what it was made from changed: everything downstream runs again too.
    private var isEdited: [Bool]
    /// Runs, so that what is downstream is looked at again.
    private var acts: [Bool]

    /// - Parameters:
    ///   - verdicts: for every step that is done and has gates, a process or a file, by index.
    ///   - now: seconds since 1970.
    package init(
        runbook: Runbook, state: RunState, verdicts: [Int: Verdict], questions: Questions, now: Double
    ) {
        self.runbook = runbook
        self.state = state
        self.verdicts = verdicts
        self.questions = questions
        self.now = now
        items = Array(repeating: Plan.Item(.leave, ""), count: runbook.steps.count)
        isEdited = Array(repeating: false, count: runbook.steps.count)
        acts = Array(repeating: false, count: runbook.steps.count)
    }

    /// The plan of a run or resume.
    ///
    /// - Throws: `SelectionError` when the selection leaves out an unmet need.
    package mutating func plan(selected: [Bool], assumeDone: Bool) throws(PlanningError) -> Plan {
        guard let order = runbook.graph.topologicalOrder() else {
            throw PlanningError(message: "the steps need each other in a circle")
        }
        for index in order {
            items[index] = try selected[index] ? decide(index) : leave(index, assumeDone: assumeDone)
            let decision = items[index].decision
            if decision.isAction || decision == .ask { acts[index] = true }
        }
        try checkNeeds(selected: selected, assumeDone: assumeDone)
        return Plan(items: items)
    }

    private func leave(_ index: Int, assumeDone: Bool) -> Plan.Item {
        let status = state[step: runbook.steps[index].id]
        if status.state.isMet { return Plan.Item(.leave, "not selected, \(doneText(status))") }
        return Plan.Item(.leave, assumeDone ? "not selected, taken for done" : "not selected")
    }

    private func checkNeeds(selected: [Bool], assumeDone: Bool) throws(PlanningError) {
        guard !assumeDone else { return }
        for (index, step) in runbook.steps.enumerated() where selected[index] && items[index].decision.isAction {
            for need in step.needs where !selected[need] {
                let other = runbook.steps[need]
                if case .decided(false, _) = other.when { continue }
                guard !state[step: other.id].state.isMet else { continue }
                throw PlanningError(
                    message: "\(step.id) needs \(other.id), which is not selected and not done; "
                        + "select it as well (--until \(step.id)), or take it for done with --assume-done")
            }
        }
    }

    private mutating func decide(_ index: Int) throws(PlanningError) -> Plan.Item {
        let step = runbook.steps[index]
        if case .decided(false, let text) = step.when { return Plan.Item(.skip, "not applicable: \(text)") }
        let status = state[step: step.id]
        // Whether a step that was skipped runs is not known yet: should it, its edit spreads then.
        let edit = status.state == .skipped ? nil : try editReason(index, status)
        isEdited[index] = !step.isOnce && (edit != nil || step.needs.contains { isEdited[$0] })
        let item: Plan.Item
        switch status.state {
        case .done, .satisfied, .lapsed: item = decideDone(index, status, edit: edit)
        default: item = decideOpen(index, status)
        }
        guard let edit, !step.isOnce else { return item }
        if case .ask = item.decision, verdicts[index]?.finding == .changed {
            // What needs it waits for the word as well.
            isEdited[index] = false
            return Plan.Item(.ask, "\(edit); \(item.reason)")
        }
        if case .adopt = item.decision, !step.isService {
            var adopted = item
            adopted.again = edit
            return adopted
        }
        return Plan.Item(.rerun, edit)
    }

    /// Steps whose last attempt came to no good end, or that never ran.
    private func decideOpen(_ index: Int, _ status: StepStatus) -> Plan.Item {
        let step = runbook.steps[index]
        if let verdict = verdicts[index], verdict.finding == .changed { return askAboutFile(verdict) }
        if let attempt = status.standingAttempt {
            let isOpen = !attempt.isFinished
            if attempt.role == .undo, isOpen || status.state == .failed || status.state == .interrupted {
                return step.isOnce
                    ? Plan.Item(.ask, "was being taken down: finish that (down), or say that it is gone (reset)")
                    : Plan.Item(.run, "was being taken down")
            }
            if attempt.role == .body, isOpen, status.state != .uncertain { return decideCut(index, attempt, status) }
        }
        switch status.state {
        case .failed: return decideFailed(step, status)
        case .interrupted: return decideInterrupted(step, status)
        case .uncertain: return Plan.Item(step.isOnce ? .ask : .run, status.reason)
        case .undone: return Plan.Item(.run, "taken down \(ago(status.changed))")
        case .skipped: return Plan.Item(.run, "was not applicable")
        case .blocked: return Plan.Item(.run, "was blocked")
        case .waiting: return Plan.Item(.run, status.isApproved ? "approved" : "waits for an answer")
        case .gating: return Plan.Item(.run, "gates were being asked")
        default: return Plan.Item(.run, status.reason)
        }
    }

    private func decideDone(_ index: Int, _ status: StepStatus, edit: String?) -> Plan.Item {
        let step = runbook.steps[index]
        let verdict = verdicts[index]
        let upstream = step.needs.first { acts[$0] }.map { "; asked again after \(runbook.steps[$0].id)" }
        if status.state == .lapsed, verdict == nil { return lapsed(step, status.reason) }
        if let verdict, verdict.finding == .changed { return askAboutFile(verdict) }
        switch verdict?.finding {
        case .gone:
            // How a service ended is known better from when it did.
            return lapsed(step, status.state == .lapsed && step.isService ? status.reason : verdict?.text ?? "")
        case .lapsed:
            return upstream.map { Plan.Item(.recheck, (verdict?.text ?? "") + $0) }
                ?? lapsed(step, verdict?.text ?? "")
        case .changed, .holds, nil: break
        }
        if status.state == .lapsed { return Plan.Item(.recheck, "had lapsed, \(verdict?.text ?? "holds") again") }
        let holds = verdict.map { ", \($0.text)" } ?? ""
        // Edited and still here: a once step, that nothing but a person's word repeats.
        let account = edit.map { "\($0); once: kept (bless it: accept, repeat it: reset)" } ?? doneText(status)
        if let upstream { return Plan.Item(.recheck, account + upstream) }
        return Plan.Item(.keep, edit == nil ? account + holds : account)
    }

    private func askAboutFile(_ verdict: Verdict) -> Plan.Item {
        Plan.Item(.ask, "\(verdict.text); keep it (accept), or write it anew (reset)")
    }

    private func lapsed(_ step: Step, _ text: String) -> Plan.Item {
        if step.isOnce { return Plan.Item(.ask, "lapsed: \(text); once: only your word repeats it (reset)") }
        return Plan.Item(.run, "lapsed: \(text)")
    }

    /// Why the step is not what it was when it was done, or tried; nil when it is, or never was.
    private func editReason(_ index: Int, _ status: StepStatus) throws(PlanningError) -> String? {
        let step = runbook.steps[index]
        if status.hasStanding, let upstream = step.needs.first(where: { isEdited[$0] }) {
            return "upstream \(runbook.steps[upstream].id) runs again"
        }
        if status.isDue { return status.plan?.reason ?? "edited" }
        let open = status.standingAttempt.flatMap { $0.role == .body && !$0.isFinished ? $0.fingerprint : nil }
        guard let earlier = open ?? status.fingerprint else { return nil }
        let fingerprint: Fingerprint?
        do { fingerprint = try questions.fingerprint(index) } catch { throw PlanningError(message: error.message) }
        let changes = fingerprint?.changes(since: earlier) ?? []
        return changes.isEmpty ? nil : "edited: " + changes.joined(separator: ", ")
    }

    /// An attempt that no result was stored for: the executor died, or what it needs went away meanwhile.
    private func decideCut(_ index: Int, _ attempt: Attempt, _ status: StepStatus) -> Plan.Item {
        let step = runbook.steps[index]
        if attempt.hasSucceeded { return Plan.Item(.resumeGates(attempt: attempt.number), "gates were being asked") }
        if let exit = attempt.exit {
            return step.isOnce && !mayRepeat(step, exit)
                ? Plan.Item(.ask, "failed (\(attempt.reason)); once: only your word repeats it (reset)")
                : Plan.Item(.run, "failed (\(attempt.reason))")
        }
        return decideRunning(index, attempt)
    }

    private func decideRunning(_ index: Int, _ attempt: Attempt) -> Plan.Item {
        let step = runbook.steps[index]
        let number = attempt.number
        if case .file = step.kind { return Plan.Item(.run, "the executor died while it was written") }
        switch questions.remains(index) {
        case .running(let handle): return Plan.Item(.adopt(attempt: number, handle), "adopted \(handle.account)")
        case .ended(let exit):
            return Plan.Item(.resolve(attempt: number, exit), "ended after the executor died (\(exit))")
        case .neverStarted: return Plan.Item(.run, "the executor died before attempt \(number) started")
        case .unreachable:
            return Plan.Item(
                .ask, "unreachable: nobody can tell what came of attempt \(number); resume once it answers")
        case .gone: break
        }
        if step.isService {
            return step.isOnce
                ? Plan.Item(.ask, "uncertain: its process is gone; once: only your word repeats it (reset)")
                : Plan.Item(.run, "its process is gone")
        }
        return Plan.Item(
            .resolve(attempt: number, .unknown), "uncertain: the executor died during attempt \(number)")
    }

    private func decideFailed(_ step: Step, _ status: StepStatus) -> Plan.Item {
        let reason = "failed (\(status.reason))"
        if step.isOnce, status.isAccepted { return askAgain(reason) }
        guard step.isOnce, let attempt = status.standingBody, attempt.handle != nil || attempt.exit != nil else {
            return Plan.Item(.run, reason)
        }
        if attempt.hasSucceeded {
            return Plan.Item(
                .resumeGates(attempt: attempt.number), "\(reason); its body succeeded: only its gates are asked")
        }
        if let exit = attempt.exit, mayRepeat(step, exit) {
            return Plan.Item(.run, "\(reason), which may be tried again")
        }
        return askAgain(reason)
    }

    private func askAgain(_ reason: String) -> Plan.Item {
        Plan.Item(.ask, "\(reason); once: only your word repeats it (reset)")
    }

    /// The exit status is one that `retry-on` names.
    private func mayRepeat(_ step: Step, _ exit: Exit) -> Bool {
        guard case .status(let status) = exit else { return false }
        return step.retries.statuses.contains(status)
    }

    private func decideInterrupted(_ step: Step, _ status: StepStatus) -> Plan.Item {
        if step.isOnce, status.isAccepted { return askAgain("interrupted") }
        guard let attempt = status.standingBody else { return Plan.Item(.run, "interrupted") }
        if attempt.hasSucceeded {
            return Plan.Item(.resumeGates(attempt: attempt.number), "interrupted while its gates were asked")
        }
        if step.isOnce, attempt.handle != nil || attempt.exit != nil,
            !(attempt.exit.map { mayRepeat(step, $0) } ?? false)
        {
            return askAgain("interrupted")
        }
        return Plan.Item(.run, "interrupted")
    }

    private func doneText(_ status: StepStatus) -> String {
        let word = status.state == .lapsed ? "done" : status.state.rawValue
        return "\(word) \(ago(status.finishedAt ?? status.changed))"
    }

    private func ago(_ time: Double) -> String { SpanText.ago(now - time) }
}

/// Why no plan can be made.
package struct PlanningError: Error, Hashable, Sendable {
    package var message: String

    package init(message: String) {
        self.message = message
    }
}
