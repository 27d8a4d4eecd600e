import Model

/// Which program runs a body of which language.
struct Languages {
    private var interpreters: [String: Interpreter] = [
        "bash": .bash,
        "sh": .sh,
        "python": Interpreter(arguments: ["python3"], option: "-c", delivery: .argument, isShell: false),
        "ruby": Interpreter(arguments: ["ruby"], option: "-e", delivery: .argument, isShell: false),
        "perl": Interpreter(arguments: ["perl"], option: "-e", delivery: .argument, isShell: false),
        "node": Interpreter(arguments: ["node"], option: "-e", delivery: .argument, isShell: false),
    ]

    private static let aliases = [
        "shell": "sh", "python3": "python", "py": "python", "rb": "ruby", "pl": "perl", "javascript": "node",
        "js": "node",
    ]
    private static let shells: Set<String> = ["sh", "bash", "dash", "ksh", "mksh", "zsh", "ash"]

    /// The name under which a language's interpreter and preludes are kept.
    func canonical(_ language: String) -> String {
        guard interpreters[language] == nil else { return language }
        return Self.aliases[language] ?? language
    }

    func interpreter(for language: String) -> Interpreter? { interpreters[canonical(language)] }

    /// Sorted.
    var known: [String] { interpreters.keys.sorted() }

    mutating func add(_ language: String, _ interpreter: Interpreter) { interpreters[language] = interpreter }

    /// An interpreter from a command: a body follows a last `-c` (or `-e`, except for shells) as an argument, and
    /// comes as a file otherwise.
    static func interpreter(_ command: [String]) -> Interpreter {
        let isShell = shells.contains(Path.base(of: command.first ?? ""))
        let option =
            command.count > 1 && (command.last == "-c" || (command.last == "-e" && !isShell)) ? command.last : nil
        return Interpreter(
            arguments: option == nil ? command : Array(command.dropLast()), option: option,
            delivery: option == nil ? .file : .argument, isShell: isShell)
    }
}
