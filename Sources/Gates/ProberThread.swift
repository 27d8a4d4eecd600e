import CCurl
import Execution
import Glibc
import Threads

/// The prober's thread and the letter box through which others reach it.
final class ProberThread: Sendable {
    enum Message: Sendable {
        case ask(ProbeRequest)
        /// Does an expression match in what a command printed?
        case match(String, in: [UInt8], isCut: Bool, ProbeKey)
        case cancel(ProbeKey)
        /// A look at a file came to this.
        case found(ProbeKey, FileProbe.Finding)
        /// Something to be done on the thread with what it owns, for tests.
        case inspect(@Sendable (ProbeScheduler) -> Void)
    }

    private struct State {
        var messages: [Message] = []
        var isRunning = false
        var isClosed = false
        var thread: Thread?
        /// The thread has nothing left to do but to end.
        var hasEnded = false
    }

    /// The engine has at most one probe of a gate under way; a caller who does not wait for answers finds an end here.
    static let mostMessages = 1 << 17

    private let state = Monitor(State())
    private let bell: Int32
    private let nameServer: String?
    private let stranger: StrangerQuestion
    private let post: @Sendable ([Occurrence]) -> Void

    init(
        nameServer: String?, stranger: @escaping StrangerQuestion, post: @escaping @Sendable ([Occurrence]) -> Void
    ) {
        self.nameServer = nameServer
        self.stranger = stranger
        self.post = post
        bell = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    }

    deinit {
        if bell >= 0 { Glibc.close(bell) }
    }

    func send(_ message: Message) {
        enum Next { case ring, start, refuse, nothing }
        let next: Next = state.withLock { state in
            guard !state.isClosed else { return .nothing }
            guard state.messages.count < Self.mostMessages else { return .refuse }
            state.messages.append(message)
            guard !state.isRunning else { return state.messages.count == 1 ? .ring : .nothing }
            guard case .cancel = message else {
                state.isRunning = true
                return .start
            }
            // Nothing was ever asked.
            state.messages = []
            return .nothing
        }
        switch next {
        case .ring: ring()
        case .start: start()
        case .refuse: refuse([message], "not asked: too many probes at once")
        case .nothing: break
        }
    }

    func close() {
        let thread = state.withLock { state in
            state.isClosed = true
            state.messages = []
            defer { state.thread = nil }
            return state.thread
        }
        guard let thread else { return }
        ring()
        // The last to let go of a prober may be its own thread.
        if thread.isCurrent { return thread.detach() }
        // What a program does inside a library cannot be interrupted; the process must be able to end all the same.
        switch state.wait(within: 2, for: { $0.hasEnded ? () : nil }) {
        case .some: thread.join()
        case nil: thread.detach()
        }
    }

    private func ring() {
        eventfd_write(bell, 1)
    }

    private func refuse(_ messages: [Message], _ reason: String) {
        let refused: [Occurrence] = messages.compactMap { message in
            switch message {
            case .ask(let request): .probed(request.key, .no(reason))
            case .match(_, _, _, let key): .probed(key, .no(reason))
            case .cancel, .found, .inspect: nil
            }
        }
        if !refused.isEmpty { post(refused) }
    }

    private func start() {
        // Whoever closes finds either no thread or all of it.
        let isRunning = state.withLock { state in
            guard !state.isClosed else { return true }
            guard let thread = try? Thread.start(named: "gates", { self.run() }) else { return false }
            state.thread = thread
            return true
        }
        if !isRunning { fail("cannot probe: no thread to be had") }
    }

    /// Answers everything at hand with the reason; the next probe tries again, with another thread.
    private func fail(_ reason: String) {
        let messages = state.withLock { state in
            defer {
                state.messages = []
                state.thread = nil
            }
            state.isRunning = false
            state.thread?.detach()
            return state.messages
        }
        refuse(messages, reason)
    }

    private func run() {
        let answers = AnswerBatch(post: post)
        guard bell >= 0,
            let scheduler = ProbeScheduler(
                nameServer: nameServer, stranger: stranger,
                hand: { [weak self] key, finding in self?.send(.found(key, finding)) },
                post: { key, answer in answers.add(.probed(key, answer), at: EventLoop.now) })
        else {
            return fail("cannot probe: \(curl_fault().map { String(cString: $0) } ?? "too many open files")")
        }
        scheduler.loop.watch(bell, readable: true, writable: false) { [bell] _ in
            var count: eventfd_t = 0
            eventfd_read(bell, &count)
        }
        while let messages = receive() {
            for message in messages {
                switch message {
                case .ask(let request): scheduler.ask(request)
                case .match(let pattern, let output, let isCut, let key):
                    scheduler.match(pattern, in: output, isCut: isCut, key: key)
                case .cancel(let key): scheduler.cancel(key)
                case .found(let key, let finding): scheduler.found(finding, for: key)
                case .inspect(let look): look(scheduler)
                }
            }
            answers.flush()
            scheduler.loop.turn()
            answers.flush()
        }
        scheduler.loop.unwatch(bell)
        state.change { $0.hasEnded = true }
    }

    /// Nil when it is time to end.
    private func receive() -> [Message]? {
        state.withLock { state in
            guard !state.isClosed else { return nil }
            defer { state.messages = [] }
            return state.messages
        }
    }
}
