/// What ids and names may look like.
enum Names {
    /// Longest id, capability, param or output name, in bytes.
    static let limit = 128
    /// Longest name of a stage, layer, component, owner or runbook, in bytes.
    static let labelLimit = 1_000

    /// `[A-Za-z_][A-Za-z0-9_]*`: what a shell takes for the name of a variable.
    static func isIdentifier(_ bytes: some Collection<UInt8>) -> Bool {
        guard let first = bytes.first, bytes.count <= limit, isLetter(first) || first == UInt8(ascii: "_") else {
            return false
        }
        return bytes.allSatisfy { isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "_") }
    }

    /// `[a-z0-9][a-z0-9_-]*`: the ids of steps, capabilities, pools and include prefixes.
    static func isID(_ text: String) -> Bool {
        let bytes = text.utf8
        guard let first = bytes.first, bytes.count <= limit, isLower(first) || isDigit(first) else { return false }
        return bytes.allSatisfy { isLower($0) || isDigit($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") }
    }

    /// An id with include prefixes (`dc2.consul-1`).
    static func isReference(_ text: String) -> Bool {
        text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { isID(String($0)) }
    }

    /// `[A-Za-z_][A-Za-z0-9_-]*`: the names of outputs.
    static func isOutput(_ text: String) -> Bool {
        let bytes = text.utf8
        guard let first = bytes.first, bytes.count <= limit, isLetter(first) || first == UInt8(ascii: "_") else {
            return false
        }
        return bytes.allSatisfy { isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") }
    }

    static let idHint =
        "an id has lower-case letters, digits, `-` and `_`, begins with a letter or digit, "
        + "and has at most \(limit) characters"

    /// Why a name cannot be a param, secret or output variable: the system or the program itself depends on it.
    static func reservation(of name: String) -> String? {
        if builtins.contains(name) { return "`\(name)` is built in" }
        if system.contains(name) || systemPrefixes.contains(where: { name.hasPrefix($0) }) {
            return "`\(name)` is a variable that the system depends on"
        }
        return nil
    }

    static let builtins = ["work", "run", "runbook_dir"]

    private static let systemPrefixes = ["LD_", "DYLD_", "BASH_", "LC_", "RUNBOOK_", "GLIBC_", "MALLOC_"]
    private static let system: Set<String> = [
        "_", "BASH", "BASHOPTS", "CDPATH", "ENV", "EUID", "FUNCNAME", "GLOBIGNORE", "GROUPS", "HOME", "HOSTNAME",
        "HOSTTYPE", "IFS", "LANG", "LINENO", "LOGNAME", "MACHTYPE", "MAIL", "NODE_OPTIONS", "NODE_PATH", "OLDPWD",
        "OPTARG", "OPTIND", "OSTYPE", "PATH", "PERL5LIB", "PERL5OPT", "PERLLIB", "POSIXLY_CORRECT", "PPID",
        "PROMPT_COMMAND", "PS1", "PS2", "PS3", "PS4", "PWD", "PYTHONHOME", "PYTHONPATH", "PYTHONSTARTUP", "RANDOM",
        "REPLY", "RUBYLIB", "RUBYOPT", "SECONDS", "SHELL", "SHELLOPTS", "SHLVL", "TERM", "TMPDIR", "TZ", "UID",
        "USER", "env",
    ]

    static func isLetter(_ byte: UInt8) -> Bool {
        isLower(byte) || (byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z"))
    }
    static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
    private static func isLower(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z") }
}
