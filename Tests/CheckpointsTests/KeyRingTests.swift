import Checkpoints
import Execution
import Foundation
import Testing

@Suite("The key of secrets")
struct KeyRingTests {
    private func ring(_ sandbox: Sandbox) -> KeyRing {
        KeyRing(environment: ["XDG_CONFIG_HOME": sandbox.path + "/config", "HOME": "/nonexistent"])
    }

    private func key(_ sandbox: Sandbox) -> String { sandbox.path + "/config/runbook/key" }

    private func message(_ work: () throws -> Any) -> String? {
        do {
            _ = try work()
            return nil
        } catch let error as JournalError {
            return error.message
        } catch {
            Issue.record("\(error)")
            return nil
        }
    }

    @Test("a secret comes back, from another process's ring too; the sealed form shows nothing of it and never repeats")
    func sealing() throws {
        let sandbox = try Sandbox()
        for text in ["swordfish", "", "ünïcödé\n\0", String(repeating: "long", count: 10_000)] {
            let sealed = try ring(sandbox).seal(text)
            #expect(try ring(sandbox).open(sealed) == text)
            #expect(try ring(sandbox).seal(text) != sealed)
            if text.utf8.count > 4 { #expect(Data(sealed).range(of: Data(text.utf8)) == nil) }
        }
    }

    @Test("a digest tells whether two secrets are equal, under one key alone")
    func digests() throws {
        let sandbox = try Sandbox()
        let other = try Sandbox()
        let digest = try ring(sandbox).digest("swordfish")
        #expect(digest.count == 32)
        #expect(digest.allSatisfy { $0.isHexDigit })
        #expect(try ring(sandbox).digest("swordfish") == digest)
        #expect(try ring(sandbox).digest("swordfish ") != digest)
        #expect(try ring(other).digest("swordfish") != digest)
    }

    @Test("the key is 32 bytes in a file 0600 in a folder 0700, made once; nothing else stays there")
    func made() throws {
        let sandbox = try Sandbox()
        let digest = try ring(sandbox).digest("a")
        let bytes = try Data(contentsOf: URL(fileURLWithPath: key(sandbox)))
        #expect(bytes.count == 32)
        #expect(try sandbox.names(sandbox.path + "/config/runbook") == ["key"])
        for (path, mode) in [("/config", 0o700), ("/config/runbook", 0o700), ("/config/runbook/key", 0o600)] {
            let attributes = try FileManager.default.attributesOfItem(atPath: sandbox.path + path)
            #expect(attributes[.posixPermissions] as? Int == mode, "\(path)")
        }
        #expect(try ring(sandbox).digest("a") == digest)
    }

    @Test("a ring that no secret needs touches nothing")
    func lazy() throws {
        let sandbox = try Sandbox()
        _ = ring(sandbox)
        _ = KeyRing(environment: [:])
        #expect(message { try ring(sandbox).open([1, 2, 3]) }?.contains("is missing: \(key(sandbox))") == true)
        #expect(try sandbox.names(sandbox.path).isEmpty)
    }

    @Test("processes that need a key at the same moment end up with one")
    func race() throws {
        let sandbox = try Sandbox()
        let helper = try CheckpointsHelper.path()
        let children = try (0..<8).map { _ in
            try Child("env", ["XDG_CONFIG_HOME=\(sandbox.path)/config", helper, "digest", "swordfish"])
        }
        let digests = children.map { $0.line() }
        #expect(Set(digests) == [try ring(sandbox).digest("swordfish")])
        #expect(children.map { $0.finish() } == Array(repeating: 0, count: 8))
        #expect(try sandbox.names(sandbox.path + "/config/runbook") == ["key"])
    }

    @Test("a key that others may read, or of a wrong size, or that is a folder, is refused by name and kept")
    func refused() throws {
        let sandbox = try Sandbox()
        let secret = try ring(sandbox).seal("swordfish")
        let path = key(sandbox)
        for mode in [0o640, 0o604, 0o620] {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
            for text in [message { try ring(sandbox).seal("x") }, message { try ring(sandbox).open(secret) }] {
                #expect(text?.contains("chmod 600 \(path)") == true)
            }
        }
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        #expect(try ring(sandbox).open(secret) == "swordfish")
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        for wrong in [Data(), bytes.prefix(31), bytes + [0]] {
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            try handle.truncate(atOffset: 0)
            try handle.write(contentsOf: wrong)
            try handle.close()
            #expect(message { try ring(sandbox).digest("x") }?.contains("has \(wrong.count) bytes, not 32") == true)
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == wrong)
        }
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        #expect(message { try ring(sandbox).digest("x") }?.contains("not a regular file") == true)
    }

    @Test("another key, and a damaged secret, are told apart, and the key file is named")
    func wrong() throws {
        let sandbox = try Sandbox()
        let other = try Sandbox()
        let sealed = try ring(sandbox).seal("swordfish")
        _ = try ring(other).seal("x")
        let text = message { try ring(other).open(sealed) }
        #expect(text?.contains("another key than the one in \(key(other))") == true)
        for position in [9, 20, sealed.count - 1] {
            var damaged = sealed
            damaged[position] ^= 1
            #expect(message { try ring(sandbox).open(damaged) }?.contains("is damaged") == true, "\(position)")
        }
        for short in [[], Array(sealed.prefix(5)), Array(sealed.prefix(12)), [9] + sealed.dropFirst()] as [[UInt8]] {
            #expect(message { try ring(sandbox).open(short) } != nil)
        }
    }

    @Test("where to put a key: an absolute XDG_CONFIG_HOME, else HOME, else nowhere")
    func places() throws {
        let sandbox = try Sandbox()
        for environment in [[:], ["HOME": ""], ["XDG_CONFIG_HOME": "relative"]] as [[String: String]] {
            let text = message { try KeyRing(environment: environment).digest("x") }
            #expect(text?.contains("set HOME") == true)
        }
        _ = try KeyRing(environment: ["XDG_CONFIG_HOME": "relative", "HOME": sandbox.path]).digest("x")
        #expect(FileManager.default.fileExists(atPath: sandbox.path + "/.config/runbook/key"))
    }

    @Test("a folder that cannot be written gives an error that names the key")
    func readOnly() throws {
        let sandbox = try Sandbox()
        try FileManager.default.createDirectory(atPath: sandbox.path + "/config", withIntermediateDirectories: false)
        guard let mount = try Mount(bind: sandbox.path + "/config", at: sandbox.path + "/ro", readOnly: true) else {
            return skipped("no right to mount")
        }
        let text = message { try KeyRing(environment: ["XDG_CONFIG_HOME": mount.path]).digest("x") }
        #expect(text?.contains(mount.path + "/runbook") == true)
        #expect(text?.contains("Read-only file system") == true)
    }
}
