internal import Execution

/// How far a session is: which steps have come out, which are under way, in the order in which that happened.
struct Tally {
    private(set) var met: Set<String> = []
    /// Steps that came out other than done in this session, with their state.
    private(set) var unmet: [String: StepState] = [:]
    private(set) var active: [String] = []
    private(set) var waiting: [String] = []
    private(set) var kind = Session.Kind.run
    /// Seconds since 1970 at which this session began.
    private(set) var began: Double?

    /// Takes in records that `state` has already taken in.
    mutating func apply(_ records: [Record], state: RunState, steps: ProgressSteps) {
        for record in records {
            switch record.event {
            case .sessionStarted(let session): begin(session, record.time, state, steps)
            case .planned(let step, let decision, _):
                // What is only asked again counts until it is found not to hold; without gates no more is said of it.
                if decision != .keep, decision != .recheck { met.remove(step) }
            default:
                if let step = record.event.step { note(step, state[step: step].state, counts: steps.contains(step)) }
            }
        }
    }

    func count(_ state: StepState) -> Int {
        unmet.values.reduce(0) { $0 + ($1 == state ? 1 : 0) }
    }

    private mutating func begin(_ session: Session, _ time: Double, _ state: RunState, _ steps: ProgressSteps) {
        self = Tally()
        kind = session.kind
        began = time
        guard kind != .down else { return }
        met = Set(state.order.filter { steps.contains($0) && state[step: $0].state.isMet })
    }

    /// - Parameter counts: whether the step is one of those that are to come out; one that does not apply is not.
    private mutating func note(_ step: String, _ state: StepState, counts: Bool) {
        update(&active, step, isIn: state.isActive)
        update(&waiting, step, isIn: state == .waiting)
        met.remove(step)
        unmet[step] = nil
        switch state {
        case .done, .satisfied, .skipped:
            if kind != .down, counts { met.insert(step) }
        case .undone:
            if kind != .down { unmet[step] = state } else if counts { met.insert(step) }
        case .failed, .blocked, .interrupted, .uncertain, .lapsed: unmet[step] = state
        case .pending, .ready, .running, .gating, .waiting: break
        }
    }

    private func update(_ list: inout [String], _ step: String, isIn: Bool) {
        let index = list.firstIndex(of: step)
        if isIn, index == nil { list.append(step) }
        if !isIn, let index { list.remove(at: index) }
    }
}
