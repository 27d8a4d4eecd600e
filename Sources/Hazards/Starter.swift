import Model

/// A command that hands work to something else and returns before that is done.
struct Starter {
    /// What it does: `starts something`, `changes something elsewhere`.
    var verb: String
    /// The command with what makes it one: `systemctl start`.
    var name: String
    /// From 0, in the script.
    var line: Int

    /// The first one that no later command of the script asks after.
    static func unasked(in commands: [ShellScript.Command]) -> Starter? {
        var found: Starter?
        for command in commands {
            let words = Array(command.effective)
            guard let program = words.first.map(Path.base(of:)) else { continue }
            let verbs = words.dropFirst().filter { !$0.hasPrefix("-") }
            if asks(program, verbs, words) {
                found = nil
            } else if found == nil, command.isCertain, let verb = verb(program, verbs, words) {
                found = Starter(
                    verb: verb, name: ([program] + verbs.prefix(1)).joined(separator: " "), line: command.line)
                if program == "curl" { found?.name = program }
            }
        }
        return found
    }

    private static func verb(_ program: String, _ verbs: [String], _ words: [String]) -> String? {
        func has(_ options: String...) -> Bool {
            words.contains { word in options.contains { word == $0 || word.hasPrefix($0 + "=") } }
        }
        let starts =
            switch program {
            case "systemctl":
                ["start", "restart", "reload-or-restart"].contains(verbs.first)
                    || verbs.first == "enable" && has("--now")
            case "service": ["start", "restart"].contains(verbs.dropFirst().first)
            case "kubectl", "oc":
                verbs.first == "apply" && !has("--dry-run") || verbs.starts(with: ["rollout", "restart"])
            case "helm": ["install", "upgrade"].contains(verbs.first) && !has("--wait", "--atomic", "--dry-run")
            case "nomad": (verbs.first == "run" || verbs.starts(with: ["job", "run"])) && has("-detach", "--detach")
            case "docker", "podman":
                has("-d", "--detach")
                    && (verbs.first == "run" || verbs.starts(with: ["compose", "up"]) && !has("--wait"))
            case "docker-compose": verbs.first == "up" && has("-d", "--detach") && !has("--wait")
            default: false
            }
        if starts { return "starts something" }
        return program == "curl" && sends(words) ? "changes something elsewhere" : nil
    }

    /// Commands by which a script finds out for itself.
    private static func asks(_ program: String, _ verbs: [String], _ words: [String]) -> Bool {
        switch program {
        case "systemctl": ["is-active", "status", "is-failed"].contains(verbs.first)
        case "kubectl", "oc": verbs.first == "wait" || verbs.starts(with: ["rollout", "status"])
        case "curl", "wget": !sends(words)
        case "docker", "podman": ["wait", "inspect"].contains(verbs.first)
        case "nc", "pg_isready", "redis-cli", "wait-for-it", "wait-for-it.sh": true
        default: false
        }
    }

    /// A request of curl that changes something.
    private static func sends(_ words: [String]) -> Bool {
        words.contains { word in
            ["POST", "PUT", "PATCH", "DELETE"].contains(word)
                || ["-XPOST", "-XPUT", "-XPATCH", "-XDELETE", "-T", "-d", "-F"].contains(word)
                || word.hasPrefix("--data") || ["--upload-file", "--json", "--form"].contains(word)
        }
    }
}
