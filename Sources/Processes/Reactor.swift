import CPlatform
package import Execution
import Glibc

/// The engine's inbox: one epoll over processes, signals, the terminal and what other threads post.
///
/// Everything but `mailbox` belongs to the thread that made it.
package final class Reactor: Inbox {
    /// Tags of epoll events; those of the client start at `client`.
    private enum Tag {
        static let mailbox: UInt64 = 0
        static let timer: UInt64 = 1
        static let terminal: UInt64 = 3
        static let client: UInt64 = 16
    }

    /// Where other threads put what they have for the engine.
    package let mailbox: Mailbox
    /// Watches descriptors of its own and has deadlines of its own.
    weak var client: (any ReactorClient)?

    private let epoll: Descriptor
    private let timer: Descriptor
    /// What the timer is set to.
    private var armed: Double?
    private(set) var signals: SignalWatch?
    /// When input that is not ours to read, since we are in the background, is looked for again.
    private var inputRetry: Double?
    private var input: LineInput?
    /// The input cannot be waited for since it is always readable (a file, /dev/null).
    private var isInputAlwaysReady = false
    private var isInputPaused = false
    private var tags = [UInt64](repeating: 0, count: 256)

    /// Throws when no descriptors are left.
    package init() throws(LaunchError) {
        mailbox = try Mailbox()
        let epollResult = platform_epoll_create()
        guard let epoll = Descriptor(owning: epollResult) else {
            throw LaunchFailure.descriptor(-epollResult, for: "waiting for events")
        }
        let timerResult = platform_timer_create()
        guard let timer = Descriptor(owning: timerResult) else {
            throw LaunchFailure.descriptor(-timerResult, for: "a timer")
        }
        for (descriptor, tag) in [(mailbox.event, Tag.mailbox), (timer.number, Tag.timer)] {
            let result = platform_epoll_add(epoll.number, descriptor, tag)
            guard result == 0 else { throw LaunchFailure.descriptor(-result, for: "waiting for events") }
        }
        self.epoll = epoll
        self.timer = timer
    }

    deinit {
        mailbox.shut()
        signals?.end()
    }

    package var now: ClockReading {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        var awake = timespec()
        clock_gettime(CLOCK_MONOTONIC, &awake)
        return ClockReading(uptime: platform_uptime(), wall: Self.seconds(time), awake: Self.seconds(awake))
    }

    private static func seconds(_ time: timespec) -> Double { Double(time.tv_sec) + Double(time.tv_nsec) / 1e9 }

    /// Hands an occurrence to the engine from its own thread; other threads use `mailbox`.
    package func post(_ occurrence: Occurrence) {
        mailbox.post(occurrence)
    }

    package func wait(until deadline: Double?) -> [Occurrence] {
        var found: [Occurrence] = []
        while true {
            let now = platform_uptime()
            let isDue = deadline.map { $0 <= now } ?? false
            if let retry = inputRetry, retry <= now {
                inputRetry = nil
                resumeTerminal()
            }
            if isInputAlwaysReady, !isInputPaused { readInput(&found) }
            let next = [deadline, client?.deadline, inputRetry].compactMap { $0 }.min()
            let polls = !found.isEmpty || (next.map { $0 <= now } ?? false)
            if !polls { arm(next) }
            collect(milliseconds: polls ? 0 : -1, &found)
            if let client, let due = client.deadline, due <= platform_uptime() {
                client.tick(now: platform_uptime(), &found)
            }
            if !found.isEmpty || isDue { return found }
        }
    }

    /// Takes in everything that is ready, after waiting for the first.
    private func collect(milliseconds: Int32, _ found: inout [Occurrence]) {
        var milliseconds = milliseconds
        // A bound on rounds keeps a flood of events from starving the engine.
        for _ in 0..<64 {
            let count = platform_epoll_wait(epoll.number, &tags, Int32(tags.count), milliseconds)
            guard count > 0 else { return }
            for index in 0..<Int(count) {
                handle(tags[index], &found)
            }
            if count < tags.count { return }
            milliseconds = 0
        }
    }

    private func handle(_ tag: UInt64, _ found: inout [Occurrence]) {
        switch tag {
        case Tag.mailbox: mailbox.drain(into: &found)
        case Tag.timer: arm(nil)
        case Tag.terminal: readInput(&found)
        default: client?.ready(tag - Tag.client, &found)
        }
    }

    private func arm(_ deadline: Double?) {
        guard deadline != armed else { return }
        armed = deadline
        _ = platform_timer_set(timer.number, deadline ?? 0)
    }
}

/// Someone whose descriptors and deadlines a reactor looks after.
protocol ReactorClient: AnyObject {
    /// Seconds of uptime at which `tick` is to be called; nil: never.
    var deadline: Double? { get }

    /// What it watches under this tag is readable.
    func ready(_ tag: UInt64, _ found: inout [Occurrence])

    /// Its deadline has passed.
    func tick(now: Double, _ found: inout [Occurrence])
}

// What is watched.
extension Reactor {
    /// Calls the client's `ready` with this tag whenever the descriptor is readable; 0 or an errno.
    func watch(_ descriptor: Int32, tag: UInt64) -> Int32 {
        -platform_epoll_add(epoll.number, descriptor, Tag.client + tag)
    }

    func unwatch(_ descriptor: Int32) {
        _ = platform_epoll_remove(epoll.number, descriptor)
    }

    /// Stops watching a descriptor, and closes it.
    ///
    /// Closing alone does not end the watch while a process that another thread is just starting holds a copy: what is
    /// told of it then would be taken for news of whoever has its place by now.
    func release(_ descriptor: Int32) {
        unwatch(descriptor)
        close(descriptor)
    }

    /// From now on SIGINT, SIGTERM and SIGHUP arrive as `.interrupt`, except for those that are ignored already.
    ///
    /// To be called before any thread is started, since threads inherit which signals are blocked.
    ///
    /// - Parameter exit: what ends the program when it goes on all the same; nil: nothing does.
    package func watchSignals(exit: ForcedExit? = nil) throws(LaunchError) {
        guard signals == nil else { return }
        signals = try SignalWatch(exit: exit) { [mailbox] in mailbox.postAtOnce(.interrupt) }
    }

    /// Gives the signals back their usual meaning.
    package func unwatchSignals() {
        signals?.end()
        signals = nil
    }

    /// From now on every line of this descriptor arrives as `.typed`, and its end as `.typed(nil)`.
    package func watchTerminal(descriptor: Int32 = 0) throws(LaunchError) {
        guard input == nil else { return }
        let error = -platform_epoll_add(epoll.number, descriptor, Tag.terminal)
        // EPERM: a kind of file that is always readable, which epoll refuses.
        guard error == 0 || error == EPERM else { throw LaunchFailure.descriptor(error, for: "the terminal") }
        isInputAlwaysReady = error == EPERM
        input = LineInput(descriptor: descriptor)
    }

    package func unwatchTerminal() {
        guard let input else { return }
        if !isInputAlwaysReady, !isInputPaused { unwatch(input.descriptor) }
        self.input = nil
        isInputAlwaysReady = false
        isInputPaused = false
    }

    /// Leaves the terminal's input to somebody else for a while: reading it from the background would stop us.
    func pauseTerminal() {
        guard let input, !isInputPaused else { return }
        isInputPaused = true
        if !isInputAlwaysReady { unwatch(input.descriptor) }
    }

    func resumeTerminal() {
        guard let input, isInputPaused else { return }
        isInputPaused = false
        if !isInputAlwaysReady { _ = platform_epoll_add(epoll.number, input.descriptor, Tag.terminal) }
    }

    private func readInput(_ found: inout [Occurrence]) {
        if let input, isatty(input.descriptor) == 1, tcgetpgrp(input.descriptor) != getpgrp() {
            // In the background: what is typed is for somebody else, and reading it would stop us.
            pauseTerminal()
            inputRetry = platform_uptime() + 0.5
            return
        }
        guard let portion = input?.read() else { return }
        found += portion.lines.map { .typed($0) }
        if portion.isAtEnd {
            unwatchTerminal()
            found.append(.typed(nil))
        }
    }

    /// Writing to a closed pipe, or past a limit on file sizes, fails with an error from now on; children are not
    /// affected.
    package static func ignoreBrokenPipes() {
        platform_ignore_broken_pipes()
    }

    /// As the first process of a container: signals end the program, as they end any other.
    package static func endBySignalsAsFirstProcess() {
        if getpid() == 1 { platform_end_by_signals() }
    }

    /// Opens /dev/null in place of standard descriptors that the caller closed, so that no other file takes their
    /// numbers.
    package static func holdStandardDescriptors() {
        _ = platform_hold_standard_descriptors()
    }
}
