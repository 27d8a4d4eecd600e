import Model

extension StepRun {
    /// What is to be done about an input, in order.
    package enum Action: Hashable, Sendable {
        // What comes next, answered by another input.
        /// See what stands at this stage: `passed`, or whatever it asks for.
        case enter(Stage)
        case enterUndo(UndoStage)
        /// Take it down, all that comes before being passed.
        case undo(UndoStage)
        /// End what still runs of the step that is down: `clears` or `undone`.
        case stopLeftover
        /// See what there is of an attempt: `found`.
        case examine(Search)
        /// Of the attempt of this role nothing is left that is to end.
        case nothingLeft(Role)
        /// Watch a process: `adopted` or `lost`.
        case adopt(Adoption)
        /// Put a question, once all that led to it is stored; or only whether a shell could run it.
        case ask(Role, isParsed: Bool)
        /// Ask for the next secret that is not known yet: `asks`, `secretsKnown` or `secretMissing`.
        case fetchSecrets
        /// Free the logs of earlier attempts of secrets: `secretsKnown` where there are none.
        case skip
        case takeSecret(position: Int, Exit, Capture)
        /// Make and store the intent to run the body.
        case prepareBody
        case askGates(Purpose)
        /// Read what was handed on: `collected`.
        case collect(Collection)
        /// See once more, in so many seconds, whether a service has handed its outputs on: `looksAgain`.
        case lookAgain(after: Double)
        /// Try again after a pause.
        case pause(Exit, because: String)
        /// Try again soon: something else may give processes or memory back.
        case putOff
        /// It still holds, or holds again.
        case stillHolds
        case lapse(String)

        // What is done with processes and gates.
        case stop(ProcessKey)
        case kill(ProcessKey)
        case cancelGates
        /// The body runs, and may do so for as long as it is allowed.
        case limit(ProcessKey)
        /// As that, for what an earlier executor started.
        case limitAdopted(ProcessKey, Handle)

        // What is recorded.
        case emitStarted(Handle)
        case emitAdopted(Handle)
        case emitGating(attempt: Int)
        case emitWaiting(String)
        case emitEnded(attempt: Int, Exit, reason: String, outputs: [Output])
        case emitWithdrawn(attempt: Int)
        /// What it hands on is known to others.
        case takeOver([Output])
        case keepOutputs
        /// A person's word is missing that cannot be asked for now.
        case miss

        /// Heed an interrupt that came while logs were freed of secrets.
        case heedInterrupt

        // What is given back.
        case releaseSlot
        case release
        case giveBack
        case announce
        case runAgain(Decision)
        case finish(StepState, exit: Exit?, gateSeconds: Double, reason: String, outputs: [Output])
        case serviceLapsed(Exit)
        /// A service that is kept lets go on what needs it.
        case complete
    }

    /// Whether an action records that an attempt is over, or that another begins: logs are free of secrets before.
    static func wantsCleanLogs(_ action: Action) -> Bool {
        switch action {
        case .emitEnded, .pause, .finish, .serviceLapsed, .prepareBody, .undo: true
        default: false
        }
    }
}
