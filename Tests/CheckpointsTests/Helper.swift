import Foundation
import Testing

/// The program `CheckpointsHelper`, which is built beside the tests.
enum CheckpointsHelper {
    static func path() throws -> String {
        let link = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let path = URL(fileURLWithPath: link).deletingLastPathComponent().path + "/CheckpointsHelper"
        try #require(FileManager.default.isExecutableFile(atPath: path), "\(path) is not built")
        return path
    }

    static func run(_ arguments: String...) throws -> (status: Int32, output: String) {
        try CheckpointsTests.run(try path(), arguments)
    }
}

/// A process under way, whose output is read line by line; killed with its value.
final class Child {
    private let process = Process()
    private let output = Pipe()
    private let input = Pipe()
    private var rest = Data()

    init(_ program: String, _ arguments: [String]) throws {
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.standardOutput = output
        process.standardInput = input
        try process.run()
    }

    deinit {
        if process.isRunning { kill() }
    }

    var pid: Int32 { process.processIdentifier }

    /// The next line of its output; nil at its end.
    func line() -> String? {
        while true {
            if let end = rest.firstIndex(of: 0x0A) {
                let line = String(decoding: rest[..<end], as: UTF8.self)
                rest = Data(rest[rest.index(after: end)...])
                return line
            }
            let more = output.fileHandleForReading.availableData
            if more.isEmpty { return nil }
            rest += more
        }
    }

    func send(_ text: String) {
        input.fileHandleForWriting.write(Data(text.utf8))
    }

    /// KILL, and the wait for its end.
    func kill() {
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Ends its input, and waits for its end.
    func finish() -> Int32 {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
        return process.terminationStatus
    }
}

/// Says on standard error that a test could not show here what it claims.
func skipped(_ why: String, _ test: String = #function) {
    FileHandle.standardError.write(Data("SKIPPED \(test): \(why)\n".utf8))
}
