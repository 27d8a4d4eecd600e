import Execution
import Glibc
import Model
import Terminal

/// What the program finds around it when it starts, read once.
struct ProcessContext: Sendable {
    let environment: [String: String]
    /// The current folder; empty when it is gone.
    let directory: String
    let user: String
    let arguments: [String]
    /// What this program was called by.
    private let called: String

    static let current = ProcessContext()

    private init() {
        environment = Self.variables()
        directory = Self.currentFolder()
        user = Self.userName(environment)
        let words = Self.texts(CommandLine.unsafeArgv)
        called = words.first ?? ""
        arguments = Array(words.dropFirst())
    }

    private static func texts(_ list: UnsafePointer<UnsafeMutablePointer<CChar>?>) -> [String] {
        var texts: [String] = []
        while let text = list[texts.count] { texts.append(OSText.text(of: text)) }
        return texts
    }

    /// The first of a name counts, as for `getenv`.
    private static func variables() -> [String: String] {
        let pairs = texts(environ).map { $0.parts(at: "=", maxSplits: 1) }.filter { $0.count == 2 && !$0[0].isEmpty }
        return Dictionary(pairs.map { (String($0[0]), String($0[1])) }, uniquingKeysWith: { first, _ in first })
    }

    /// The person behind the process: the one who called sudo, where somebody did.
    private static func userName(_ environment: [String: String]) -> String {
        if let sudo = environment["SUDO_USER"], !sudo.isEmpty { return sudo }
        if let entry = getpwuid(getuid()) { return OSText.text(of: entry.pointee.pw_name) }
        return environment["USER"] ?? "uid \(getuid())"
    }

    /// Where a relative path begins; a folder that was removed, or is not below the root any more, is none.
    private static func currentFolder() -> String {
        guard let path = POSIX.getcwd(), Path.isAbsolute(path) else { return "" }
        return path
    }

    /// The absolute path of something that the command line names; relative ones need a current folder.
    func place(_ path: String) throws(CommandFailure) -> String {
        guard Path.isAbsolute(path) || !directory.isEmpty else {
            throw CommandFailure(
                .usage, "\(path): the current folder is gone, so a relative path leads nowhere",
                hint: "cd into a folder that exists, or name absolute paths (also of the state folder: --state)")
        }
        return absolute(path)
    }

    /// With symbolic links resolved where that is possible: two names of one file are one.
    func canonical(_ path: String) -> String {
        let absolute = absolute(path)
        return POSIX.realpath(absolute) ?? absolute
    }

    func absolute(_ path: String) -> String { Path.absolute(path, in: directory) }

    /// The command line as a person would type it again.
    var commandLine: String {
        (["runbook"] + arguments.map(ShellWord.quoted)).joined(separator: " ")
    }

    /// What a shell here finds this program by: as it was called, unless `runbook` alone does.
    var program: String {
        guard called.utf8.contains(UInt8(ascii: "/")) else { return called.isEmpty ? "runbook" : called }
        for folder in (environment["PATH"] ?? "").parts(at: ":") where !folder.isEmpty {
            let found = "\(folder)/runbook"
            guard POSIX.access(found, X_OK) == 0 else { continue }
            return Self.resolved(found) == Self.resolved(called) ? "runbook" : called
        }
        return called
    }

    /// With symbolic links resolved, also of what is not there in a folder that is.
    static func resolved(_ path: String) -> String {
        if let resolved = POSIX.realpath(path) { return resolved }
        let folder = Path.folder(of: path)
        return folder == path || folder == "." ? path : resolved(folder) + "/" + Path.base(of: path)
    }

    /// Seconds since 1970.
    var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

extension StateArguments {
    /// The state folder's path, absolute: `--state`, else `$RUNBOOK_STATE`, else `.runbook`.
    var path: String {
        get throws {
            let context = ProcessContext.current
            let chosen = state ?? context.environment["RUNBOOK_STATE"].flatMap { $0.isEmpty ? nil : $0 }
            return try context.place(chosen ?? ".runbook")
        }
    }

    /// How messages name commands that are about this state folder.
    ///
    /// A folder that is not the one taken without a word is always named: `$RUNBOOK_STATE` may have been set for this
    /// command alone.
    var command: CommandText {
        let context = ProcessContext.current
        let told = context.environment["RUNBOOK_STATE"].flatMap { $0.isEmpty ? nil : $0 }
        let usual = context.absolute(".runbook")
        // Without a current folder none is.
        let place = (try? path) ?? "/.runbook"
        let isUsual = told == nil && ProcessContext.resolved(place) == ProcessContext.resolved(usual)
        return CommandText(program: context.program, state: isUsual ? nil : state ?? told ?? place)
    }

    /// For commands that make nothing there: where it is, or would be, as `${work}` tells it.
    var name: String { (try? path) ?? "/.runbook" }
}
