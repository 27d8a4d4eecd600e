import Execution

/// The C form of environments that many launches share, kept by identity.
struct EnvironmentCache {
    /// Kept at most; a runbook has one for each of its files, and a few more.
    private static let limit = 32

    /// One environment and its C form; the first keeps the identity from being used again.
    private struct Entry {
        var environment: SharedEnvironment
        var buffer: ArgumentBuffer
        var path: String?
    }

    private var entries: [Entry] = []

    /// The variables as C strings, with the value of PATH; nil when one of them has a NUL byte in it.
    mutating func form(of environment: SharedEnvironment) -> (buffer: ArgumentBuffer, path: String?)? {
        if let known = entries.last(where: { $0.environment === environment }) { return (known.buffer, known.path) }
        let buffer = ArgumentBuffer()
        for variable in environment.variables {
            guard buffer.append(variable) else { return nil }
        }
        if entries.count == Self.limit { entries.removeFirst() }
        let path = buffer.value(after: "PATH=")
        entries.append(Entry(environment: environment, buffer: buffer, path: path))
        return (buffer, path)
    }
}
