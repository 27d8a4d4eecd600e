import CCurl
import Glibc

/// Threads that take no signals: those are for the program's main thread.
enum Threads {
    private final class Work: Sendable {
        let name: String
        let run: @Sendable () -> Void

        init(name: String, run: @escaping @Sendable () -> Void) {
            self.name = name
            self.run = run
        }
    }

    /// Starts one; whoever gets it joins or detaches it.
    ///
    /// - Parameter name: what debuggers and `top -H` call it; at most 15 bytes.
    /// - Returns: nil when there is no thread to be had.
    static func start(named name: String, _ run: @escaping @Sendable () -> Void) -> pthread_t? {
        var all = sigset_t()
        var before = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        var thread = pthread_t()
        let context = Unmanaged.passRetained(Work(name: name, run: run))
        let code = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                let work = Unmanaged<Work>.fromOpaque(context).takeRetainedValue()
                gates_name_thread(work.name)
                work.run()
                return nil
            }, context.toOpaque())
        guard code == 0 else {
            context.release()
            return nil
        }
        return thread
    }
}
