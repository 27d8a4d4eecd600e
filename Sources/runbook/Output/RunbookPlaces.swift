import Model

/// Names of runbook files that do not depend on where the program was started, and ways to them.
struct RunbookPlaces {
    private let base: [String]
    private let folder: [String]
    /// The deepest folder that holds the documents and every runbook; nil where that is the root.
    private let shared: [String]?

    /// - Parameter folder: absolute path of the folder that ways begin in.
    init(_ runbook: Runbook, folder: String) {
        self.folder = Self.parts(folder)
        var base: [String]?
        for scope in runbook.scopes {
            let parts = Array(Self.parts(Self.absolute(scope.file)).dropLast())
            base = base.map { Array(zip($0, parts).prefix { $0 == $1 }.map(\.0)) } ?? parts
        }
        self.base = base ?? []
        let common = Array(zip(self.base, self.folder).prefix { $0 == $1 }.map(\.0))
        shared = common.isEmpty ? nil : common
    }

    /// The file from the deepest folder that all of them are in.
    func name(_ file: String) -> String { Self.way(from: base, to: Self.parts(Self.absolute(file))) }

    /// The way from the folder to the file.
    func link(_ file: String) -> String { Self.way(from: folder, to: Self.parts(Self.absolute(file))) }

    /// A path of the command line as it is given in `start`.
    func argument(_ path: String) -> String {
        let path = Self.absolute(path)
        guard let shared else { return path }
        let way = Self.way(from: shared, to: Self.parts(path))
        return way.isEmpty ? "." : way
    }

    /// The way from the documents to the folder that commands are started in; nil where that does not matter, and where
    /// it is the documents' own.
    var start: String? {
        guard let shared, shared != folder else { return nil }
        return Self.way(from: folder, to: shared)
    }

    private static func absolute(_ path: String) -> String { ProcessContext.current.absolute(path) }

    private static func parts(_ path: String) -> [String] { Path.parts(path).map(String.init) }

    private static func way(from start: [String], to end: [String]) -> String {
        let common = zip(start, end).prefix { $0 == $1 }.count
        return (Array(repeating: "..", count: start.count - common) + end[common...]).joined(separator: "/")
    }
}
