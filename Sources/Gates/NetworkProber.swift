package import Execution
package import Model

/// Asks gates' questions over the network, of files and of logs, any number at once, on one thread of its own.
///
/// Usable from any thread. The thread, and libcurl, start with the first probe. `command` and `process` are answered
/// with `not a network question`.
package final class NetworkProber: GateProber, Sendable {
    private let thread: ProberThread

    /// - Parameters:
    ///   - stranger: asked of a connection that opened, for `tcp` gates of services; on the prober's thread.
    ///   - post: called with answers as they come, several that come at once together, on the prober's thread; must not
    ///     wait.
    package init(
        stranger: @escaping StrangerQuestion = { _, _ in nil }, post: @escaping @Sendable ([Occurrence]) -> Void
    ) {
        thread = ProberThread(nameServer: nil, stranger: stranger, post: post)
    }

    /// - Parameter nameServer: `ADDRESS:PORT` of the one to ask in place of the system's.
    init(nameServer: String, post: @escaping @Sendable ([Occurrence]) -> Void) {
        thread = ProberThread(nameServer: nameServer, stranger: { _, _ in nil }, post: post)
    }

    deinit { thread.close() }

    package func probe(_ question: Probe, key: ProbeKey, timeout: Double, context: ProbeContext) {
        thread.send(.ask(ProbeRequest(question: question, key: key, timeout: timeout, context: context)))
    }

    package func match(_ pattern: String, in output: [UInt8], isCut: Bool, key: ProbeKey) {
        thread.send(.match(pattern, in: output, isCut: isCut, key))
    }

    package func cancel(_ key: ProbeKey) {
        thread.send(.cancel(key))
    }

    /// Ends the thread and drops every probe under way; nothing is answered any more. Waits for the thread, but not
    /// longer than two seconds.
    package func close() {
        thread.close()
    }
}

extension NetworkProber {
    /// Looks at what the thread owns, on that thread, for tests and diagnostics.
    func inspect(_ look: @escaping @Sendable (ProbeScheduler) -> Void) {
        thread.send(.inspect(look))
    }
}
