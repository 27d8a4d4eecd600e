import Checkpoints
import Execution
import Foundation
import Model
import Testing

/// A temporary folder that is gone with its value.
final class Sandbox {
    let path: String

    init() throws {
        let base = FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path
        path = "\(base)/checkpoints-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Path of the state folder in it.
    var state: String { path + "/state" }

    func folder() throws -> StateFolder { try StateFolder(creating: state) }

    func lock() throws -> Lock { try Lock(try folder(), commandLine: "runbook run zone.md", now: 1000) }

    /// An executor's store, as a run opens it.
    func store() throws -> Store { try Store(executing: try lock()) }

    /// Permission bits of a file in the state folder.
    func mode(_ name: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: name.isEmpty ? state : "\(state)/\(name)")
        return try #require(attributes[.posixPermissions] as? Int)
    }

    func bytes(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: "\(state)/\(name)")) }

    func put(_ bytes: Data, _ name: String) throws { try bytes.write(to: URL(fileURLWithPath: "\(state)/\(name)")) }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(state)/\(name)") }

    func names(_ folder: String = "") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? state : folder).sorted()
    }

    /// A copy of the state folder as it is on disk now: what a crash would leave.
    func crashCopy() throws -> Sandbox {
        let copy = try Sandbox()
        try FileManager.default.copyItem(atPath: state, toPath: copy.state)
        return copy
    }
}

/// Runs a program and waits for it.
@discardableResult
func run(_ program: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
}

/// The error of this target that `work` throws.
func failure(_ work: () throws -> some Any) -> StoreError? {
    do {
        _ = try work()
        return nil
    } catch let error as StoreError {
        return error
    } catch LockError.unusable(let error) {
        return error
    } catch {
        Issue.record("not an error of this target: \(error)")
        return nil
    }
}
