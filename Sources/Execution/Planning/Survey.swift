import Model

/// Asks machines what there is of attempts whose end nobody stored, and of services that are up, before anything is
/// planned.
final class Survey {
    /// What was found, and whether it was cut short by Ctrl-C.
    struct Findings {
        /// By step: what there is of its open attempt.
        var open: [Int: Remains] = [:]
        /// By step: what there is of the process of its service.
        var services: [Int: Remains] = [:]
        var isInterrupted = false

        func isAlive(_ step: Int) -> Bool {
            if case .running? = services[step] { return true }
            return false
        }
    }

    private enum Subject {
        case open(Int)
        case service(Int)
    }

    private let inbox: any Inbox
    private let machine: any Machine

    init(inbox: any Inbox, machine: any Machine) {
        self.inbox = inbox
        self.machine = machine
    }

    func look(_ runbook: Runbook, _ state: RunState, _ builder: LaunchBuilder) -> Findings {
        var findings = Findings()
        var asked: [AttemptReference: [Subject]] = [:]
        func ask(_ step: Int, _ attempt: Attempt, _ subject: Subject) {
            let reference = builder.reference(step, attempt, state)
            if asked[reference] == nil { machine.examine(reference) }
            asked[reference, default: []].append(subject)
        }
        for (index, step) in runbook.steps.enumerated() {
            let status = state[step: step.id]
            if case .script = step.kind, let attempt = status.standingAttempt, attempt.role == .body,
                !attempt.isFinished, attempt.exit == nil
            {
                ask(index, attempt, .open(index))
            }
            if step.isService, let process = status.process, var attempt = status.lastBody {
                attempt.handle = process
                ask(index, attempt, .service(index))
            }
        }
        while !asked.isEmpty {
            for occurrence in inbox.wait(until: nil) {
                switch occurrence {
                case .interrupt:
                    findings.isInterrupted = true
                    return findings
                case .found(let reference, let remains):
                    for subject in asked.removeValue(forKey: reference) ?? [] {
                        switch subject {
                        case .open(let step): findings.open[step] = remains
                        case .service(let step): findings.services[step] = remains
                        }
                    }
                default: break
                }
            }
        }
        return findings
    }
}
