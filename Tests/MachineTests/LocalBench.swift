import CPlatform
import Execution
import Foundation
import Model
import Testing

@testable import Processes

/// This machine.
final class LocalBench: Bench {
    private let root: String
    private let reactor: Reactor
    let local: LocalMachine
    private let runFolder: RunFolder
    /// Every process that a test has heard of, to be ended with it.
    private var steps: Set<Int> = []

    init() throws {
        var name = Array("/tmp/machine-test-XXXXXX".utf8CString)
        guard mkdtemp(&name) != nil else { throw NotStarted() }
        root = String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        reactor = try Reactor()
        runFolder = try RunFolder(state: "\(root)/state", run: 1)
        local = try LocalMachine(reactor: reactor, folder: runFolder)
    }

    deinit {
        for step in steps {
            for process in processes(step: step) { kill(process.pid, SIGKILL) }
        }
        try? FileManager.default.removeItem(atPath: root)
    }

    var machine: any Machine { local }
    var inbox: any Inbox { reactor }
    var name: String { root }
    var incarnation: String { local.runner.bootID }
    var folder: String { root }

    func log(step: Int, attempt: Int) -> String { runFolder.log(step: Self.id(step), role: .body, attempt: attempt) }
    func outputs(step: Int, attempt: Int) -> String { runFolder.outputs(step: Self.id(step), attempt: attempt) }

    func launch(_ conduct: Conduct, step: Int, attempt: Int, role: Role, output: Launch.Output) -> Launch {
        steps.insert(step)
        var interpreter = Interpreter.sh
        let script: String
        switch conduct {
        case .exits(let status): script = "exit \(status)"
        case .prints(let text): script = "printf %s '\(text)'"
        case .handsOn(let text): script = "printf %s '\(text)' >\"$RUNBOOK_OUTPUT\""
        case .goesOn: script = "sleep 900; :"
        case .ignoresTerm, .isHeld: script = "trap '' TERM; echo ready; while :; do sleep 1; done"
        case .goesOnInTwo: script = "sleep 900 & sleep 900; :"
        case .isMissing:
            interpreter.arguments = ["no-such-program"]
            script = ""
        }
        var launch = Launch(
            key: key(step, attempt, role), interpreter: interpreter, script: ExitTrap.prefix + script,
            scriptFile: "\(root)/script", inherited: SharedEnvironment(["PATH=/usr/local/bin:/usr/bin:/bin"]),
            environment: [
                "RUNBOOK_TOKEN=\(token(step, attempt))", "RUNBOOK_STEP=\(Self.id(step))",
                "RUNBOOK_ATTEMPT=\(attempt)", "RUNBOOK_EXITS=\(runFolder.exitsPath)",
                "RUNBOOK_OUTPUT=\(outputs(step: step, attempt: attempt))",
            ],
            directory: root, output: output)
        launch.outputs = outputs(step: step, attempt: attempt)
        return launch
    }

    func orphan(_ conduct: Conduct, step: Int) throws -> Handle {
        let launch = launch(conduct, step: step)
        var starter = launch
        starter.key = ProcessKey(step: step, role: .gate(0), attempt: 0)
        starter.script = "setsid sh -c \"$BODY\" >>'\(log(step: step, attempt: 1))' 2>&1 & echo $!"
        starter.environment.append("BODY=\(launch.script)")
        starter.output = .capture(limit: 100)
        local.start(starter)
        for case .answered(starter.key, .status(0), let printed) in hear() + hear() {
            let text = String(decoding: printed.output.dropLast(), as: UTF8.self)
            guard let pid = Int32(text) else { break }
            // A moment later it leads a session of its own, and is nobody's child that we know.
            for _ in 0..<6_000 {
                guard let process = ProcessTable.read(pid) else { break }
                if process.session == pid, process.parent != getpid() {
                    let identity = ProcessIdentity(
                        pid: pid, startTime: ProcessTable.startTime(process), bootID: incarnation)
                    return Handle(identity, on: LocalMachine.name)
                }
                usleep(5_000)
            }
            // It has ended since.
            return Handle(ProcessIdentity(pid: pid, startTime: 1, bootID: incarnation), on: LocalMachine.name)
        }
        throw NotStarted()
    }

    /// It is time to look for orphans, as the first process of a container does.
    func looksForOrphans() { local.runner.reapAt = 0 }
    func leavesOrphans() { local.runner.reapAt = nil }

    func settle() { local.settle() }

    func letPass(_ seconds: Double) { usleep(UInt32(seconds * 1e6)) }

    private func processes(step: Int) -> [platform_process] {
        ProcessTable.all().filter { process in
            !ProcessTable.isZombie(process)
                && ProcessTable.environment(of: process.pid, startsWith: "RUNBOOK_TOKEN=token-\(name)-\(step)-")
                && ProcessTable.environment(of: process.pid, startsWith: "RUNBOOK_EXITS=\(runFolder.exitsPath)")
        }
    }

    func living(step: Int) -> Int { processes(step: step).count }

    func bytes(_ path: String) -> [UInt8]? { FileManager.default.contents(atPath: path).map(Array.init) }

    func put(_ bytes: [UInt8], at path: String) {
        _ = FileManager.default.createFile(atPath: path, contents: Data(bytes))
    }
}
