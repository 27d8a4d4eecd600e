package import Model

/// Everything the engine knows of one step beside what is stored of it. Pure: inputs say what happened, and return what
/// is to be done about it, in order; nothing is called.
///
/// `course` is what it goes through in this session, `state` what is under way of that now. A step that is idle, or
/// waits for a person, has nothing under way; what it may do next, the schedule says.
///
/// | state | input | next state |
/// | --- | --- | --- |
/// | idle | `goOn`, `passed` | idle: the engine is asked what stands at its stage, or for an intent |
/// | | `asks` | asking |
/// | | `secretTaken`, `secretsKnown`, `secretMissing` | on its course; idle: failed, skipped |
/// | | `examines`, `takesUpUndo` | examining |
/// | | `keeps`, `adopts` | adopting |
/// | | `waits` | waiting |
/// | | `beginsBody`, `isNumbered`, then `intends`; `hasNoBody` | intending, intendingAhead; gating |
/// | | `inherits`, then `adopts`; `settles`; `resumesGates` | adopting; asking; gating |
/// | | `rechecks` | adopting (services); gating |
/// | | `leftoverCleared`, `intendsUndo`, `undone` (taken down) | idle; intending; idle: undone |
/// | examining | `found` | adopting; clearing; on its course; idle: interrupted |
/// | adopting | `adopted` | clearing; running, comingUp; gating; idle: up |
/// | | `lost` | on its course; examining (how it ended); gating; idle: lapsed |
/// | clearing | `ended` | on its course; idle: interrupted |
/// | | `interrupted` | clearing, cut short |
/// | waiting | `approved`; `refused` | idle, in the queue; idle: failed |
/// | asking | `answered` | on its course; collecting; idle: failed, skipped |
/// | | `holdsQuestion`, `notAsked`, `unasked` | idle: interrupted, in the queue, failed; pausing; on its course |
/// | | `limitReached`, `interrupted` | asking, cut short |
/// | intendingAhead | `isAhead` | ahead |
/// | ahead | `takesSlot`; `withdrawn` | intending; idle, in the queue |
/// | intending | `starts`; `writes`; `putBack` | starting; writing; idle: undone |
/// | | `heldBack` | idle: interrupted, in the queue |
/// | starting | `started`; `notStarted` | running, comingUp; idle: failed, uncertain, pausing |
/// | | `interrupted` | starting: its process is ended once it is there |
/// | writing | `wrote`; `notWritten` | idle: done, gating; idle: failed |
/// | running | `ended` | collecting; pausing; asking (nobody knows how); idle: failed, interrupted, undone |
/// | | `limitReached`, `interrupted` | running, cut short |
/// | comingUp | `gatesHeld`; `gatesFailed` | collecting; running, cut short |
/// | | `ended` | comingUp, its service leaving; pausing; idle: failed, interrupted |
/// | collecting | `collected` | gating, comingUp; handingOn; pausing; idle: done, failed, uncertain, in the queue |
/// | handingOn | `looksAgain` | collecting |
/// | gating | `gatesHeld`, then `holdsAgain`, `rests` | collecting; idle: done, satisfied |
/// | | `gatesFailed` | pausing; gating (for a verdict); idle: failed, lapsed, in the queue |
/// | | `interrupted` | idle: interrupted |
/// | pausing | `retryDue`; `interrupted` | idle, in the queue; idle: interrupted |
/// | cleaning | `cleaned` | what was under way before `cleans` |
/// | with a process | `unstopped`; `parted` | idle: failed, interrupted; on its course |
/// | up (`service`) | `ended` | leaving; unwatched: lapsed |
/// | leaving (`service`) | `found`, `adopted`; `lost` | up; unwatched: lapsed, or the body ended |
/// | any | `finish`, `putAside`, then `finished` | idle, with a result |
/// | | `requeue`; `startOver`, then `forget` | idle, in the queue, at its stage; or from its beginning |
/// | | `becomesOutdated` | the same: what comes of an earlier attempt does not count |
package struct StepRun: Sendable {
    /// What is under way.
    package enum State: Hashable, Sendable {
        case idle
        /// A question about the step runs: `when`, `check`, or the source of a secret.
        case asking(Question)
        /// It is found out what there is of an attempt of the step.
        case examining(Search)
        /// A process that is there already is about to be watched.
        case adopting(Adoption)
        /// An older process of the step is being ended before it starts anew, or while it is taken down.
        case clearing(ProcessKey, Cut)
        /// A person has to answer.
        case waiting
        /// The intent is being stored; the step has its slot.
        case intending
        /// The intent is being stored, and there is no slot yet.
        case intendingAhead
        /// The intent was stored ahead, and a slot is awaited.
        case ahead
        /// The process of the body, or of the undo, is being made.
        case starting
        /// A file is being written since (seconds of uptime).
        case writing(since: Double)
        /// The process of the body, or of the undo, runs.
        case running(Body)
        /// A service runs, and its gates are asked since (seconds of uptime).
        case comingUp(Body, since: Double)
        /// A service's gates hold, and the outputs that it declares are awaited.
        case handingOn(Body, since: Double)
        /// What was handed on is being read.
        case collecting(Collection)
        /// Gates are asked since (seconds of uptime).
        case gating(Purpose, since: Double)
        /// A pause before another attempt.
        case pausing
        /// Logs are freed of secrets before anything is recorded of an end.
        case cleaning(Cleaning)
    }

    /// What a step goes through in a session.
    package enum Course: Hashable, Sendable {
        /// It comes up; the stages before this one are passed.
        case bringUp(Stage)
        /// It does not apply, for this reason: it is skipped once the logs of its earlier attempts are free of secrets.
        case skip(String, Secrets)
        /// What came of an attempt is found out.
        case settle(Settlement, Secrets)
        /// It is taken down; the stages before this one are passed.
        case undo(UndoStage, Secrets)
    }

    /// What comes before a body, in order; each is passed once per session.
    package enum Stage: Int, Hashable, Sendable {
        case when, inputs, secrets, halt, check, confirm, clear, body

        var next: Stage { Stage(rawValue: rawValue + 1) ?? .body }
    }

    /// What taking a step down goes through, in order; each is passed once per session.
    package enum UndoStage: Hashable, Sendable {
        /// A body that still runs is ended, and so is an undo that could not be before.
        case leftover
        /// An undo that an earlier executor left running is waited for.
        case earlier
        case block
        /// What still runs is ended.
        case stop
    }

    /// What is to be found out of an attempt.
    package enum Settlement: Hashable, Sendable {
        /// How it came out: by its exit status where that is known, or by why it was ended; else by check and gates.
        case verdict(Exit, endedBecause: String?)
        /// Its body succeeded in an earlier session: only whether its gates hold.
        case gates
    }

    /// Secrets that are wanted to free logs of them, or are not to be had: then it goes on without them.
    package enum Secrets: Hashable, Sendable { case wanted, forgone }

    /// Why gates are being asked, and so what follows from the answer.
    package enum Purpose: Hashable, Sendable {
        /// The body succeeded or the service runs.
        case bringUp
        /// The check held.
        case satisfied
        /// It was done; what it needs came up anew.
        case recheck
        /// Nobody knows how its body ended; the gates say.
        case resolve
    }

    /// Why what was handed on is read.
    package enum Collection: Hashable, Sendable {
        /// The body ended well, maybe while it was being ended.
        case body(Cut)
        /// The check holds: are its outputs there?
        case check
        /// The gates of a service hold since they were asked (seconds of uptime).
        case service(Body, since: Double)
        /// Check, or gates, say that an attempt came out well; gates took so many seconds.
        case settled(Purpose, gateSeconds: Double)
    }

    /// The process of a service that came up, in this session or an earlier one.
    package enum Service: Hashable, Sendable {
        case unwatched
        /// It was seen alive, and is not watched.
        case seen
        case up
        /// Its process ended so, and it is found out what took its place, or that is about to be watched.
        case leaving(Exit, for: Handle?)
    }

    /// Who made the attempt.
    package enum Maker: Hashable, Sendable {
        case thisSession
        /// An earlier executor, for the text and values of then.
        case earlier(Validity)
    }

    /// Whether what comes of an earlier attempt counts.
    package enum Validity: Hashable, Sendable {
        case stands
        /// The step was edited since: whatever comes of it, it runs again.
        case outdated
    }

    /// The attempt under way, or the last one.
    package struct Attempt: Hashable, Sendable {
        /// From 1; 0 where there is none.
        package var number = 0
        package var maker = Maker.thisSession
        /// Failed attempts of this session.
        package var failures = 0
        package var fingerprint: Fingerprint?
        package var exit: Exit?
        /// Seconds for which the body ran.
        package var seconds = 0.0
        /// What it handed on besides its outputs, for people.
        package var remark: String?
    }

    /// What the plan says of it, as it stands now.
    package var decision: Decision
    package var course: Course
    package internal(set) var state = State.idle
    package var service = Service.unwatched
    package var attempt = Attempt()
    /// Launches put off for want of processes or memory.
    package var launchesPutOff = 0

    package init(_ decision: Decision) {
        self.decision = decision
        course = decision == .undo ? .undo(.leftover, .wanted) : .bringUp(.when)
    }
}

extension StepRun {
    /// What an input needs to know besides.
    package struct Facts {
        private let steps: [Step]
        /// The index of the step.
        package let index: Int
        package let stopping: Stopping
        /// Seconds of uptime.
        package let now: Double
        package var step: Step { steps[index] }

        package init(_ steps: [Step], _ index: Int, stopping: Stopping = .no, now: Double = 0) {
            self.steps = steps
            self.index = index
            self.stopping = stopping
            self.now = now
        }
    }

    /// How far the session is on its way to its end.
    package enum Stopping: Hashable, Sendable {
        case no
        /// Start nothing new; what runs goes on.
        case failFast
        /// End what runs, in order.
        case interrupted
        /// KILL was sent.
        case killed

        var isInterrupt: Bool { self == .interrupted || self == .killed }
    }
}

extension StepRun {
    /// Something of it is under way.
    package var isActive: Bool {
        if case .leaving = service { return true }
        return state != .idle && state != .waiting
    }

    /// Its intent is on disk, or on its way, before it has a slot.
    package var isAheadOfSlot: Bool { state == .ahead || state == .intendingAhead }

    /// It needs no slot when its turn comes: only gates are asked.
    package var isLight: Bool {
        switch decision {
        case .recheck, .resumeGates: true
        default: false
        }
    }

    package var isUndoing: Bool {
        if case .undo = course { return true }
        return false
    }

    package var isSettling: Bool {
        if case .settle = course { return true }
        return false
    }

    /// It goes on without secrets that are not to be had.
    var forgoesSecrets: Bool {
        switch course {
        case .bringUp: false
        case .skip(_, let secrets), .settle(_, let secrets), .undo(_, let secrets): secrets == .forgone
        }
    }

    /// The process of its body or undo runs, as far as is known.
    package var body: Body? {
        switch state {
        case .running(let body), .comingUp(let body, _), .handingOn(let body, _),
            .collecting(.service(let body, _)):
            body
        default: nil
        }
    }

    /// What comes of the body may still be awaited, in the attempt.
    func isAwaited(_ number: Int) -> Bool { body != nil && attempt.number == number }

    /// The processes that are under way for it.
    package func runningKeys(_ index: Int) -> [ProcessKey] {
        switch state {
        case .asking(let question): [ProcessKey(step: index, role: question.role, attempt: 0)]
        case .clearing(let key, _): [key]
        case .starting: [key(index)]
        default: body == nil ? [] : [key(index)]
        }
    }

    /// The process of the attempt.
    func key(_ index: Int) -> ProcessKey {
        ProcessKey(step: index, role: isUndoing ? .undo : .body, attempt: attempt.number)
    }

    mutating func cut(_ change: (inout Cut) -> Void) {
        switch state {
        case .asking(var question):
            change(&question.cut)
            state = .asking(question)
        case .clearing(let key, var cut):
            change(&cut)
            state = .clearing(key, cut)
        case .running(var body):
            change(&body.cut)
            state = .running(body)
        case .comingUp(var body, let since):
            change(&body.cut)
            state = .comingUp(body, since: since)
        case .handingOn(var body, let since):
            change(&body.cut)
            state = .handingOn(body, since: since)
        case .collecting(.service(var body, let since)):
            change(&body.cut)
            state = .collecting(.service(body, since: since))
        case .collecting(.body(var cut)):
            change(&cut)
            state = .collecting(.body(cut))
        default: break
        }
    }
}
