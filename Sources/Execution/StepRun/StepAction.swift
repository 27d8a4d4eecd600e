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
        /// Put a question, once all that led to it is stored; or only whether a shell could run it.
        case ask(Role, isParsed: Bool)
        /// Ask for the next secret that is not known yet: `asks`, `secretsKnown` or `secretMissing`.
        case fetchSecrets
        /// Free the logs of earlier attempts of secrets: `secretsKnown` where there are none.
        case skip
        case takeSecret(position: Int, Exit)
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

        // What is recorded.
        case emitGating
        case emitWaiting(String)
        case emitEnded(Exit, reason: String, outputs: [Output])
        case emitWithdrawn(attempt: Int)
        case takeOver([Output])
        case keepOutputs
        case scrub
        /// A person's word is missing that cannot be asked for now.
        case miss

        // What is given back.
        case releaseSlot
        case release
        case giveBack
        case announce
        case runAgain(Decision)
        case finish(StepState, exit: Exit?, gateSeconds: Double, reason: String, outputs: [Output])
        case serviceLapsed(Exit)
    }
}
