import Model

// What a scheduler has lost: commands that do not end, and time in which nobody could ask.
extension GateScheduler {
    /// The probes that wait for the end of a command; nil when it is none of this scheduler's.
    func takeWaiting(for key: ProcessKey) -> [Due]? {
        switch key.role {
        case .secret where key.attempt == Self.secretAttempt: return fetching.removeValue(forKey: key) ?? []
        case .gate(let gate):
            guard let entry = entries[key.step], entry.trackers.indices.contains(gate),
                key.attempt == serial(key.step, entry.trackers[gate])
            else { return [] }
            return [Due(step: key.step, gate: gate, generation: generations[key.step, default: 0])]
        default: return nil
        }
    }

    /// The command of a gate, or of a secret for one, could not be started; nil when it is none of this scheduler's.
    func notStarted(_ key: ProcessKey, _ error: LaunchError, _ now: Double) -> [Finding]? {
        guard let dues = takeWaiting(for: key) else { return nil }
        forget(key)
        return dues.flatMap { due -> [Finding] in
            guard due.generation == generations[due.step, default: 0] else { return [] }
            return answered(due.step, due.gate, Answer(holds: false, text: error.message), now)
        }
    }

    /// A command that cannot be ended fails what it was asked for: asked again, it would leave one more behind.
    func unstopped(_ key: ProcessKey, _ dues: [Due], _ remnants: [Remnant]) -> [Finding] {
        commands.remove(key)
        var findings: [Finding] = []
        for due in dues {
            guard due.generation == generations[due.step, default: 0], let entry = entries[due.step] else { continue }
            cancel(due.step)
            let text = "\(entry.trackers[due.gate].gate.label): its command \(remnants.account)"
            findings.append(.failed(step: due.step, reason: values.mask.mask(text)))
        }
        return findings
    }

    /// It was to be called earlier than now: this program was stopped, the machine slept, or a disk held everything up.
    /// What gates are given is time in which they can be asked.
    func catchUp(_ now: Double) {
        guard let due = nextDeadline, now - due > Self.stall else { return }
        let lost = now - due
        while times.pop(dueAt: now) != nil {}
        var late: Set<ProcessKey> = []
        while let key = limits.pop(dueAt: now) {
            if commands.contains(key) { late.insert(key) }
        }
        for step in entries.keys.sorted() {
            guard var entry = entries[step] else { continue }
            for gate in entry.trackers.indices where entry.trackers[gate].outcome == .asking {
                let before = entry.trackers[gate]
                let due = Due(step: step, gate: gate, generation: generations[step, default: 0])
                switch entry.trackers[gate].goOn(after: lost, at: now) {
                case .unchanged:
                    if let next = before.next { times.push(due, at: next) }
                case .extended:
                    let key = ProcessKey(step: step, role: .gate(gate), attempt: serial(step, before))
                    if late.remove(key) != nil { limits.push(key, at: now + before.timeout(at: now)) }
                case .anew:
                    if before.next == nil { abandon(step: step, gate: gate, before) }
                    for key in fetching.keys { fetching[key]?.removeAll { $0.step == step && $0.gate == gate } }
                    times.push(due, at: now)
                }
                times.push(due, at: entry.trackers[gate].deadline)
                times.push(due, at: entry.trackers[gate].deadline + Self.lateness)
            }
            entries[step] = entry
        }
        for key in late { overrun(key) }
    }
}
