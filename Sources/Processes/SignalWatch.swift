import CPlatform
import Execution
import Glibc
import Synchronization
import Threads

/// Hears requests to stop (SIGINT, SIGTERM, SIGHUP) on a thread of its own, whatever the engine is busy with.
final class SignalWatch: Sendable {
    /// Readable while a signal waits.
    private let signals: Int32
    /// Readable once the watch is to end.
    private let stop: Int32
    private let thread: Mutex<Thread?> = Mutex(nil)

    /// To be made before any thread is started, since threads inherit which signals are blocked.
    ///
    /// - Parameters:
    ///   - exit: what ends the program when it does not end by itself; nil: nothing does.
    ///   - heard: called on the watch's thread for each request.
    init(exit: ForcedExit?, heard: @escaping @Sendable () -> Void) throws(LaunchError) {
        let signals = platform_signals_open()
        guard signals >= 0 else { throw LaunchFailure.descriptor(-signals, for: "signals") }
        let stop = platform_eventfd()
        guard stop >= 0 else {
            platform_signals_close(signals)
            throw LaunchFailure.descriptor(-stop, for: "signals")
        }
        self.signals = signals
        self.stop = stop
        do {
            let thread = try Thread.start(named: "signals") { Self.work(signals, stop, exit, heard) }
            self.thread.withLock { $0 = thread }
        } catch {
            platform_signals_close(signals)
            close(stop)
            throw LaunchFailure.descriptor(error.code, for: "signals")
        }
    }

    /// Whom to send a signal that is meant for this watch alone.
    var target: pthread_t? { thread.withLock { $0?.id } }

    /// Gives the signals back their usual meaning, in this thread and those it starts later.
    func end() {
        let thread = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        guard let thread else { return }
        platform_eventfd_raise(stop)
        thread.join()
        close(stop)
        platform_signals_close(signals)
    }

    private static func work(
        _ signals: Int32, _ stop: Int32, _ exit: ForcedExit?, _ heard: @Sendable () -> Void
    ) {
        while true {
            var watched = [
                pollfd(fd: signals, events: Int16(POLLIN), revents: 0),
                pollfd(fd: stop, events: Int16(POLLIN), revents: 0),
            ]
            let left = exit?.deadline.map { Int32(max(0, ($0 - platform_uptime()) * 1000).rounded(.up)) }
            _ = poll(&watched, 2, left ?? -1)
            if watched[1].revents != 0 { return }
            while platform_signals_next(signals) != 0 {
                exit?.isAsked(at: platform_uptime())
                heard()
            }
            if let exit, let deadline = exit.deadline, deadline <= platform_uptime() { exit.now() }
        }
    }
}

/// Ends the program when it was asked to stop and does not: a second after the second request, whatever it is doing;
/// at once where its work is done and only its readers are waited for.
///
/// That is as safe as a power cut: what has begun is on record, and a resume takes it up.
package final class ForcedExit: Sendable {
    private struct State {
        var requests = 0
        var deadline: Double?
        /// With which status the program is about to end by itself.
        var status: Int32?
    }

    /// That of this process.
    package static let process = ForcedExit()

    /// Seconds from the second request to the end.
    static let patience = 0.9

    private let state = Mutex(State())
    private let modes: platform_terminal_modes

    private init() {
        var modes = platform_terminal_modes()
        if tcgetpgrp(0) == getpgrp() { platform_terminal_save(0, &modes) }
        self.modes = modes
    }

    /// Seconds for which readers that take nothing are waited for in the end; nil: as long as they want.
    package var patienceWithReaders: Double? {
        switch state.withLock({ $0.requests }) {
        case 0: nil
        case 1: 0.5
        default: 0.1
        }
    }

    /// The work is done: the next request ends the program at once, with this status.
    package func workIsDone(status: Int32) { state.withLock { $0.status = status } }

    func isAsked(at time: Double) {
        state.withLock { state in
            state.requests += 1
            let deadline: Double? =
                state.status != nil ? time : state.requests > 1 ? time + Self.patience : nil
            state.deadline = [state.deadline, deadline].compactMap { $0 }.min()
        }
    }

    var deadline: Double? { state.withLock { $0.deadline } }

    /// Ends the program, leaving the terminal as it was found.
    func now() -> Never {
        if tcgetpgrp(0) == getpgrp() {
            var modes = modes
            platform_terminal_restore(0, &modes)
        }
        let status = state.withLock { $0.status }
        if status == nil {
            say("runbook: ended at the second request to stop; what still runs is on record for: runbook resume\n")
        }
        _exit(status ?? 130)
    }

    /// Only if that does not have to wait for a reader.
    private func say(_ text: String) {
        var request = pollfd(fd: 2, events: Int16(POLLOUT), revents: 0)
        guard poll(&request, 1, 0) == 1, request.revents & Int16(POLLOUT) != 0 else { return }
        _ = text.utf8CString.withUnsafeBytes { write(2, $0.baseAddress, $0.count - 1) }
    }
}
