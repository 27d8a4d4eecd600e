import CPlatform
import Glibc
import Testing

@testable import Threads

@Suite("A thread")
struct ThreadTests {
    /// What a thread sees of itself.
    private struct Sight: Sendable {
        var name = ""
        var stack = 0
        var isBlocked: [Int32: Bool] = [:]
    }

    private static func look(_ signals: [Int32]) -> Sight {
        var sight = Sight()
        var name = [CChar](repeating: 0, count: 32)
        let file = open("/proc/thread-self/comm", O_RDONLY)
        let count = read(file, &name, name.count)
        close(file)
        sight.name = String(decoding: name.prefix(max(0, count - 1)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        var attributes = pthread_attr_t()
        // Glibc's module does not show it.
        typealias GetAttributes = @convention(c) (pthread_t, UnsafeMutablePointer<pthread_attr_t>) -> Int32
        if let symbol = dlsym(nil, "pthread_getattr_np"),
            unsafeBitCast(symbol, to: GetAttributes.self)(pthread_self(), &attributes) == 0
        {
            pthread_attr_getstacksize(&attributes, &sight.stack)
            pthread_attr_destroy(&attributes)
        }
        var set = sigset_t()
        pthread_sigmask(SIG_BLOCK, nil, &set)
        for signal in signals { sight.isBlocked[signal] = sigismember(&set, signal) == 1 }
        return sight
    }

    private func look(
        named name: String = "looker", stack: Int? = nil, signals: Thread.Signals = .none,
        at numbers: [Int32] = []
    ) throws -> Sight {
        let seen = Monitor<Sight?>(nil)
        let thread = try Thread.start(named: name, stack: stack, signals: signals) {
            let sight = Self.look(numbers)
            seen.change { $0 = sight }
        }
        thread.join()
        return try #require(seen.withLock { $0 })
    }

    @Test("has its name, cut to what the system keeps")
    func names() throws {
        #expect(try look(named: "short").name == "short")
        #expect(try look(named: "a-name-of-sixteen").name == "a-name-of-sixte")
    }

    @Test("has the stack that was asked for, and no thread is made of one that cannot be")
    func stacks() throws {
        #expect(try look(stack: 1 << 20).stack == 1 << 20)
        #expect(throws: Thread.StartFailure.self) { try look(stack: 1) }
    }

    @Test("takes no signals, and leaves those of whoever starts it as they were")
    func takesNone() throws {
        var before = sigset_t()
        var after = sigset_t()
        pthread_sigmask(SIG_BLOCK, nil, &before)
        let sight = try look(at: [SIGTERM, SIGINT, SIGTTOU, SIGWINCH])
        pthread_sigmask(SIG_BLOCK, nil, &after)
        #expect(sight.isBlocked.values.allSatisfy { $0 } && sight.isBlocked.count == 4)
        for signal in Int32(1)..<32 { #expect(sigismember(&before, signal) == sigismember(&after, signal)) }
    }

    @Test("takes the signals of whoever starts it where that is asked for")
    func inherits() throws {
        var blocked = sigset_t()
        var before = sigset_t()
        sigemptyset(&blocked)
        sigaddset(&blocked, SIGUSR2)
        pthread_sigmask(SIG_SETMASK, &blocked, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        let sight = try look(signals: .inherited, at: [SIGUSR2, SIGTTOU])
        #expect(sight.isBlocked == [SIGUSR2: true, SIGTTOU: false])
    }

    @Test("lets go of what it was given when it ends, and when it could not be started")
    func letsGo() throws {
        final class Token: Sendable {}
        weak var ran: Token?
        weak var refused: Token?
        do {
            let token = Token()
            ran = token
            try Thread.start(named: "token") { _ = token }.join()
        }
        do {
            let token = Token()
            refused = token
            #expect(throws: Thread.StartFailure.self) { try Thread.start(named: "token", stack: 1) { _ = token } }
        }
        #expect(ran == nil && refused == nil)
    }

    @Test("knows itself")
    func current() throws {
        let own = Monitor<(thread: Thread?, isCurrent: Bool?)>((nil, nil))
        let thread = try Thread.start(named: "self") {
            let thread = own.wait { $0.thread }
            own.change { $0.isCurrent = thread.isCurrent }
        }
        #expect(!thread.isCurrent)
        own.change { $0.thread = thread }
        thread.join()
        #expect(own.withLock { $0.isCurrent } == true)
    }
}
