import Checkpoints
import Execution
import Glibc
import Model
import Steps
import Terminal

/// Where the files of a run are now, and what was stored of them.
struct Whereabouts {
    enum Place: Equatable {
        /// They are where they were.
        case here
        /// They moved together with the state folder.
        case moved
        /// At least one that the user named is gone.
        case gone
    }

    let session: Session
    let place: Place
    /// Absolute paths of now; where they are gone, those of then.
    let paths: [String]

    /// - Parameter folder: absolute path of the state folder of now.
    init(_ session: Session, folder: String) {
        self.session = session
        if !session.folder.isEmpty, session.folder != folder {
            let moved = session.paths.map { Self.shifted($0, from: session.folder, to: folder) }
            if !moved.isEmpty, moved.allSatisfy(Self.exists) {
                place = .moved
                paths = moved
                return
            }
        }
        paths = session.paths
        place = session.paths.allSatisfy(Self.exists) ? .here : .gone
    }

    /// The path that leads from the new folder where the old one led from the old folder.
    static func shifted(_ path: String, from old: String, to new: String) -> String {
        let target = Path.parts(path)
        let start = Path.parts(old)
        let common = zip(target, start).prefix { $0 == $1 }.count
        let base = Path.parts(new).dropLast(start.count - common)
        return "/" + (base + target[common...]).joined(separator: "/")
    }

    private static func exists(_ path: String) -> Bool { TextFile.exists(path) }

    /// The files as they were stored with the session; nil when they were not, or not all of them.
    static func stored(of session: Session, in store: Store) throws -> [SourceFile]? {
        guard !session.sources.isEmpty else { return nil }
        var files: [SourceFile] = []
        for source in session.sources {
            guard let text = try store.definition(source.digest) else { return nil }
            files.append(
                SourceFile(path: source.path, canonical: source.canonical, text: text, isRoot: source.isRoot))
        }
        return files
    }
}

extension Loading {
    /// The runbooks of an earlier session as they were stored with it; nil when nothing is.
    static func stored(
        _ session: Session, params: ParamArguments, stateFolder: OpenStateFolder, run: Int
    ) throws -> Loading? {
        guard let files = try Whereabouts.stored(of: session, in: stateFolder.store) else { return nil }
        var loading = try Loading(
            goingOnWith: session, paths: files.filter(\.isRoot).map(\.path), params: params,
            state: stateFolder.folder.path, run: run, isKept: true)
        loading.stored = files
        return loading
    }
}

/// Which run is meant by the runbooks that a command names.
struct RunFinder {
    let stateFolder: OpenStateFolder

    enum Finding {
        case none
        case same(RunSummary)
        /// Its files are gone from where they were, and these are surely the same.
        case moved(RunSummary, from: [String])
    }

    /// The latest run of exactly these paths that has begun, and was neither forgotten nor taken down; else one whose
    /// files are gone and whose content, or declared name and steps, these files have.
    ///
    /// - Parameter result: what these paths hold now.
    func find(_ paths: [String], _ result: LoadResult) throws -> Finding {
        let wanted = Set(paths.map(ProcessContext.current.canonical))
        let sessions = try stateFolder.store.lastSessions()
        var lost: [(run: RunSummary, session: Session)] = []
        for run in try stateFolder.store.runs().sorted(by: { $0.run > $1.run }) {
            guard !run.isAbandoned, run.outcome != .undone, let session = sessions[run.run] else { continue }
            let whereabouts = Whereabouts(session, folder: stateFolder.folder.path)
            if whereabouts.place == .gone {
                lost.append((run, session))
            } else if Set(whereabouts.paths.map(ProcessContext.current.canonical)) == wanted {
                return .same(run)
            }
        }
        var found: [(run: RunSummary, session: Session)] = []
        for candidate in lost where try isSurely(candidate.session, candidate.run.run, result) {
            found.append(candidate)
        }
        guard let first = found.first, found.count == 1 else { return .none }
        return .moved(first.run, from: first.session.paths)
    }

    /// The same content; or a name that the front matter declares, and at least half of the steps.
    private func isSurely(_ session: Session, _ run: Int, _ result: LoadResult) throws -> Bool {
        let digests = result.sources.filter(\.isRoot).map { Fingerprinter.digest($0.text) }
        if !digests.isEmpty, Set(digests) == Set(session.sources.filter(\.isRoot).map(\.digest)) { return true }
        guard let runbook = result.runbook, runbook.name == session.runbook else { return false }
        let files = session.paths + result.sources.filter(\.isRoot).map(\.path)
        guard files.contains(where: { Self.base($0) != runbook.name }) else { return false }
        let known = try stateFolder.store.load(run).state.order
        return known.count { runbook.index[$0] != nil } * 2 >= max(1, known.count)
    }

    private static func base(_ path: String) -> String {
        let name = Path.base(of: path)
        return name.hasSuffix(".md") ? String(name.dropLast(3)) : name
    }

    /// The run that `RUN`, `PATH…` or both mean.
    ///
    /// - Returns: also the paths that it goes on with, where they are not those it had.
    func run(_ number: Int?, paths: [String], params: ParamArguments) throws -> (run: RunSummary, paths: [String]?) {
        guard !paths.isEmpty else { return (try stateFolder.run(number), nil) }
        let absolute = try paths.map { try ProcessContext.current.place($0) }
        var loading = try Loading(paths: paths, params: params, state: stateFolder.folder.path, run: number ?? 0)
        if let number {
            let run = try stateFolder.run(number)
            loading.run = run.run
            if let session = try stateFolder.store.lastSessions()[run.run] {
                loading = try Loading(
                    goingOnWith: session, paths: paths, params: params, state: stateFolder.folder.path, run: run.run,
                    isKept: false)
            }
            try requireRelation(of: run.run, to: loading.load(), paths)
            return (run, absolute)
        }
        switch try find(paths, loading.load()) {
        case .same(let run): return (run, absolute)
        case .moved(let run, let old):
            Self.tell(run, old, paths)
            return (run, absolute)
        case .none:
            throw CommandFailure(
                .usage, "\(stateFolder.folder.path) holds no run of \(paths.joined(separator: ", "))",
                hint: "these are there: \(stateFolder.command.of("runs"))\n"
                    + "      to say that the files of one moved: "
                    + stateFolder.command.of("resume", ["RUN"] + paths))
        }
    }

    static func tell(_ run: RunSummary, _ old: [String], _ paths: [String]) {
        Console.standard.note(
            "run \(run.run) goes on with \(paths.joined(separator: ", ")): \(old.joined(separator: ", ")) "
                + "\(old.count == 1 ? "is" : "are") gone, and this is the same")
    }

    /// Files that have no step of the run are not its own, whatever a person says.
    private func requireRelation(of run: Int, to result: LoadResult, _ paths: [String]) throws {
        guard let runbook = result.runbook else { return }
        let known = try stateFolder.store.load(run).state.order
        guard !known.isEmpty, !known.contains(where: { runbook.index[$0] != nil }) else { return }
        throw CommandFailure(
            .usage, "\(paths.joined(separator: ", ")) has no step of run \(run)",
            hint: "its steps: \(known.prefix(8).joined(separator: ", "))\n"
                + "      to take it down without its files: " + stateFolder.command(for: run).of("down"))
    }
}
