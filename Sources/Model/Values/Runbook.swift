package import DAG

/// Everything loaded from the files named on the command line: steps, their graph and the files they came from.
package struct Runbook: Sendable {
    /// Name from the front matter of the first file, else its base name.
    package var name: String
    package var title: String
    /// One for each loaded file and prefix; a file loaded under two prefixes has two.
    package var scopes: [Scope]
    /// In document order, files in the order of loading.
    package var steps: [Step]
    /// Over indices of `steps`, from `needs`; acyclic in a valid runbook.
    package var graph: Graph
    /// Index of each step by its full id.
    package var index: [String: Int]
    /// Limits by full pool name; a step's `pool` names one of these.
    package var pools: [String: Int]
    /// Stage names in the order of their first step.
    package var stages: [String]

    package init(
        name: String, title: String, scopes: [Scope], steps: [Step], graph: Graph, index: [String: Int],
        pools: [String: Int], stages: [String]
    ) {
        self.name = name
        self.title = title
        self.scopes = scopes
        self.steps = steps
        self.graph = graph
        self.index = index
        self.pools = pools
        self.stages = stages
    }
}

/// One loaded file under one prefix: its front matter with every param decided.
package struct Scope: Sendable {
    /// Path as the user would name it.
    package var file: String
    /// Absolute path of the file's folder.
    package var directory: String
    /// `""` or the include prefix with its dot (`dc2.`).
    package var prefix: String
    package var name: String
    package var title: String?
    package var layer: String?
    package var stage: String?
    package var owner: String?
    /// In the order declared.
    package var params: [Param]
    package var secrets: [Secret]
    /// From the front matter's `env`.
    package var environment: [Variable]
    /// Every heading of the file, in order.
    package var headings: [Heading]

    package init(file: String, directory: String, prefix: String, name: String) {
        self.file = file
        self.directory = directory
        self.prefix = prefix
        self.name = name
        params = []
        secrets = []
        environment = []
        headings = []
    }
}

/// A param with the value decided for this load.
package struct Param: Hashable, Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        case string, int, bool, duration, path
    }

    /// Where a value came from; later ones win over earlier ones.
    package enum Source: String, Sendable {
        case `default`, environment, file
        case commandLine = "command line"
        case include
    }

    package var name: String
    package var kind: Kind = .string
    package var value: String
    package var source: Source = .default
    /// Where the value was written: a relative path is meant from this folder.
    package var folder = "/"
    package var help: String?
    package var place: Place

    package init(name: String, value: String, place: Place) {
        self.name = name
        self.value = value
        self.place = place
    }
}

/// Where a secret is fetched from, at the moment a step needs it.
package struct Secret: Hashable, Sendable {
    package enum Origin: Hashable, Sendable {
        case environment(String)
        /// Path; a trailing newline is not part of the value.
        case file(Template)
        /// Shell command; its standard output, without a trailing newline, is the value.
        case command(Template)
    }

    package var name: String
    package var origin: Origin
    /// How long its command may take.
    package var timeout: Duration
    package var place: Place

    package init(name: String, origin: Origin, timeout: Duration = .seconds(60), place: Place) {
        self.name = name
        self.origin = origin
        self.timeout = timeout
        self.place = place
    }
}
