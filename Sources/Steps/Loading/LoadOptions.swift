package import Model

/// What the command line says about loading, resolved once into a value.
package struct LoadOptions {
    /// Values of `-p name=value`, in the order given; the name may carry an include prefix.
    package var params: [(name: String, value: String)] = []
    /// Values of `--params FILE`, already read, with the folder of the file (nil: the working directory).
    package var fileParams: [(name: String, value: String, folder: String?)] = []
    /// What a run goes on with; nil where none does.
    package var earlier: EarlierParams?
    /// Where files are read from.
    package var sources: any SourceProvider = FileSources()
    /// The environment `${env.NAME}` and `RUNBOOK_PARAM_NAME` read.
    package var environment: [String: String]
    /// Value of `${work}`, absolute.
    package var work: String
    /// Value of `${run}`: known once a run is opened, so it stands for itself in `check` and `plan`.
    package var run: String
    /// Directory that paths are shown relative to.
    package var workingDirectory: String

    package init(environment: [String: String], work: String, run: String, workingDirectory: String) {
        self.environment = environment
        self.work = work
        self.run = run
        self.workingDirectory = workingDirectory
    }
}

/// The params of a run that is gone on with.
package struct EarlierParams: Sendable {
    /// Given to its sessions by `-p`, `--params` or the environment; the name may carry an include prefix.
    package var given: [(name: String, value: String)]
    /// What every param was in its last session, by full name. The environment is not asked for these again.
    package var values: [String: String]
    /// What a param was counts more than what the files say now: for taking down.
    package var isKept: Bool

    package init(given: [(name: String, value: String)], values: [String: String], isKept: Bool) {
        self.given = given
        self.values = values
        self.isKept = isKept
    }
}

/// A file that was loaded, as it was.
package struct SourceFile: Hashable, Sendable {
    /// Absolute, as it was named.
    package var path: String
    /// Absolute, with symbolic links resolved: two names of one file have one.
    package var canonical: String
    /// Without a byte order mark.
    package var text: String
    /// Named by the user, not by an include.
    package var isRoot: Bool

    package init(path: String, canonical: String, text: String, isRoot: Bool) {
        self.path = path
        self.canonical = canonical
        self.text = text
        self.isRoot = isRoot
    }
}

/// The outcome of loading: a runbook when there is no error, and every finding either way.
package struct LoadResult: Sendable {
    /// Present exactly when no diagnostic is an error.
    package var runbook: Runbook?
    /// Sorted by place.
    package var diagnostics: [Diagnostic]
    /// What it was loaded from, in the order in which files were asked for.
    package var sources: [SourceFile]

    package init(runbook: Runbook?, diagnostics: [Diagnostic], sources: [SourceFile] = []) {
        self.runbook = runbook
        self.diagnostics = diagnostics
        self.sources = sources
    }
}
