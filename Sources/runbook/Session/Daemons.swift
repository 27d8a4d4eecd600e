import Execution
import Model
import Processes

/// Services that put themselves into the background while nobody watched.
enum Daemons {
    /// Takes what carries a service's token for the service where its recorded process has ended.
    ///
    /// - Returns: what was found, to be stored by whoever goes on with the run.
    static func follow(
        _ state: inout RunState, runbook: Runbook, runner: ProcessRunner, builder: LaunchBuilder, now: Double
    ) -> [Event] {
        var found: [Event] = []
        for (index, step) in runbook.steps.enumerated() where step.isService {
            let status = state[step: step.id]
            guard let process = status.process?.process, let attempt = status.lastBody, !runner.isAlive(process) else {
                continue
            }
            let key = ProcessKey(step: index, role: .body, attempt: attempt.number)
            guard let next = runner.successor(of: process, token: builder.lease(on: key)) else { continue }
            let event = Event.adopted(step: step.id, attempt: attempt.number, Handle(next))
            state.apply(Record(run: state.run, time: now, event: event))
            found.append(event)
        }
        return found
    }
}
