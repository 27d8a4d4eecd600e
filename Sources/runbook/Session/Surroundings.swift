import Execution
import Foundation
import Glibc
import Terminal

/// What the program finds around it when it starts, read once.
struct Surroundings: Sendable {
    let environment: [String: String]
    /// The current folder; empty when it is gone.
    let directory: String
    let user: String
    let arguments: [String]

    static let current = Surroundings()

    private init() {
        environment = ProcessInfo.processInfo.environment
        directory = Self.currentFolder()
        user = Self.userName(environment)
        arguments = Array(CommandLine.arguments.dropFirst())
    }

    /// The person behind the process: the one who called sudo, where somebody did.
    private static func userName(_ environment: [String: String]) -> String {
        if let sudo = environment["SUDO_USER"], !sudo.isEmpty { return sudo }
        if let entry = getpwuid(getuid()) { return String(cString: entry.pointee.pw_name) }
        return environment["USER"] ?? "uid \(getuid())"
    }

    /// Where a relative path begins; a folder that was removed, or is not below the root any more, is none.
    private static func currentFolder() -> String {
        guard let path = getcwd(nil, 0) else { return "" }
        defer { free(path) }
        let text = String(cString: path)
        return text.hasPrefix("/") ? text : ""
    }

    /// The absolute path of something that the command line names; relative ones need a current folder.
    func place(_ path: String) throws(CommandFailure) -> String {
        guard path.hasPrefix("/") || !directory.isEmpty else {
            throw CommandFailure(
                .usage, "\(path): the current folder is gone, so a relative path leads nowhere",
                hint: "cd into a folder that exists, or name absolute paths (also of the state folder: --state)")
        }
        return absolute(path)
    }

    /// With symbolic links resolved where that is possible: two names of one file are one.
    func canonical(_ path: String) -> String {
        let absolute = absolute(path)
        guard let resolved = realpath(absolute, nil) else { return absolute }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    func absolute(_ path: String) -> String {
        let full = path.utf8.first == UInt8(ascii: "/") ? path : directory + "/" + path
        return URL(fileURLWithPath: full).standardizedFileURL.path
    }

    /// The command line as a person would type it again.
    var commandLine: String {
        (["runbook"] + arguments.map(ShellWord.quoted)).joined(separator: " ")
    }

    /// What a shell here finds this program by: as it was called, unless `runbook` alone does.
    var program: String {
        let called = CommandLine.arguments.first ?? ""
        guard called.contains("/") else { return called.isEmpty ? "runbook" : called }
        for folder in (environment["PATH"] ?? "").split(separator: ":") {
            let found = "\(folder)/runbook"
            guard access(found, X_OK) == 0 else { continue }
            return Self.resolved(found) == Self.resolved(called) ? "runbook" : called
        }
        return called
    }

    static func resolved(_ path: String) -> String { URL(fileURLWithPath: path).resolvingSymlinksInPath().path }

    var now: Double { Date().timeIntervalSince1970 }
}

extension StateArguments {
    /// The state folder's path, absolute: `--state`, else `$RUNBOOK_STATE`, else `.runbook`.
    var path: String {
        get throws {
            let surroundings = Surroundings.current
            let chosen = state ?? surroundings.environment["RUNBOOK_STATE"].flatMap { $0.isEmpty ? nil : $0 }
            return try surroundings.place(chosen ?? ".runbook")
        }
    }

    /// How messages name commands that are about this state folder.
    ///
    /// A folder that is not the one taken without a word is always named: `$RUNBOOK_STATE` may have been set for this
    /// command alone.
    var command: CommandText {
        let surroundings = Surroundings.current
        let told = surroundings.environment["RUNBOOK_STATE"].flatMap { $0.isEmpty ? nil : $0 }
        let usual = surroundings.absolute(".runbook")
        // Without a current folder none is.
        let place = (try? path) ?? "/.runbook"
        let isUsual = told == nil && Surroundings.resolved(place) == Surroundings.resolved(usual)
        return CommandText(program: surroundings.program, state: isUsual ? nil : state ?? told ?? place)
    }

    /// For commands that make nothing there: where it is, or would be, as `${work}` tells it.
    var name: String { (try? path) ?? "/.runbook" }
}
