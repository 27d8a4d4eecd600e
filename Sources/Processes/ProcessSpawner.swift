import CPlatform
import Execution
import Glibc
import Model

/// Makes processes out of launches, one at a time; belongs to one thread.
final class ProcessSpawner {
    /// A process that was just made, and the descriptors that belong to it.
    struct Spawned: Sendable {
        var pid: pid_t
        /// Seconds after boot.
        var time: Double
        /// Readable once it has ended; a negated errno where there is none.
        var pidfd: Int32
        /// Reading ends of a captured output and error.
        var reader: Int32?
        var errorReader: Int32?
    }

    private let arguments = ArgumentBuffer()
    private let environment = ArgumentBuffer()
    private var shared = EnvironmentCache()
    private var programs = ProgramSearch()
    /// Bits of 0600 that this process's umask takes from files.
    private let maskedBits: mode_t
    /// Held back so that a process that was just started can be watched even when no descriptor is left.
    private var spare: Int32

    init() {
        maskedBits = mode_t(platform_umask()) & 0o600
        spare = POSIX.open("/dev/null", O_RDONLY | O_CLOEXEC)
    }

    deinit {
        if spare >= 0 { close(spare) }
    }

    /// Whatever ran meanwhile may have installed a program.
    func forgetPrograms() { programs.forget() }

    /// Returns once the process has executed its program. It is a child of ours, and so keeps its pid until it is
    /// reaped.
    ///
    /// - Parameter terminal: whose foreground it becomes; -1 for none.
    func spawn(_ launch: Launch, terminal: Int32) throws(LaunchError) -> Spawned {
        try reserve()
        let prepared = try prepare(launch)
        var streams = Streams()
        defer { streams.close() }
        try streams.open(launch.output)
        let started = try spawn(launch, prepared, streams, terminal)
        if maskedBits != 0, case .log(let path) = launch.output { POSIX.chmod(path, 0o600) }
        return Spawned(
            pid: started.pid, time: started.time, pidfd: watch(started.pid), reader: streams.takeReader(),
            errorReader: streams.takeErrorReader())
    }

    /// Makes sure of a descriptor for watching the process before there is one.
    private func reserve() throws(LaunchError) {
        guard spare < 0 else { return }
        spare = POSIX.open("/dev/null", O_RDONLY | O_CLOEXEC)
        guard spare >= 0 else { throw LaunchFailure.descriptor(errno, for: "a process") }
    }

    private func watch(_ pid: pid_t) -> Int32 {
        let pidfd = platform_pidfd_open(pid)
        guard pidfd == -EMFILE || pidfd == -ENFILE, spare >= 0 else { return pidfd }
        close(spare)
        spare = -1
        return platform_pidfd_open(pid)
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
        _ launch: Launch, _ prepared: Prepared, _ streams: borrowing Streams, _ terminal: Int32
    ) throws(LaunchError) -> (pid: pid_t, time: Double) {
        let fits = launch.script.utf8.count <= Script.argumentLimit
        if launch.interpreter.delivery == .argument, let option = launch.interpreter.option, fits {
            try fill(prepared.arguments + [option, launch.script])
            let outcome = attempt(launch, prepared, streams, terminal)
            if outcome.error == 0 { return (outcome.pid, outcome.time) }
            if outcome.error != E2BIG { throw LaunchFailure.spawn(outcome.error, launch, program: prepared.program) }
        }
        try Script.write(launch.script, to: launch.scriptFile)
        try fill(prepared.arguments + [launch.scriptFile])
        let outcome = attempt(launch, prepared, streams, terminal)
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
        _ launch: Launch, _ prepared: Prepared, _ streams: borrowing Streams, _ terminal: Int32
    ) -> (error: Int32, pid: pid_t, time: Double) {
        var pid: pid_t = 0
        let before = platform_uptime()
        let error = arguments.withPointers { arguments in
            environment.withPointers(and: prepared.inherited) { environment in
                Self.call(launch, prepared.program, arguments, environment, streams, terminal, &pid)
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
        _ environment: UnsafePointer<UnsafeMutablePointer<CChar>?>, _ streams: borrowing Streams,
        _ terminal: Int32, _ pid: inout pid_t
    ) -> Int32 {
        let (output, error) = (streams.writer, streams.errorWriter)
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
}
