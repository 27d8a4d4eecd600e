import CPlatform
import Execution
import Foundation
import Model
import Testing

@testable import Processes

/// A folder, a reactor and a runner for one test; at its end nothing of them is left.
final class Workplace {
    let folder: String
    let reactor: Reactor
    let runner: ProcessRunner
    /// Processes that are not our children, to be killed at the end with their sessions.
    private var strangers: [ProcessIdentity] = []

    init() throws {
        folder = try Self.makeFolder()
        reactor = try Reactor()
        runner = ProcessRunner(reactor: reactor)
    }

    deinit {
        for child in runner.children.compactMap({ $0 }) { SessionSignal.kill(child.identity) }
        while runner.children.contains(where: { $0 != nil && $0?.isReported == false }) {
            _ = reactor.wait(until: platform_uptime() + 5)
        }
        // By identity: pids are given away again quickly on a busy machine.
        for stranger in strangers {
            SessionSignal.kill(stranger)
            if runner.isAlive(stranger) { kill(stranger.pid, SIGKILL) }
        }
        try? FileManager.default.removeItem(atPath: folder)
    }

    static func makeFolder() throws -> String {
        var name = Array("/tmp/processes-test-XXXXXX".utf8CString)
        try #require(mkdtemp(&name) != nil)
        return String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    func path(_ name: String) -> String { "\(folder)/\(name)" }

    func text(_ name: String) -> String {
        String(decoding: FileManager.default.contents(atPath: path(name)) ?? Data(), as: UTF8.self)
    }

    func put(_ text: String, at name: String, mode: mode_t = 0o644) {
        _ = FileManager.default.createFile(atPath: path(name), contents: Data(text.utf8))
        chmod(path(name), mode)
    }

    /// A launch of an `sh` script whose output goes to the file `log`.
    func launch(_ script: String, step: Int = 0, attempt: Int = 1) -> Launch {
        Launch(
            key: ProcessKey(step: step, role: .body, attempt: attempt), interpreter: .sh, script: script,
            scriptFile: path("script.\(step).\(attempt)"),
            inherited: SharedEnvironment(["PATH=/usr/local/bin:/usr/bin:/bin"]), environment: [], directory: folder,
            output: .log(path("log")))
    }

    /// The first `count` ends.
    func ends(_ count: Int = 1, within seconds: Double = 30) -> [ProcessKey: Exit] {
        var ends: [ProcessKey: Exit] = [:]
        let limit = platform_uptime() + seconds
        while ends.count < count, platform_uptime() < limit {
            for case .ended(let key, let exit) in reactor.wait(until: limit) { ends[key] = exit }
        }
        return ends
    }

    /// Starts the launch and waits for its end.
    func run(_ launch: Launch) throws -> Exit? {
        _ = try start(launch)
        return ends()[launch.key]
    }

    /// Starts the launch, again while that fails for a passing reason: a program that was just written may for a
    /// moment be open for writing in a process that another test is starting.
    func start(_ launch: Launch) throws -> ProcessIdentity {
        for _ in 0..<500 {
            do throws(LaunchError) {
                return try runner.start(launch)
            } catch {
                guard error.isTemporary else { throw error }
                usleep(5_000)
            }
        }
        return try runner.start(launch)
    }

    /// Sees to it that this process does not outlive the test.
    func clean(_ pid: Int32) {
        guard let process = ProcessTable.read(pid) else { return }
        strangers.append(
            ProcessIdentity(pid: pid, startTime: ProcessTable.startTime(process), bootID: runner.bootID))
    }

    /// What a process wrote to its log, once that is at least so many lines.
    func lines(_ count: Int, of name: String = "log") -> [String] {
        eventually { text(name).split(separator: "\n").count >= count && text(name).hasSuffix("\n") }
        return text(name).split(separator: "\n").map(String.init)
    }

    /// A session leader that is not our child, running this `sh` script.
    func stranger(_ script: String, environment: [String] = []) throws -> ProcessIdentity {
        var starter = launch("setsid sh -c \"$BODY\" >/dev/null 2>&1 & echo $!", step: 900)
        starter.environment = ["BODY=\(script)"] + environment
        starter.output = .capture(limit: 100)
        _ = try runner.start(starter)
        #expect(ends()[starter.key] == .status(0))
        let output = String(decoding: runner.takeCapture(starter.key).output, as: UTF8.self)
        let pid = try #require(Int32(output.dropLast()))
        clean(pid)
        eventually { ProcessTable.read(pid).map { $0.session == pid && $0.parent != getpid() } ?? true }
        let process = try #require(ProcessTable.read(pid))
        return ProcessIdentity(pid: pid, startTime: ProcessTable.startTime(process), bootID: runner.bootID)
    }
}

/// Waits until something holds that another process brings about; that it never does is a failure of the test.
func eventually(_ holds: () -> Bool, at location: SourceLocation = #_sourceLocation) {
    for _ in 0..<6_000 {
        if holds() { return }
        usleep(5_000)
    }
    Issue.record("it never happened", sourceLocation: location)
}

/// Whether a process lives, zombies not counted.
func isRunning(_ pid: Int32) -> Bool {
    ProcessTable.read(pid).map { !ProcessTable.isZombie($0) } ?? false
}

func mode(of path: String) -> mode_t {
    var status = stat()
    return lstat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
}

/// Runs `body` on a thread of its own, whose umask and signal mask are not those of other threads.
func onOwnThread(umask mask: mode_t? = nil, _ body: @escaping @Sendable () throws -> Void) throws {
    let failure = Box<(any Error)?>(nil)
    let done = DispatchSemaphore(value: 0)
    let thread = Thread {
        do {
            if let mask {
                try separateFileSystemState()
                umask(mask)
            }
            try body()
        } catch {
            failure.value = error
        }
        done.signal()
    }
    thread.start()
    done.wait()
    if let error = failure.value { throw error }
}

/// A value that one thread hands to another, in turn.
final class Box<Value>: @unchecked Sendable {
    var value: Value
    init(_ value: Value) { self.value = value }
}

/// The C library's `unshare(CLONE_FS)`, which Swift's module hides.
private func separateFileSystemState() throws {
    let symbol = try #require(dlsym(nil, "unshare"))
    let unshare = unsafeBitCast(symbol, to: (@convention(c) (Int32) -> Int32).self)
    try #require(unshare(0x200) == 0)
}

/// On this thread, where the machine has one for it.
extension ProcessRunner {
    func start(_ launch: Launch) throws(LaunchError) -> ProcessIdentity {
        guard index[launch.key] == nil else {
            throw LaunchError(message: "the process of this attempt is still running", isTemporary: false)
        }
        for place in ending.sorted() {
            guard let child = children[place], child.isLeftover(of: launch.key) else { continue }
            try Leftover(child).clear()
            children[place] = nil
            vacant.append(place)
            ending.remove(place)
        }
        let loan = launch.output == .terminal ? TerminalLoan(reactor) : nil
        let spawned: ProcessSpawner.Spawned
        do {
            spawned = try ProcessSpawner().spawn(launch, terminal: loan?.descriptor ?? -1)
        } catch {
            loan?.takeBack()
            throw error
        }
        return try watch(spawned, of: launch, loan)
    }

    func takeCapture(_ key: ProcessKey) -> Capture { captures.removeValue(forKey: key) ?? Capture() }

    func adopt(_ identity: ProcessIdentity, as key: ProcessKey) -> Bool { adopt(identity, token: nil, as: key) }

    func lingers(_ identity: ProcessIdentity, log: String) -> Bool { search.lingers(identity, log: log) }
}
