package import Execution

/// Shows nothing while a run goes on.
package final class QuietProgress: Observer {
    package init() {}
    package func publish(_ records: [Record], state: RunState) {}
    package func refresh(state: RunState, live: LiveView) {}
}
