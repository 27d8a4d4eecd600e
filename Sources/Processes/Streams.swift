import CPlatform
import Execution
import Glibc

/// The descriptors that one start needs on our side, closed again unless they are taken over.
struct Streams: ~Copyable {
    /// What becomes the child's output; -1: none.
    private(set) var writer: Int32 = -1
    private var reader: Int32 = -1
    private var loan: TerminalLoan?

    /// The terminal whose foreground the child gets; -1: none.
    var terminalDescriptor: Int32 { loan?.descriptor ?? -1 }

    mutating func open(_ output: Launch.Output, _ reactor: Reactor) throws(LaunchError) {
        switch output {
        case .log, .discard: break
        case .capture:
            var ends: [Int32] = [-1, -1]
            let result = platform_pipe(&ends)
            guard result == 0 else { throw LaunchFailure.descriptor(-result, for: "a pipe") }
            (reader, writer) = (ends[0], ends[1])
        case .terminal: loan = TerminalLoan(reactor)
        }
    }

    mutating func takeReader() -> Int32? {
        defer { reader = -1 }
        return reader >= 0 ? reader : nil
    }

    mutating func takeTerminal() -> TerminalLoan? {
        defer { loan = nil }
        return loan
    }

    mutating func close() {
        if writer >= 0 { Glibc.close(writer) }
        if reader >= 0 { Glibc.close(reader) }
        (writer, reader) = (-1, -1)
        loan?.takeBack()
        loan = nil
    }
}
