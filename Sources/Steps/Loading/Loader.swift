import Model

/// Text to values: Markdown files become a validated runbook, or findings that say why not.
package enum Loader {
    /// Loads files and folders and everything they include.
    ///
    /// - Parameters:
    ///   - paths: files, or folders whose runbooks are loaded; relative to `options.workingDirectory`.
    /// - Returns: the runbook, present exactly when no finding is an error, and all findings.
    package static func load(
        paths: [String], options: LoadOptions, checks: LoadChecks = LoadChecks()
    ) -> LoadResult {
        let load = Load(options: options, checks: checks)
        for path in paths { load.open(path) }
        load.readScopes()
        load.readBlocks()
        load.checkGivenParams()
        let runbook = load.finish()
        let findings = load.findings
        return LoadResult(
            runbook: findings.hasErrors ? nil : runbook, diagnostics: findings.sorted, sources: load.sources)
    }
}

/// The state of one load; its parts are in extensions, in the order in which they run.
final class Load {
    let options: LoadOptions
    let checks: LoadChecks
    let findings = Findings()
    let budget = TextBudget()
    /// Bytes of all scopes, each prefix of a file counted.
    var size = 0

    /// By canonical path; nil for a file that could not be read.
    var files: [String: LoadedFile?] = [:]
    /// The files asked for, by every name, in that order.
    var asked: [(path: String, canonical: String, file: LoadedFile)] = []
    /// Canonical paths of the files that the user named.
    var roots: Set<String> = []
    /// By canonical path and prefix.
    var loaded: [ScopeKey: LoadingScope] = [:]
    /// In the order in which they were begun: including files before included ones.
    var scopes: [LoadingScope] = []
    /// In the order in which their steps stand: included files before including ones.
    var finished: [LoadingScope] = []
    var values: [Scope] = []
    /// The files being loaded, outermost first, with the place of the include that led to each.
    var stack: [(path: String, name: String, include: Diagnostic.Related?)] = []
    /// Something was not loaded, so what is unknown may be there: unknown references are not reported.
    var isIncomplete = false

    var steps: [Step] = []
    var drafts: [StepDraft] = []
    var undos: [UndoDraft] = []
    /// Steps by full id.
    var index: [String: Int] = [:]
    /// Secrets by the variable of the environment that they come from, in all files.
    var secretSources: [String: String] = [:]
    /// Ids of blocks that could not be read: references to them are not reported on top.
    var brokenIDs: Set<String> = []

    struct ScopeKey: Hashable {
        var path: String
        var prefix: String
    }

    init(options: LoadOptions, checks: LoadChecks) {
        self.options = options
        var checks = checks
        if let jq = checks.jq {
            let cache = Cache()
            checks.jq = { cache.value(for: $0, jq) }
        }
        self.checks = checks
    }

    /// Remembers what a program was found to be.
    private final class Cache {
        private var answers: [String: String?] = [:]

        func value(for program: String, _ ask: (String) -> String?) -> String? {
            if let known = answers[program] { return known }
            let answer = ask(program)
            answers[program] = answer
            return answer
        }
    }
}
