import Foundation

/// A throw-away certificate authority made by the `openssl` program, in a folder of its own.
final class Authority: Sendable {
    struct Failure: Error {
        var command: String
        var output: String
    }

    static var isAvailable: Bool { program != nil }

    private static let program: String? = ["/usr/bin/openssl", "/usr/local/bin/openssl"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    /// Made once for all tests; nil when `openssl` is missing or fails.
    static let shared: Authority? = try? Authority()

    let folder: String
    func path(_ name: String) -> String { "\(folder)/\(name)" }

    private init() throws {
        folder = try Self.makeFolder()
        try makeSelfSigned("ca", subject: "throw-away authority")
        try makeSelfSigned("other", subject: "another authority")
        try sign("good", subject: "server", names: "IP:127.0.0.1", days: 2)
        try sign("expired", subject: "server", names: "IP:127.0.0.1", days: -1)
        try sign("elsewhere", subject: "server", names: "DNS:elsewhere.test", days: 2)
        try sign("client", subject: "client", names: "DNS:client.test", days: 2)
        let combined = try ["client.pem", "client.key"].map { try String(contentsOfFile: path($0), encoding: .utf8) }
        try combined.joined().write(toFile: path("combined.pem"), atomically: true, encoding: .utf8)
    }

    /// A folder that goes with the process.
    private static func makeFolder() throws -> String {
        let base = FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path
        let folder = "\(base)/gates-ca-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        atexit { if let made = Authority.shared?.folder { try? FileManager.default.removeItem(atPath: made) } }
        return folder
    }

    private func makeSelfSigned(_ name: String, subject: String) throws {
        try openssl([
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-keyout", path("\(name).key"), "-out", path("\(name).pem"), "-subj", "/CN=\(subject)",
            "-addext", "subjectAltName=IP:127.0.0.1",
        ])
    }

    private func sign(_ name: String, subject: String, names: String, days: Int) throws {
        try openssl([
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", path("\(name).key"),
            "-out", path("\(name).csr"), "-subj", "/CN=\(subject)", "-addext", "subjectAltName=\(names)",
        ])
        try openssl([
            "x509", "-req", "-in", path("\(name).csr"), "-CA", path("ca.pem"), "-CAkey", path("ca.key"),
            "-CAcreateserial", "-days", "\(days)", "-copy_extensions", "copy", "-out", path("\(name).pem"),
        ])
    }

    private func openssl(_ arguments: [String]) throws {
        let process = try Self.launch(arguments, output: nil)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(command: arguments.joined(separator: " "), output: "status \(process.terminationStatus)")
        }
    }

    fileprivate static func launch(_ arguments: [String], output: Pipe?) throws -> Process {
        guard let program else { throw Failure(command: "openssl", output: "is not installed") }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        process.standardOutput = output ?? FileHandle.nullDevice
        try process.run()
        return process
    }

    /// An HTTPS server on loopback that answers every request with 200.
    func serve(_ certificate: String, _ options: [String] = []) throws -> SecureServer {
        try SecureServer(
            [
                "s_server", "-accept", "127.0.0.1:0", "-www", "-cert", path("\(certificate).pem"),
                "-key", path("\(certificate).key"),
            ] + options)
    }

    /// `openssl s_server`, until it is let go.
    final class SecureServer {
        let port: Int
        private let process: Process
        private let output = Pipe()

        init(_ arguments: [String]) throws {
            process = try Authority.launch(arguments, output: output)
            var text = ""
            while !text.contains("ACCEPT 127.0.0.1:") || !text.hasSuffix("\n") {
                let data = output.fileHandleForReading.availableData
                guard !data.isEmpty else { throw Failure(command: "s_server", output: text) }
                text += String(decoding: data, as: UTF8.self)
            }
            let digits = text.components(separatedBy: "ACCEPT 127.0.0.1:").last.map { $0.prefix { $0.isNumber } }
            guard let port = digits.flatMap({ Int($0) }) else { throw Failure(command: "s_server", output: text) }
            self.port = port
        }

        deinit {
            // Started from a thread that blocks signals, it does so too: no other signal would end it.
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }

        var url: String { "https://127.0.0.1:\(port)/" }
    }
}
