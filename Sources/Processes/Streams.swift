import CPlatform
import Execution
import Glibc

/// The descriptors that one start needs on our side, closed again unless they are taken over.
struct Streams: ~Copyable {
    /// What becomes the child's output; -1: none.
    private(set) var writer: Int32 = -1
    /// What becomes its error; -1: none.
    private(set) var errorWriter: Int32 = -1
    private var reader: Int32 = -1
    private var errorReader: Int32 = -1

    mutating func open(_ output: Launch.Output) throws(LaunchError) {
        switch output {
        case .log, .discard, .terminal: break
        case .capture:
            (reader, writer) = try Self.pipe()
            (errorReader, errorWriter) = try Self.pipe()
        }
    }

    private static func pipe() throws(LaunchError) -> (reader: Int32, writer: Int32) {
        var ends: [Int32] = [-1, -1]
        let result = platform_pipe(&ends)
        guard result == 0 else { throw LaunchFailure.descriptor(-result, for: "a pipe") }
        return (ends[0], ends[1])
    }

    mutating func takeReader() -> Int32? {
        defer { reader = -1 }
        return reader >= 0 ? reader : nil
    }

    mutating func takeErrorReader() -> Int32? {
        defer { errorReader = -1 }
        return errorReader >= 0 ? errorReader : nil
    }

    mutating func close() {
        for descriptor in [writer, reader, errorWriter, errorReader] where descriptor >= 0 { Glibc.close(descriptor) }
        (writer, reader, errorWriter, errorReader) = (-1, -1, -1, -1)
    }
}
