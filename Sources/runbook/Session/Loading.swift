import Foundation
import Gates
import Steps
import Terminal

/// Loads runbooks for a command, and says what is wrong with them.
struct Loading {
    var paths: [String]
    /// Values of `-p`, then of earlier sessions where the command goes on with a run.
    var params: [(name: String, value: String)] = []
    var fileParams: [(name: String, value: String, folder: String?)] = []
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

    /// Goes on with the paths and params of an earlier session, under what the command line says now.
    init(earlierPaths: [String], earlierParams: [String], params: ParamArguments, state: String, run: Int) throws {
        try self.init(paths: earlierPaths, params: params, state: state, run: run)
        let overridden = Set(self.params.map(\.name)).union(fileParams.map(\.name))
        let kept = earlierParams.compactMap { try? Self.split($0) }.filter { !overridden.contains($0.name) }
        self.params = kept + self.params
    }

    /// All of them as a later session needs them, which may be started in another folder: relative paths are absolute.
    func record(of runbook: Runbook) -> [String] {
        let given = fileParams.filter { value in !params.contains { $0.name == value.name } }
        return (given.map { ($0.name, $0.value) } + params).map { name, value in
            let path = runbook.scopes.lazy.compactMap { scope in
                scope.params.first {
                    $0.kind == .path && [.commandLine, .file].contains($0.source)
                        && (scope.prefix + $0.name == name || $0.name == name)
                }
            }.first
            return "\(name)=\(path?.value ?? value)"
        }
    }

    /// The value of `${work}`.
    var work: String { workName ?? state + "/work" }

    /// Every finding, and the runbook when none is an error.
    func load() -> LoadResult {
        let surroundings = Surroundings.current
        var options = LoadOptions(
            environment: surroundings.environment, work: work, run: runName ?? "\(run)",
            workingDirectory: surroundings.directory)
        options.params = params
        options.fileParams = fileParams
        return Loader.load(paths: paths, options: options, checks: LoadChecks(jq: JQ.check))
    }

    /// The runbook; errors are told on standard error and end the command with status 3.
    func require() throws -> Runbook {
        let result = load()
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
        guard given.isEmpty else { return given }
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: "runbooks", isDirectory: &isFolder), isFolder.boolValue {
            return ["runbooks"]
        }
        if FileManager.default.fileExists(atPath: "runbook.md", isDirectory: &isFolder), !isFolder.boolValue {
            return ["runbook.md"]
        }
        let surroundings = Surroundings.current
        throw CommandFailure(
            .usage,
            "no runbook named, and \(surroundings.directory) has neither a folder `runbooks` nor a file `runbook.md`",
            hint: "name a file or folder, or write a starter: \(CommandText(program: surroundings.program).of("init"))")
    }

    /// What stands for the path in a command that is suggested: nothing, where it need not be named.
    static var placeholder: [String] { (try? paths([])) == nil ? ["PATH"] : [] }

    private static func split(_ text: String) throws -> (name: String, value: String) {
        // By bytes: as a Character, an `=` before a combining mark is not an `=`.
        let bytes = text.utf8
        guard let equals = bytes.firstIndex(of: UInt8(ascii: "=")), equals > bytes.startIndex else {
            throw CommandFailure(.usage, "-p \(text): expected name=value")
        }
        return (
            String(decoding: bytes[..<equals], as: UTF8.self),
            String(decoding: bytes[bytes.index(after: equals)...], as: UTF8.self)
        )
    }

    private static func read(_ file: String) throws -> [(name: String, value: String, folder: String?)] {
        do {
            return try ParamFile.read(file, in: FileManager.default.currentDirectoryPath)
        } catch {
            let console = Console.standard
            console.error.write(
                DiagnosticRenderer.text(error.diagnostics, color: console.errorTraits.style.hasColour))
            throw CommandFailure.silent(.usage)
        }
    }
}
