import CPlatform
package import Execution
import Glibc
import Model

/// Runs the bodies of steps as real processes, each in a session of its own, watched by a reactor.
///
/// Belongs to the reactor's thread.
package final class ProcessRunner {
    package let bootID: String
    let search: ProcessSearch

    let reactor: Reactor
    var children: [Child?] = []
    /// Indices of `children` that are free.
    var vacant: [Int] = []
    var index: [ProcessKey: Int] = [:]
    /// What finished captures read, until it is taken.
    var captures: [ProcessKey: Capture] = [:]
    /// Indices of `children` that are being ended.
    var ending: Set<Int> = []
    /// Processes whose end was reported in the last seconds: what they left running can still be ended.
    var recent = Recent()

    /// When orphans are looked for; nil where those are not ours to reap.
    var reapAt: Double?
    /// Processes that another thread is making for us: what looks like an orphan may be one of them.
    var making = 0

    package init(reactor: Reactor) {
        self.reactor = reactor
        search = ProcessSearch()
        bootID = search.bootID
        reapAt = getpid() == 1 ? platform_uptime() + Self.reapPause : nil
        reactor.client = self
    }

    deinit {
        for case .some(var child) in children {
            if child.pidfd >= 0 { reactor.release(child.pidfd) }
            child.closePipes(reactor)
        }
    }

    /// Enters a process that was just made among the children.
    func watch(
        _ spawned: ProcessSpawner.Spawned, of launch: Launch, _ loan: TerminalLoan?
    ) throws(LaunchError) -> ProcessIdentity {
        let identity = ProcessIdentity(pid: spawned.pid, startTime: spawned.time, bootID: bootID)
        var child = Child(key: launch.key, identity: identity, isOurs: true)
        child.token = launch.token
        child.pidfd = spawned.pidfd
        child.pipe = spawned.reader
        child.errorPipe = spawned.errorReader
        if case .capture(let limit) = launch.output { child.captureLimit = max(0, limit) }
        child.terminal = loan
        captures[launch.key] = nil
        try watch(child, temporary: "it was ended at once, and may have begun its work")
        return identity
    }

    /// Throws unless so many more descriptors can be had.
    package func requireDescriptors(_ count: Int) throws(LaunchError) {
        var held: [Int32] = []
        defer { for descriptor in held { close(descriptor) } }
        for _ in 0..<count {
            let descriptor = POSIX.open("/dev/null", O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw LaunchFailure.descriptor(errno, for: "\(count) descriptors") }
            held.append(descriptor)
        }
    }

    // MARK: Watching

    /// Enters a living process among the children; one of ours that cannot be watched is ended.
    func watch(_ child: Child, temporary consequence: String) throws(LaunchError) {
        let pid = child.identity.pid
        let place = vacant.popLast() ?? children.count
        var error = child.pidfd < 0 ? -child.pidfd : reactor.watch(child.pidfd, tag: ChildTag.ends(place))
        if error == 0, let pipe = child.pipe { error = reactor.watch(pipe, tag: ChildTag.writes(place)) }
        if error == 0, let pipe = child.errorPipe { error = reactor.watch(pipe, tag: ChildTag.complains(place)) }
        guard error == 0 else {
            vacant.append(place)
            abandon(child)
            throw LaunchError(
                message: "cannot watch process \(pid) (\(SystemError(code: error).text)); \(consequence)",
                isTemporary: true, hasBegun: true)
        }
        if place == children.count { children.append(child) } else { children[place] = child }
        index[child.key] = place
    }

    private func abandon(_ child: Child) {
        var child = child
        if child.pidfd >= 0 { reactor.release(child.pidfd) }
        child.closePipes(reactor)
        guard child.isOurs else { return }
        Glibc.kill(-child.identity.pid, SIGKILL)
        var status: Int32 = 0
        // Not for ever: it may have become somebody whom we may not signal.
        for _ in 0..<200 where waitpid(child.identity.pid, &status, WNOHANG) == 0 { usleep(5_000) }
        child.terminal?.takeBack()
    }
}
