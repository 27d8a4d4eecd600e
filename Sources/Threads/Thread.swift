internal import CPlatform
internal import Glibc

/// A thread of the system, to be joined or detached exactly once.
package struct Thread: Sendable {
    /// Which signals a thread takes.
    package enum Signals: Sendable {
        /// None: those are for the program's main thread.
        case none
        /// Those that whoever starts it takes.
        case inherited
    }

    /// No thread is to be had.
    package struct StartFailure: Error {
        /// What `pthread_create` gave: EAGAIN as a rule (`ulimit -u`).
        package let code: Int32
    }

    /// What POSIX knows it by (`pthread_t`), until it is joined or detached.
    package let id: UInt

    /// Starts a thread that runs `body` and ends with it.
    ///
    /// - Parameters:
    ///   - name: what debuggers and `top -H` call it; more than 15 bytes are cut off.
    ///   - stack: the size of its stack in bytes; nil: what is usual (`ulimit -s`).
    package static func start(
        named name: String, stack: Int? = nil, signals: Signals = .none, _ body: @escaping @Sendable () -> Void
    ) throws(StartFailure) -> Thread {
        var attributes = pthread_attr_t()
        var code = pthread_attr_init(&attributes)
        guard code == 0 else { throw StartFailure(code: code) }
        defer { pthread_attr_destroy(&attributes) }
        if let stack { code = pthread_attr_setstacksize(&attributes, stack) }
        guard code == 0 else { throw StartFailure(code: code) }

        let context = Unmanaged.passRetained(Work(name: name, body: body))
        var id = pthread_t()
        code = withSignals(signals) { pthread_create(&id, &attributes, Work.run, context.toOpaque()) }
        guard code == 0 else {
            context.release()
            throw StartFailure(code: code)
        }
        return Thread(id: id)
    }

    /// Whether this is the thread that asks.
    package var isCurrent: Bool { pthread_equal(id, pthread_self()) != 0 }

    /// Waits for its end.
    package func join() { pthread_join(id, nil) }

    /// Nobody waits for its end.
    package func detach() { pthread_detach(id) }

    /// Runs `start` with the signals that a thread started by it is to inherit.
    private static func withSignals(_ signals: Signals, _ start: () -> Int32) -> Int32 {
        switch signals {
        case .inherited: return start()
        case .none:
            var all = sigset_t()
            var before = sigset_t()
            sigfillset(&all)
            pthread_sigmask(SIG_SETMASK, &all, &before)
            defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
            return start()
        }
    }
}

private final class Work: Sendable {
    private let name: String
    private let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
        self.name = name
        self.body = body
    }

    static let run: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { pointer in
        guard let pointer else { return nil }
        let work = Unmanaged<Work>.fromOpaque(pointer).takeRetainedValue()
        platform_name_thread(work.name)
        work.body()
        return nil
    }
}
