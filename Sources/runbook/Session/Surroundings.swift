import Foundation
import Glibc

/// What the program finds around it when it starts, read once.
struct Surroundings: Sendable {
    let environment: [String: String]
    let directory: String
    let user: String
    let arguments: [String]

    static let current = Surroundings()

    private init() {
        environment = ProcessInfo.processInfo.environment
        directory = FileManager.default.currentDirectoryPath
        user = Self.userName(environment)
        arguments = Array(CommandLine.arguments.dropFirst())
    }

    /// The person behind the process: the one who called sudo, where somebody did.
    private static func userName(_ environment: [String: String]) -> String {
        if let sudo = environment["SUDO_USER"], !sudo.isEmpty { return sudo }
        if let entry = getpwuid(getuid()) { return String(cString: entry.pointee.pw_name) }
        return environment["USER"] ?? "uid \(getuid())"
    }

    func absolute(_ path: String) -> String {
        let full = path.hasPrefix("/") ? path : directory + "/" + path
        return URL(fileURLWithPath: full).standardizedFileURL.path
    }

    /// The command line as a person would type it again.
    var commandLine: String {
        (["runbook"] + arguments.map(Self.quoted)).joined(separator: " ")
    }

    static func quoted(_ word: String) -> String {
        let plain = word.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || "-_./:=,@%+".utf8.contains(byte)
        }
        if plain, !word.isEmpty { return word }
        return "'" + word.replacingOccurrences(of: "'", with: "'\\''") + "'"
    }

    var now: Double { Date().timeIntervalSince1970 }
}

extension StateArguments {
    /// The state folder's path, absolute: `--state`, else `$RUNBOOK_STATE`, else `.runbook`.
    var path: String {
        let surroundings = Surroundings.current
        let chosen = state ?? surroundings.environment["RUNBOOK_STATE"].flatMap { $0.isEmpty ? nil : $0 }
        return surroundings.absolute(chosen ?? ".runbook")
    }

    /// What has to be added to a suggested command so that it means the same state folder.
    var suggestion: String { state.map { " --state " + Surroundings.quoted($0) } ?? "" }
}
