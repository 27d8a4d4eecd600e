import Foundation
import Testing

/// A folder of its own with a runbook in it, and the real program to run on it.
///
/// Whatever the program left running in it is ended when the desk is put away.
final class Desk {
    struct Reply {
        var status: Int32
        var out: String
        var error: String
        var all: String { out + error }
    }

    let folder: URL
    var environment: [String: String]

    init(_ runbook: String = "") throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("runbook-cli-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        environment = ProcessInfo.processInfo.environment
        environment["XDG_CONFIG_HOME"] = folder.appendingPathComponent("config").path
        environment["NO_COLOR"] = "1"
        environment["COLUMNS"] = "160"
        environment["RUNBOOK_STATE"] = nil
        if !runbook.isEmpty { try write(runbook) }
    }

    deinit {
        if FileManager.default.fileExists(atPath: path(".runbook/state.db")) {
            _ = try? run("down", "--output", "quiet")
        }
        try? FileManager.default.removeItem(at: folder)
    }

    /// The program that was built beside these tests.
    static var program: URL {
        let own = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        let beside = own.deletingLastPathComponent().appendingPathComponent("runbook")
        if FileManager.default.isExecutableFile(atPath: beside.path) { return beside }
        return URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
            "../../../.build/debug/runbook"
        ).standardizedFileURL
    }

    /// A port that a service of a test may have.
    static func freePort() throws -> Int {
        let asked = Process()
        asked.executableURL =
            URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../../scripts/free-ports").standardizedFileURL
        asked.standardInput = FileHandle.nullDevice
        let answer = Pipe()
        asked.standardOutput = answer
        try asked.run()
        let text = String(decoding: answer.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        asked.waitUntilExit()
        return try #require(Int(text.trimmingCharacters(in: .newlines)), "scripts/free-ports said: \(text)")
    }

    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    func write(_ text: String, to name: String = "r.md") throws {
        try Data(text.utf8).write(to: folder.appendingPathComponent(name))
    }

    func read(_ name: String) -> String { (try? String(contentsOfFile: path(name), encoding: .utf8)) ?? "" }

    func start(_ arguments: [String]) throws -> Process {
        let process = Process()
        process.executableURL = Self.program
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        return process
    }

    @discardableResult
    func run(_ arguments: String...) throws -> Reply { try run(arguments) }

    @discardableResult
    func run(_ arguments: [String]) throws -> Reply {
        let process = try start(arguments)
        let out = path("out.\(UUID().uuidString)")
        let error = out + ".error"
        for file in [out, error] { _ = FileManager.default.createFile(atPath: file, contents: nil) }
        process.standardOutput = FileHandle(forWritingAtPath: out)
        process.standardError = FileHandle(forWritingAtPath: error)
        try process.run()
        process.waitUntilExit()
        return Reply(
            status: process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus,
            out: (try? String(contentsOfFile: out, encoding: .utf8)) ?? "",
            error: (try? String(contentsOfFile: error, encoding: .utf8)) ?? "")
    }

    /// State by step, as `status --json` tells it.
    func states() throws -> [String: String] {
        var states: [String: String] = [:]
        for step in try steps() { states[step["id"] as? String ?? ""] = step["state"] as? String }
        return states
    }

    func steps() throws -> [[String: Any]] {
        let reply = try run("status", "--json")
        let object = try JSONSerialization.jsonObject(with: Data(reply.out.utf8)) as? [String: Any]
        return object?["steps"] as? [[String: Any]] ?? []
    }

    func attempts(_ id: String) throws -> Int {
        try steps().first { $0["id"] as? String == id }?["attempts"] as? Int ?? -1
    }

    func pid(_ id: String) throws -> Int32 {
        let value = try steps().first { $0["id"] as? String == id }?["pid"] as? Int
        return Int32(try #require(value))
    }

    /// Waits, for at most 30 s, until something is so.
    func eventually(_ condition: () throws -> Bool) rethrows -> Bool {
        for _ in 0..<600 {
            if try condition() { return true }
            Thread.sleep(forTimeInterval: 0.05)
        }
        return false
    }
}

/// One step's block.
func step(_ id: String, _ metadata: [String] = [], _ body: String = "true") -> String {
    (["```bash", "#| step: \(id)"] + metadata.map { "#| \($0)" } + [body, "```", ""]).joined(separator: "\n")
}

/// A runbook of these blocks.
func page(_ blocks: String..., front: [String] = []) -> String {
    (["---", "runbook: test"] + front + ["---", "# Test", ""] + blocks).joined(separator: "\n")
}
