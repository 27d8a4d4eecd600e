package import Model

/// Asks the gates of steps that came up once more, looks at the files that were written, and changes nothing: for
/// resume and for `runbook verify`.
///
/// A gate that does not hold at once is asked again for up to three seconds, so that one lost packet is no lapse.
package final class Verifier {
    private let runbook: Runbook
    private let inbox: any Inbox
    private let machine: any Machine
    private let gateScheduler: GateScheduler
    private let builder: LaunchBuilder
    private let look: FileLook

    /// - Parameter scheduler: one of this verifier's own; an engine needs another.
    package init(
        runbook: Runbook, inbox: any Inbox, machine: any Machine, gateScheduler: GateScheduler,
        builder: LaunchBuilder,
        files: any RunFiles
    ) {
        look = FileLook(runbook: runbook, files: files, values: gateScheduler.values)
        self.runbook = runbook
        self.builder = builder
        self.inbox = inbox
        self.machine = machine
        self.gateScheduler = gateScheduler
    }

    /// What was found, and whether it was cut short by Ctrl-C.
    package struct Findings: Sendable {
        /// By step index; every step that is done and has gates, a process or a file.
        package var verdicts: [Int: Planner.Verdict] = [:]
        /// By step index; what there is of every attempt that is open.
        package var remains: [Int: Remains] = [:]
        package var isInterrupted = false
    }

    /// Looks at every step that came up (`done`, `satisfied`, `lapsed`) and can be looked at.
    package func verify(_ state: RunState) -> Findings {
        var findings = Findings()
        let survey = Survey(inbox: inbox, machine: machine).look(runbook, state, builder)
        findings.remains = survey.open
        findings.isInterrupted = survey.isInterrupted
        guard !survey.isInterrupted else { return findings }
        var open: Set<Int> = []
        gateScheduler.isProcessAlive = { survey.isAlive($0) }
        gateScheduler.log = { [runbook] in state[step: runbook.steps[$0].id].lastBody?.log }
        gateScheduler.shown = { [runbook] in state[step: runbook.steps[$0].id].lastBody?.shown ?? [] }
        gateScheduler.service = { [unowned self] in
            survey.isAlive($0) ? self.builder.life(of: $0, state[step: self.runbook.steps[$0].id]) : nil
        }
        let start = inbox.now.uptime
        for (index, step) in runbook.steps.enumerated() {
            let status = state[step: step.id]
            if status.isBeingTakenDown, let path = FileLook.path(step, status),
                case .changed(let how)? = look.fate(index, status)
            {
                findings.verdicts[index] = Self.verdict(.changed(how), path)
            }
            guard status.state == .done || status.state == .satisfied || status.state == .lapsed else { continue }
            if step.isService, status.state != .satisfied, !survey.isAlive(index) {
                findings.verdicts[index] = Planner.Verdict(.gone, text: goneText(status))
                continue
            }
            if let fate = look.fate(index, status), let path = FileLook.path(step, status) {
                findings.verdicts[index] = Self.verdict(fate, path)
                if fate != .asWritten { continue }
            }
            var manner = GateScheduler.GatePolicy.look
            manner.ignoresProcess = status.state == .satisfied
            if gateScheduler.begin(index, manner: manner, now: start) { open.insert(index) }
        }
        while !open.isEmpty {
            let now = inbox.now.uptime
            for finding in gateScheduler.advance(now: now) { note(finding, &findings, &open) }
            guard !open.isEmpty else { break }
            for occurrence in inbox.wait(until: gateScheduler.nextDeadline) {
                if case .interrupt = occurrence {
                    findings.isInterrupted = true
                    for index in open { gateScheduler.cancel(index) }
                    return findings
                }
                for finding in gateScheduler.handle(occurrence, now: inbox.now.uptime) ?? [] {
                    note(finding, &findings, &open)
                }
            }
        }
        return findings
    }

    private static func verdict(_ fate: FileFate, _ path: String) -> Planner.Verdict {
        switch fate {
        case .asWritten: Planner.Verdict(.holds, text: "file holds")
        case .gone: Planner.Verdict(.gone, text: "\(path) is gone")
        case .changed(let how): Planner.Verdict(.changed, text: "\(path) \(how)")
        }
    }

    private func note(_ finding: GateScheduler.Finding, _ findings: inout Findings, _ open: inout Set<Int>) {
        switch finding {
        case .changed: break
        case .held(let step):
            open.remove(step)
            let count = runbook.steps[step].gates.count
            findings.verdicts[step] = Planner.Verdict(holds: true, text: count == 1 ? "gate holds" : "gates hold")
        case .failed(let step, let reason):
            open.remove(step)
            findings.verdicts[step] = Planner.Verdict(holds: false, text: reason)
        }
    }

    private func goneText(_ status: StepStatus) -> String {
        guard let handle = status.process else {
            return status.reason.isEmpty ? "its process is gone" : status.reason
        }
        return "its process (\(handle.account)) is gone"
    }
}
