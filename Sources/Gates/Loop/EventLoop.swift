import CCurl
import Dispatch
import Glibc

/// What the kernel says about a watched descriptor; an error counts as both, so that whoever waits finds out.
struct Readiness {
    var readable: Bool
    var writable: Bool
    var failed: Bool
}

/// Waits for many descriptors and times at once and calls back: one epoll, owned by one thread.
///
/// Not thread-safe; every call comes from the owner's thread. Descriptors that are watched must be unwatched before
/// they are closed.
final class EventLoop {
    private let epoll: Int32
    private var handlers: [Int32: (Readiness) -> Void] = [:]
    private var timers = TimerQueue()
    private var chores: [() -> Void] = []
    private var nextChore = 0
    private var turnsSinceChore = 0
    private let events = UnsafeMutableBufferPointer<epoll_event>.allocate(capacity: 128)

    /// Nil when the process has no descriptor left.
    init?() {
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard epoll >= 0 else {
            events.deallocate()
            return nil
        }
    }

    deinit {
        Glibc.close(epoll)
        events.deallocate()
    }

    /// Seconds on the clock of this loop's timers.
    var now: Double { Self.now }

    static var now: Double { Double(DispatchTime.now().uptimeNanoseconds) / 1e9 }

    /// Calls `handler` whenever the descriptor is ready, until it is unwatched; replaces an earlier watch.
    /// False when the kernel refuses the descriptor.
    @discardableResult
    func watch(
        _ descriptor: Int32, readable: Bool, writable: Bool, handler: @escaping (Readiness) -> Void
    ) -> Bool {
        var event = epoll_event()
        event.events = (readable ? EPOLLIN.rawValue : 0) | (writable ? EPOLLOUT.rawValue : 0)
        event.data.fd = descriptor
        let known = handlers.updateValue(handler, forKey: descriptor) != nil
        // The owner may have closed and reopened the descriptor's number behind our back: then the kernel has
        // forgotten it, or has it although we do not.
        if epoll_ctl(epoll, known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, descriptor, &event) == 0 { return true }
        if epoll_ctl(epoll, known ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, descriptor, &event) == 0 { return true }
        handlers[descriptor] = nil
        return false
    }

    func unwatch(_ descriptor: Int32) {
        guard handlers.removeValue(forKey: descriptor) != nil else { return }
        var event = epoll_event()
        epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, &event)
    }

    func after(_ seconds: Double, _ action: @escaping () -> Void) -> TimerQueue.ID {
        timers.add(at: now + seconds, action)
    }

    func cancel(_ timer: TimerQueue.ID) {
        timers.cancel(timer)
    }

    /// Does `chore` when nothing else is at hand, one at a time, in order: for work that takes milliseconds. Where
    /// something is always at hand, one gets its turn all the same now and then.
    func whenIdle(_ chore: @escaping () -> Void) {
        chores.append(chore)
    }

    /// Waits until something happens and calls whoever asked for it.
    ///
    /// A timer is due by the moment at which the kernel was asked, not by the one at which the handlers were done: what
    /// came in while they worked is looked at before anything is given up for having come too late.
    func turn() {
        let count = epoll_wait(epoll, events.baseAddress, Int32(events.count), patience())
        let asked = now
        for event in events.prefix(max(0, Int(count))) {
            let flags = event.events
            let failed = flags & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0
            let readiness = Readiness(
                readable: failed || flags & EPOLLIN.rawValue != 0,
                writable: failed || flags & EPOLLOUT.rawValue != 0,
                failed: failed)
            // A handler called before may have unwatched this one.
            handlers[event.data.fd]?(readiness)
        }
        var called = 0
        // An action may add one that is due at once: each turn has an end all the same.
        while called < 4096, let action = timers.take(dueBy: asked) {
            action()
            called += 1
        }
        turnsSinceChore += 1
        if count == 0 && called == 0 || turnsSinceChore >= 16 { doChore() }
    }

    /// Milliseconds to wait, rounded up so that a timer is never waited for in a busy loop; -1 for ever.
    private func patience() -> Int32 {
        if nextChore < chores.count { return 0 }
        guard let due = timers.next() else { return -1 }
        return Int32(min(max(0, ((due - now) * 1000).rounded(.up)), 60_000))
    }

    private func doChore() {
        guard nextChore < chores.count else { return }
        turnsSinceChore = 0
        let chore = chores[nextChore]
        nextChore += 1
        if nextChore == chores.count {
            chores = []
            nextChore = 0
        }
        chore()
    }
}
