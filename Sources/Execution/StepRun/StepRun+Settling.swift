import Model

// Attempts whose end nobody saw.
extension StepRun {
    /// Takes a step up where an earlier executor left it.
    package mutating func inherits(number: Int, _ fingerprint: Fingerprint?) {
        attempt.number = number
        attempt.fingerprint = fingerprint
        course = .bringUp(.body)
        if attempt.maker == .thisSession { attempt.maker = .earlier(.stands) }
    }

    /// Whatever comes of the attempt that is taken up, the step runs again.
    ///
    /// - Returns: false where that is known, or there is none.
    package mutating func becomesOutdated() -> Bool {
        guard attempt.maker == .earlier(.stands) else { return false }
        attempt.maker = .earlier(.outdated)
        return true
    }

    /// The process that was left running has ended before it could be watched.
    ///
    /// - Parameter exit: as it is known from what it left behind.
    mutating func notAdopted(_ exit: Exit, _ facts: Facts) -> [Action] {
        facts.step.isService ? bodyEnded(.unknown, .uncut, facts) : settles(exit, endedBecause: nil)
    }

    /// An attempt of an executor that died: its exit status decides where it is known, else check and gates.
    ///
    /// The secrets that it saw are fetched first: check and gates may need them, and its log is to be freed of them.
    package mutating func settles(_ exit: Exit, endedBecause reason: String?) -> [Action] {
        attempt.exit = exit
        course = .settle(.verdict(exit, endedBecause: reason), .wanted)
        return [.fetchSecrets]
    }

    /// The body of an earlier session succeeded: its gates are asked, once its log can be freed of secrets.
    package mutating func resumesGates(_ exit: Exit?) -> [Action] {
        attempt.exit = exit
        course = .settle(.gates, .wanted)
        return [.fetchSecrets]
    }

    mutating func goOnSettling(_ facts: Facts) -> [Action] {
        guard case .settle(let settlement, _) = course else { return [] }
        switch settlement {
        case .gates:
            course = .bringUp(.body)
            return startGating(.bringUp, facts)
        case .verdict(let exit, let reason):
            if exit != .unknown || reason != nil {
                return bodyEnded(exit, reason.map { Cut.because($0) } ?? .uncut, facts)
            }
            return facts.step.check != nil ? asks(.check) : settleByGates(facts)
        }
    }

    mutating func settleByGates(_ facts: Facts) -> [Action] {
        [.releaseSlot] + (facts.step.gates.isEmpty ? unsettled(facts) : startGating(.resolve, facts))
    }

    /// Check, or gates, say that the attempt came out well.
    mutating func settled(
        _ purpose: Purpose, _ found: Swift.Result<[Output], ValueError>, _ gateSeconds: Double, _ facts: Facts
    ) -> [Action] {
        guard purpose == .resolve else {
            let outputs = (try? found.get()) ?? []
            return (outputs.isEmpty ? [] : [.takeOver(outputs)])
                + finish(.done, gateSeconds: gateSeconds, reason: "its check holds", outputs: outputs)
        }
        guard case .success(let outputs) = found else { return unsettled(facts) }
        return [.takeOver(outputs)]
            + finish(.done, gateSeconds: gateSeconds, reason: "its gates hold", outputs: outputs)
    }

    /// Nothing says that the attempt completed: run again, or, for a step that must not run twice, ask.
    mutating func unsettled(_ facts: Facts) -> [Action] {
        guard facts.step.isOnce else {
            return startOver(attempt.maker == .earlier(.outdated) ? .rerun : .run)
        }
        // That it began stays on record, whatever becomes of the step's state.
        let reason =
            "uncertain: the executor died during attempt \(attempt.number), and nothing says how it ended"
        return [.miss] + finish(.uncertain, exit: .unknown, reason: reason)
    }
}
