import Model

/// What a shell script does, as far as reading it tells: the commands it runs, and the variables it reads and sets.
///
/// Not a shell: it knows quoting, comments, here-documents, substitutions, loops and the builtins that set variables.
/// What it cannot follow (`eval`, sourced files, nesting beyond a limit) makes the script `isOpaque`.
struct ShellScript {
    /// One simple command.
    struct Command: Hashable {
        /// Quotes removed, expansions as written; the first is the program.
        var words: [String]
        /// From 0, in the text.
        var line: Int
        /// Within `while`, `until`, `for` or `select`.
        var isInLoop: Bool
        /// Runs whenever the script comes that far: in no branch, loop, function or subshell, and behind no `||`.
        var isCertain: Bool
        /// Nothing waits for it.
        var isBackground: Bool

        /// The words from the program on, without what only runs another (`sudo`, `command`, `exec`, …).
        var effective: ArraySlice<String> {
            var rest = words[...]
            while let first = rest.first, Self.wrappers.contains(first) {
                rest = rest.dropFirst()
                while let option = rest.first, option.hasPrefix("-") || option.contains("=") {
                    rest = rest.dropFirst(Self.takesValue(option, of: first) ? 2 : 1)
                }
                if first == "timeout" { rest = rest.dropFirst() }
            }
            return rest
        }

        private static func takesValue(_ option: String, of wrapper: String) -> Bool {
            let letters: [String: String] = [
                "sudo": "ughpCTUDR", "doas": "uC", "env": "uCS", "nice": "n", "ionice": "cn", "timeout": "sk",
                "exec": "a",
            ]
            guard option.utf8.count == 2, let letter = option.last, letter != "-" else { return false }
            return letters[wrapper]?.contains(letter) ?? false
        }

        private static let wrappers: Set<String> = [
            "sudo", "doas", "command", "builtin", "exec", "nohup", "env", "time", "timeout", "nice", "ionice",
        ]
    }

    /// One variable as it is read without a default.
    struct Variable: Hashable {
        var name: String
        /// From 0, in the text.
        var line: Int
    }

    var commands: [Command] = []
    /// In the order in which they are read; those with a default or a message of their own are left out.
    var reads: [Variable] = []
    var sets: Set<String> = []
    var isOpaque = false

    init(_ text: String) {
        var scanner = ShellScanner(Array(text.utf8))
        scanner.run()
        self = scanner.script
    }

    init() {}

    /// Takes in what one command says about variables.
    mutating func note(_ command: Command) {
        commands.append(command)
        guard let program = command.words.first else { return }
        let arguments = command.words.dropFirst()
        switch program {
        case "export", "declare", "typeset", "local", "readonly":
            for word in arguments where !word.hasPrefix("-") { set(word) }
        case "read", "mapfile", "readarray":
            for word in arguments where !word.hasPrefix("-") { set(word) }
            if !arguments.contains(where: { !$0.hasPrefix("-") }) {
                sets.insert(program == "read" ? "REPLY" : "MAPFILE")
            }
        case "printf":
            if arguments.first == "-v", let name = arguments.dropFirst().first { set(name) }
        case "getopts": if let name = arguments.dropFirst().first { set(name) }
        case "let": for word in arguments { set(word) }
        case "wait":
            if let option = arguments.firstIndex(of: "-p"), option + 1 < arguments.endIndex {
                set(arguments[option + 1])
            }
        // `[[ -v NAME ]]`: whoever asks whether it is set knows that it may not be.
        case "[", "[[", "test", "-v":
            for (word, next) in zip(command.words, arguments) where word == "-v" { set(next) }
        case "set":
            // `set +u`: reading what is not set is meant.
            isOpaque = isOpaque || arguments.contains { $0.hasPrefix("+") && $0.contains("u") }
        case ".", "source", "eval": isOpaque = true
        default: break
        }
    }

    /// The identifier that a word begins with.
    mutating func set(_ word: String) {
        let name = word.utf8.prefix { Names.isLetter($0) || Names.isDigit($0) || $0 == UInt8(ascii: "_") }
        if let text = String(name), !text.isEmpty { sets.insert(text) }
    }
}
