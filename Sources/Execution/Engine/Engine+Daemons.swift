import Model

// Services that put themselves into the background.
extension Engine {
    /// The process of a service ended well (or nobody knows how) and something that carries its token lives on: that is
    /// the service from now on, and is watched in its place.
    func goesOnInBackground(_ key: ProcessKey, _ exit: Exit) -> Bool {
        let index = key.step
        guard key.role == .body, runbook.steps[index].isService, exit.isSuccess || exit == .unknown else {
            return false
        }
        let run = runs[index]
        guard run.service == .up || run.body != nil, key.attempt == run.attempt.number,
            run.body?.cut ?? .uncut == .uncut
        else { return false }
        guard let identity = status(index).process,
            let next = world.runner.successor(of: identity, token: builder.lease(on: key)), adopt(next, key)
        else { return false }
        emit(.adopted(step: id(index), attempt: key.attempt, next))
        return true
    }
}
