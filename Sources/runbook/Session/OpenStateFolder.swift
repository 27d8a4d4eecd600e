import Checkpoints
import Execution
import Glibc
import Terminal

/// A state folder that is open: its database, and for an executor its lock.
struct OpenStateFolder {
    let folder: StateFolder
    let store: Store
    /// How messages name commands that are about this folder.
    let command: CommandText

    /// To look at what is there.
    static func reading(_ state: StateArguments) throws -> OpenStateFolder {
        try opening(state) {
            let folder = try StateFolder(existing: state.path)
            return (folder, try Store(reading: folder))
        }
    }

    /// To leave a person's word, next to an executor or without one.
    static func writing(_ state: StateArguments) throws -> OpenStateFolder {
        try opening(state) {
            let folder = try StateFolder(existing: state.path)
            return (folder, try Store(writing: folder))
        }
    }

    /// To work on it: made where there is none, and locked.
    static func executing(_ state: StateArguments, create: Bool) throws -> OpenStateFolder {
        try opening(state) {
            let folder = create ? try StateFolder(creating: state.path) : try StateFolder(existing: state.path)
            let context = ProcessContext.current
            let lock = try Lock(folder, commandLine: context.commandLine, now: context.now)
            return (folder, try Store(executing: lock))
        }
    }

    /// Says of a folder that cannot be opened which command helps.
    private static func opening(
        _ state: StateArguments, _ open: () throws -> (StateFolder, Store)
    ) throws -> OpenStateFolder {
        let command = state.command
        do {
            let (folder, store) = try open()
            return OpenStateFolder(folder: folder, store: store, command: command)
        } catch var error as StoreError {
            switch error.kind {
            case .missing: error.next = "start a run: \(command.of("run", Loading.placeholder))"
            case .older, .full: error.next = "go on with its latest run: \(command.of("resume"))"
            default: break
            }
            throw error
        }
    }

    /// The run that a command means: the one named, or the latest that has begun and was not forgotten.
    func run(_ number: Int?) throws -> RunSummary {
        let runs = try store.runs()
        if let number {
            guard let run = runs.first(where: { $0.run == number }) else {
                throw CommandFailure(.usage, "there is no run \(number)", hint: Self.known(runs, command))
            }
            return run
        }
        // An executor may have died between giving out a number and beginning.
        let begun = runs.filter { $0.sessions > 0 }
        guard let latest = (begun.isEmpty ? runs : begun).filter({ !$0.isAbandoned }).max(by: { $0.run < $1.run })
        else {
            throw CommandFailure(
                .usage, "\(folder.path) holds no run", hint: "start one: \(command.of("run", Loading.placeholder))")
        }
        return latest
    }

    /// The run that the words of a command mean which takes nothing else.
    func run(_ reference: RunReference, of name: String) throws -> RunSummary {
        guard let extra = reference.rest.first else { return try run(reference.number) }
        guard reference.isNamed else {
            throw CommandFailure(
                .usage, "\(extra) is no run: `\(name)` wants a number, or `latest`",
                hint: Self.known(try store.runs(), command))
        }
        throw CommandFailure(.usage, "`\(name)` wants one run: \(extra) is one word too many")
    }

    /// Most runs that are named where one is not there.
    private static let mostNamed = 5

    /// Which runs there are, the latest first.
    private static func known(_ runs: [RunSummary], _ command: CommandText) -> String {
        let named = runs.sorted { $0.run > $1.run }.prefix(mostNamed).map { "\($0.run) (\($0.name))" }
        guard !named.isEmpty else { return "there is none yet; start one: \(command.of("run", Loading.placeholder))" }
        return (runs.count > named.count ? "the last ones are " : "there are ") + named.joined(separator: ", ")
            + "\n      more about them: \(command.of("runs"))"
    }

    /// How messages name commands that are about a run.
    func command(for run: Int) -> CommandText {
        var command = command
        if let latest = try? self.run(nil).run, latest != run { command.run = run }
        return command
    }

    /// What tokens of a run's processes begin with: of the run, not of where its folder is, since that may be moved
    /// while something of it still runs.
    func stateID(of run: Int) throws -> String {
        let made = try store.runs().first { $0.run == run }?.created ?? 0
        return Fingerprinter.digest("\(made)").prefix(16).description
    }

    /// The number that the next run will get.
    static func nextRun(_ state: StateArguments) -> Int {
        guard let stateFolder = try? reading(state), let runs = try? stateFolder.store.runs() else { return 1 }
        return (runs.map(\.run).max() ?? 0) + 1
    }
}
