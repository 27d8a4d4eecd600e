/// What ids and names may look like.
package enum Names {
    /// Longest id, capability, param or output name, in bytes.
    package static let limit = 128
    /// Longest name of a stage, layer, component, owner or runbook, in bytes.
    package static let labelLimit = 1_000

    /// `[A-Za-z_][A-Za-z0-9_]*`: what a shell takes for the name of a variable.
    package static func isIdentifier(_ bytes: some Collection<UInt8>) -> Bool {
        guard let first = bytes.first, bytes.count <= limit, isLetter(first) || first == UInt8(ascii: "_") else {
            return false
        }
        return bytes.allSatisfy { isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "_") }
    }

    /// `[a-z0-9][a-z0-9_-]*`: the ids of steps, capabilities, pools and include prefixes.
    package static func isID(_ text: String) -> Bool {
        let bytes = text.utf8
        guard let first = bytes.first, bytes.count <= limit, isLower(first) || isDigit(first) else { return false }
        return bytes.allSatisfy { isLower($0) || isDigit($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") }
    }

    /// An id with include prefixes (`dc2.consul-1`).
    package static func isReference(_ text: String) -> Bool {
        text.parts(at: ".").allSatisfy { isID(String($0)) }
    }

    /// `[A-Za-z_][A-Za-z0-9_-]*`: the names of outputs.
    package static func isOutput(_ text: String) -> Bool {
        let bytes = text.utf8
        guard let first = bytes.first, bytes.count <= limit, isLetter(first) || first == UInt8(ascii: "_") else {
            return false
        }
        return bytes.allSatisfy { isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") }
    }

    package static let idHint =
        "an id has lower-case letters, digits, `-` and `_`, begins with a letter or digit, "
        + "and has at most \(limit) characters"

    /// Why a name cannot be a param, secret or output variable: the system or the program itself depends on it.
    package static func reservation(of name: String) -> String? {
        if builtins.contains(name) { return "`\(name)` is built in" }
        if let reason = shellReservation(of: name) { return reason }
        if system.contains(name) || systemPrefixes.contains(where: { name.hasPrefix($0) }) {
            return "`\(name)` is a variable that the system depends on"
        }
        return nil
    }

    /// Why a value given under this name never reaches a body: a shell puts one of its own in its place.
    package static func shellReservation(of name: String) -> String? {
        keptByShells.contains(name) ? "shells keep `\(name)` for themselves" : nil
    }

    /// What bash, dash, busybox, ksh, mksh or yash set whatever the environment says.
    private static let keptByShells: Set<String> = [
        "_", "BASH", "BASHPID", "BASH_ARGC", "BASH_ARGV", "BASH_ARGV0", "BASH_COMMAND", "BASH_EXECUTION_STRING",
        "BASH_LINENO", "BASH_SOURCE", "BASH_SUBSHELL", "BASH_VERSINFO", "BASH_VERSION", "COMP_WORDBREAKS",
        "DIRSTACK", "EPOCHREALTIME", "EPOCHSECONDS", "FUNCNAME", "HISTCMD", "IFS", "JOBMAX", "KSHEGID", "KSHGID",
        "KSHUID", "KSH_VERSION", "LINENO", "OLDPWD", "OPTERR", "OPTIND", "PATHSEP", "PGRP", "PIPESTATUS", "PPID",
        "PWD", "RANDOM", "SECONDS", "SHLVL", "SRANDOM", "USER_ID", "YASH_VERSION",
    ]

    package static let builtins = ["work", "run", "runbook_dir"]

    private static let systemPrefixes = ["LD_", "DYLD_", "BASH_", "LC_", "RUNBOOK_", "GLIBC_", "MALLOC_"]
    private static let system: Set<String> = [
        "BASHOPTS", "CDPATH", "COLUMNS", "COPROC", "ENV", "EUID", "EXECIGNORE", "FPATH", "FUNCNEST", "GLOBIGNORE",
        "GLOBSORT", "GROUPS", "HISTSIZE", "HOME", "HOSTNAME", "HOSTTYPE", "IGNOREEOF", "LANG", "LINES", "LOGNAME",
        "MACHTYPE", "MAIL", "MAILCHECK", "MAILPATH", "MAPFILE", "NODE_OPTIONS", "NODE_PATH", "OPTARG", "OSTYPE",
        "PATH", "PERL5LIB", "PERL5OPT", "PERLLIB", "POSIXLY_CORRECT", "PROMPT_COMMAND", "PS1", "PS2", "PS3", "PS4",
        "PYTHONHOME", "PYTHONPATH", "PYTHONSTARTUP", "REPLY", "RUBYLIB", "RUBYOPT", "SHELL", "SHELLOPTS", "TERM",
        "TIMEFORMAT", "TMOUT", "TMPDIR", "TZ", "UID", "USER", "env",
    ]

    package static func isLetter(_ byte: UInt8) -> Bool {
        isLower(byte) || (byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z"))
    }
    package static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
    private static func isLower(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z") }
}
