import CPlatform
package import Execution
import Glibc
import Model

/// Runs the bodies of steps as real processes, each in a session of its own, watched by a reactor.
///
/// Belongs to the reactor's thread.
package final class ProcessRunner: CommandRunner {
    package let bootID: String

    let reactor: Reactor
    var children: [Child?] = []
    /// Indices of `children` that are free.
    var vacant: [Int] = []
    var index: [ProcessKey: Int] = [:]
    /// What finished captures read, until it is taken.
    var captures: [ProcessKey: Capture] = [:]
    /// Indices of `children` that are being ended.
    var ending: Set<Int> = []
    /// Processes whose end was reported by the last wait: what they left running can still be ended.
    var recent: [ProcessKey: Child] = [:]

    /// When orphans are looked for; nil where those are not ours to reap.
    var reapAt: Double?

    private let arguments = ArgumentBuffer()
    private let environment = ArgumentBuffer()
    private var shared = EnvironmentCache()
    var programs = ProgramSearch()
    /// Bits of 0600 that this process's umask takes from files.
    private let maskedBits: mode_t
    /// Held back so that a process that was just started can be watched even when no descriptor is left.
    private var spare: Int32

    package init(reactor: Reactor) {
        self.reactor = reactor
        bootID = ProcessTable.bootID()
        maskedBits = mode_t(platform_umask()) & 0o600
        spare = POSIX.open("/dev/null", O_RDONLY | O_CLOEXEC)
        reapAt = getpid() == 1 ? platform_uptime() + Self.reapPause : nil
        reactor.client = self
    }

    deinit {
        if spare >= 0 { close(spare) }
        for case .some(var child) in children {
            if child.pidfd >= 0 { reactor.release(child.pidfd) }
            child.closePipes(reactor)
        }
    }

    package func start(_ launch: Launch) throws(LaunchError) -> ProcessIdentity {
        guard index[launch.key] == nil else {
            throw LaunchError(message: "the process of this attempt is still running", isTemporary: false)
        }
        try reserve()
        try clearLeftovers(of: launch.key)
        let prepared = try prepare(launch)
        var streams = Streams()
        defer { streams.close() }
        try streams.open(launch.output, reactor)
        let started = try spawn(launch, prepared, streams)
        if maskedBits != 0, case .log(let path) = launch.output { POSIX.chmod(path, 0o600) }

        let identity = ProcessIdentity(pid: started.pid, startTime: started.time, bootID: bootID)
        var child = Child(key: launch.key, identity: identity, isOurs: true)
        child.token = launch.token
        child.pipe = streams.takeReader()
        child.errorPipe = streams.takeErrorReader()
        if case .capture(let limit) = launch.output { child.captureLimit = max(0, limit) }
        child.terminal = streams.takeTerminal()
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

    // MARK: Steps of a start

    /// Makes sure of a descriptor for watching the process before there is one.
    private func reserve() throws(LaunchError) {
        guard spare < 0 else { return }
        spare = POSIX.open("/dev/null", O_RDONLY | O_CLOEXEC)
        guard spare >= 0 else { throw LaunchFailure.descriptor(errno, for: "a process") }
    }

    /// What a start needs besides the launch itself.
    private struct Prepared {
        /// The file to execute: the interpreter's, or that of the program around it.
        var program: String
        /// What comes before the script.
        var arguments: [String]
        var inherited: ArgumentBuffer
    }

    /// Fills the buffer of the environment and finds the interpreter.
    private func prepare(_ launch: Launch) throws(LaunchError) -> Prepared {
        environment.removeAll()
        for entry in launch.environment {
            guard environment.append(entry) else {
                throw LaunchError(
                    message: "the environment variable \(entry.parts(at: "=")[0]) has a NUL byte in its value",
                    isTemporary: false)
            }
        }
        guard let inherited = shared.form(of: launch.inherited) else {
            throw LaunchError(message: "a variable of the environment has a NUL byte in it", isTemporary: false)
        }
        guard let name = launch.interpreter.arguments.first, !name.isEmpty else {
            throw LaunchError(message: "the step has no interpreter", isTemporary: false)
        }
        let path = environment.value(after: "PATH=") ?? inherited.path ?? ProgramSearch.defaultPath
        guard let program = programs.find(name, path: path, directory: launch.directory) else {
            throw LaunchFailure.notFound(name, path: path, directory: launch.directory)
        }
        if let wrapper = launch.wrapper.first {
            return Prepared(
                program: wrapper, arguments: launch.wrapper + [program] + launch.interpreter.arguments.dropFirst(),
                inherited: inherited.buffer)
        }
        return Prepared(program: program, arguments: launch.interpreter.arguments, inherited: inherited.buffer)
    }

    /// Starts the process, with its script as an argument where it fits, else in a file.
    private func spawn(
        _ launch: Launch, _ prepared: Prepared, _ streams: borrowing Streams
    ) throws(LaunchError) -> (pid: pid_t, time: Double) {
        let fits = launch.script.utf8.count <= Script.argumentLimit
        if launch.interpreter.delivery == .argument, let option = launch.interpreter.option, fits {
            try fill(prepared.arguments + [option, launch.script])
            let outcome = attempt(launch, prepared, streams)
            if outcome.error == 0 { return (outcome.pid, outcome.time) }
            if outcome.error != E2BIG { throw LaunchFailure.spawn(outcome.error, launch, program: prepared.program) }
        }
        try Script.write(launch.script, to: launch.scriptFile)
        try fill(prepared.arguments + [launch.scriptFile])
        let outcome = attempt(launch, prepared, streams)
        guard outcome.error == 0 else {
            throw LaunchFailure.spawn(outcome.error, launch, program: prepared.program)
        }
        return (outcome.pid, outcome.time)
    }

    private func fill(_ strings: [String]) throws(LaunchError) {
        arguments.removeAll()
        for string in strings {
            guard arguments.append(string) else {
                throw LaunchError(message: "the script or its interpreter has a NUL byte in it", isTemporary: false)
            }
        }
    }

    private func attempt(
        _ launch: Launch, _ prepared: Prepared, _ streams: borrowing Streams
    ) -> (error: Int32, pid: pid_t, time: Double) {
        var pid: pid_t = 0
        let before = platform_uptime()
        let error = arguments.withPointers { arguments in
            environment.withPointers(and: prepared.inherited) { environment in
                Self.call(launch, prepared.program, arguments, environment, streams, &pid)
            }
        }
        let after = platform_uptime()
        var time = (before + after) / 2
        // A start that took long says little about when the process came to be; the kernel knows to 10 ms.
        if error == 0, after - before > 0.01, let process = ProcessTable.read(pid) {
            time = ProcessTable.startTime(process)
        }
        return (error, pid, time)
    }

    private static func call(
        _ launch: Launch, _ program: String, _ arguments: UnsafePointer<UnsafeMutablePointer<CChar>?>,
        _ environment: UnsafePointer<UnsafeMutablePointer<CChar>?>, _ streams: borrowing Streams, _ pid: inout pid_t
    ) -> Int32 {
        let (output, error, terminal) = (streams.writer, streams.errorWriter, streams.terminalDescriptor)
        return OSText.withCString(program) { program in
            OSText.withCString(launch.directory) { directory in
                var start = platform_launch()
                start.program = program
                start.arguments = arguments
                start.environment = environment
                start.directory = directory
                start.output = output
                start.error = error
                start.terminal = terminal
                switch launch.output {
                case .log(let path):
                    return OSText.withCString(path) { path in
                        start.log = path
                        return platform_spawn(&start, &pid)
                    }
                case .terminal: start.shares_terminal = 1
                case .discard, .capture: break
                }
                return platform_spawn(&start, &pid)
            }
        }
    }

    // MARK: Watching

    /// Enters a living process among the children; one of ours that cannot be watched is ended.
    func watch(_ child: Child, temporary consequence: String) throws(LaunchError) {
        var child = child
        let pid = child.identity.pid
        child.pidfd = platform_pidfd_open(pid)
        if child.pidfd == -EMFILE || child.pidfd == -ENFILE, spare >= 0 {
            close(spare)
            spare = -1
            child.pidfd = platform_pidfd_open(pid)
        }
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
