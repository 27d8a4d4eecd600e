import Execution
import Gates
import Glibc
import Model
import Steps
import Terminal

/// Loads runbooks for a command, and says what is wrong with them.
struct Loading {
    var paths: [String]
    /// Values of `-p` and of `--params`.
    var params: [(name: String, value: String)] = []
    var fileParams: [(name: String, value: String, folder: String?)] = []
    /// Of the run that is gone on with.
    var earlier: EarlierParams?
    /// The files as they were stored; nil: as they are.
    var stored: [SourceFile]?
    /// Absolute path of the state folder, for `${work}`.
    var state: String
    /// For `${run}`.
    var run: Int
    /// What `${work}` and `${run}` stand for where that is no run's own.
    var workName: String?
    var runName: String?

    init(paths: [String], params: ParamArguments, state: String, run: Int) throws {
        self.paths = paths
        self.state = state
        self.run = run
        self.params = try params.params.map(Self.split)
        for file in params.files { fileParams += try Self.read(file) }
    }

    /// Goes on with the params of an earlier session, under what the command line says now.
    ///
    /// - Parameter isKept: what params were counts more than what the files say now.
    init(
        goingOnWith session: Session, paths: [String], params: ParamArguments, state: String, run: Int, isKept: Bool
    ) throws {
        try self.init(paths: paths, params: params, state: state, run: run)
        earlier = EarlierParams(
            given: session.params.compactMap(Self.parts),
            values: Dictionary(session.values.compactMap(Self.parts), uniquingKeysWith: { _, last in last }),
            isKept: isKept)
    }

    /// Every value that was given for this run, as a later session needs it: by this command line, by the environment,
    /// or before.
    func record(of scopes: [Scope]) -> [String] {
        var list: [(name: String, value: String)] = []
        /// A name without a prefix is meant of every prefix.
        func replace(_ new: [(name: String, value: String)]) {
            for value in new { list.removeAll { $0.name == value.name || $0.name.hasSuffix("." + value.name) } }
            list += new
        }
        let variables = scopes.flatMap(\.params).filter { $0.source == .environment }
        list = earlier?.given ?? []
        for param in variables where !list.contains(where: { $0.name == param.name }) {
            list.append((param.name, param.value))
        }
        replace(fileParams.map { ($0.name, decided($0.name, $0.value, scopes)) })
        replace(params.map { ($0.name, decided($0.name, $0.value, scopes)) })
        return list.map { "\($0.name)=\($0.value)" }
    }

    /// A value as a session that is started in another folder needs it: relative paths are absolute.
    private func decided(_ name: String, _ value: String, _ scopes: [Scope]) -> String {
        let path = scopes.lazy.compactMap { scope in
            scope.params.first {
                $0.kind == .path && [.commandLine, .file].contains($0.source)
                    && (scope.prefix + $0.name == name || $0.name == name)
            }
        }.first
        return path?.value ?? value
    }

    /// What every param was decided to be, by full name.
    static func values(of scopes: [Scope]) -> [(name: String, param: Param)] {
        scopes.flatMap { scope in scope.params.map { (scope.prefix + $0.name, $0) } }
    }

    /// What a person should know about the params of a run that is gone on with: what differs from what it had.
    func notes(on runbook: Runbook) -> [String] {
        guard let earlier else { return [] }
        var notes: [String] = []
        let values = Self.values(of: runbook.scopes)
        for (name, param) in values {
            guard let before = earlier.values[name] else { continue }
            if before != param.value,
                params.contains(where: { Self.means($0.name, name) })
                    || fileParams.contains(where: { Self.means($0.name, name) })
            {
                notes.append("param \(name) is `\(param.value)` from now on; this run had `\(before)`")
            }
            let variable = "RUNBOOK_PARAM_" + param.name.uppercased()
            if let value = ProcessContext.current.environment[variable], value != param.value {
                notes.append(
                    "\(variable)=\(value) is not taken: this run has \(name)=\(param.value) (-p \(name)=\(value) "
                        + "changes it)")
            }
        }
        for given in earlier.given where !values.contains(where: { Self.means(given.name, $0.name) }) {
            notes.append("param \(given.name) of this run is declared no more: `\(given.value)` is let be")
        }
        var seen: Set<String> = []
        return notes.filter { seen.insert($0).inserted }
    }

    /// A name as it was given means this param.
    private static func means(_ given: String, _ full: String) -> Bool {
        full == given || full.hasSuffix("." + given)
    }

    /// The value of `${work}`.
    var work: String { workName ?? state + "/work" }

    /// Every finding, and the runbook when none is an error.
    func load() -> LoadResult {
        let context = ProcessContext.current
        var options = LoadOptions(
            environment: context.environment, work: work, run: runName ?? "\(run)",
            workingDirectory: context.directory)
        options.params = params
        options.fileParams = fileParams
        options.earlier = earlier
        var checks = LoadChecks(jq: JQ.check)
        if let stored {
            options.sources = MemorySources(stored)
            // What brought the steps up need not be installed any more.
            checks.isProgram = { _ in true }
        }
        return Loader.load(paths: paths, options: options, checks: checks)
    }

    /// The runbook; errors are told on standard error and end the command with status 3.
    func require() throws -> Runbook { try Self.require(load()) }

    static func require(_ result: LoadResult) throws -> Runbook {
        let console = Console.standard
        if !result.diagnostics.isEmpty {
            console.error.write(
                DiagnosticRenderer.text(result.diagnostics, color: console.errorTraits.style.hasColour))
        }
        guard let runbook = result.runbook else { throw CommandFailure.silent(.invalid) }
        return runbook
    }

    /// The paths of the command line, else the folder `runbooks`, else the file `runbook.md`.
    static func paths(_ given: [String]) throws -> [String] {
        for path in given where !path.isEmpty { _ = try ProcessContext.current.place(path) }
        guard given.isEmpty else { return given }
        _ = try ProcessContext.current.place("runbooks")
        if TextFile.isFolder("runbooks") { return ["runbooks"] }
        if TextFile.exists("runbook.md"), !TextFile.isFolder("runbook.md") { return ["runbook.md"] }
        let context = ProcessContext.current
        throw CommandFailure(
            .usage,
            "no runbook named, and \(context.directory) has neither a folder `runbooks` nor a file `runbook.md`",
            hint: "name a file or folder, or write a starter: \(CommandText(program: context.program).of("init"))")
    }

    /// What stands for the path in a command that is suggested: nothing, where it need not be named.
    static var placeholder: [String] { (try? paths([])) == nil ? ["PATH"] : [] }

    private static func split(_ text: String) throws -> (name: String, value: String) {
        guard let parts = parts(text) else {
            throw CommandFailure(.usage, "-p \(text): expected name=value")
        }
        return parts
    }

    private static func parts(_ text: String) -> (name: String, value: String)? {
        let parts = text.parts(at: "=", maxSplits: 1)
        guard parts.count == 2, !parts[0].isEmpty else { return nil }
        return (String(parts[0]), String(parts[1]))
    }

    private static func read(_ file: String) throws -> [(name: String, value: String, folder: String?)] {
        do {
            _ = try ProcessContext.current.place(file)
            return try ParamFile.read(file, in: ProcessContext.current.directory)
        } catch let error as ParamFile.Failure {
            let console = Console.standard
            console.error.write(
                DiagnosticRenderer.text(error.diagnostics, color: console.errorTraits.style.hasColour))
            throw CommandFailure.silent(.usage)
        }
    }
}
