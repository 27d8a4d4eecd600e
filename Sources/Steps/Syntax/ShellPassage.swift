package import Model

/// A text of a runbook that a shell will read: a body, an undo, or a command of the metadata.
package struct ShellPassage: Sendable {
    /// Where a text stands.
    private enum Site {
        case body(BodyPlace, file: String)
        case value(Place)
    }

    /// The program and options that only parse (`bash -n`); the path of a file follows.
    package let parser: [String]
    package let text: String
    /// What it is, for people.
    private let name: String
    private let site: Site

    /// Nil for what no known shell reads.
    private init?(_ text: String, _ name: String, _ interpreter: Interpreter, prelude: String = "", _ site: Site) {
        guard let parser = ShellParser.arguments(for: interpreter, text: prelude + text) else { return nil }
        self.parser = parser
        self.text = text
        self.name = name
        self.site = site
    }

    /// All texts of a runbook that known shells read, in the order of its steps. Gates, `when` and `check` are read by
    /// the step's shell, or by `sh` where its body is in another language.
    package static func all(in runbook: Runbook) -> [ShellPassage] {
        runbook.steps.flatMap { step -> [ShellPassage] in
            var passages: [ShellPassage?] = []
            let file = step.place.file
            if case .script = step.kind, step.interpreter.isShell {
                passages.append(
                    ShellPassage(
                        step.body, "`\(step.id)`", step.interpreter, prelude: step.prelude,
                        .body(step.bodyPlace, file: file)))
            }
            let shell = step.interpreter.isShell ? step.interpreter : .sh
            func ask(_ command: Template?, _ label: String, _ place: Place?) {
                guard let text = command?.constant, let place else { return }
                passages.append(
                    ShellPassage(text, "`\(label)` of `\(step.id)`", shell, prelude: step.prelude, .value(place)))
            }
            if case .command(let command) = step.when { ask(command, "when", step.whenPlace) }
            ask(step.check, "check", step.checkPlace)
            for gate in step.gates {
                if case .command(let command, _) = gate.question { ask(command, "gate", gate.place) }
            }
            if let undo = step.undo, undo.interpreter.isShell {
                passages.append(
                    ShellPassage(
                        undo.body, "the undo of `\(step.id)`", undo.interpreter, prelude: undo.prelude,
                        .body(undo.bodyPlace, file: undo.place.file)))
            }
            return passages.compactMap(\.self)
        }
    }

    /// It can be looked at together with others, each in a function of its own: what is wrong in one shows then. A
    /// brace that closes before any opens could make a whole of two halves.
    package var isCompanion: Bool {
        guard let close = text.utf8.firstIndex(of: UInt8(ascii: "}")) else { return true }
        return text.utf8.firstIndex(of: UInt8(ascii: "{")).map { $0 < close } ?? false
    }

    /// One file of them all.
    package static func together(_ passages: some Sequence<ShellPassage>) -> String {
        passages.map { "f() {\n:\n\($0.text)\n}\n" }.joined()
    }

    /// What a shell said of it.
    package func diagnostic(_ complaint: ShellComplaint) -> Diagnostic {
        let line = min(max(1, complaint.line ?? 1), lineCount)
        let place: Place
        var part = ""
        switch site {
        case .body(let body, let file): place = Place(file: file, line: body.fileLine(of: line - 1), column: 1)
        case .value(let value):
            place = value
            if line > 1 { part = ", in line \(line) of it" }
        }
        return Diagnostic(
            code: DiagnosticCode.unreadableScript.rawValue, severity: DiagnosticCode.unreadableScript.severity,
            message: "the shell of \(name) cannot read this\(part): \(complaint.words)", place: place,
            hint:
                "`\(parser.joined(separator: " "))` says so; what stands above it would run before the shell comes here"
        )
    }

    /// At least 1; without empty lines at the end: there a shell misses what should have closed something.
    private var lineCount: Int {
        let lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
        return (lines.lastIndex { !$0.isEmpty } ?? 0) + 1
    }
}

/// Shells that can be asked whether they could read a text, without running any of it.
enum ShellParser {
    private static let known: Set<String> = ["sh", "dash", "ash", "bash", "ksh", "ksh93", "mksh", "zsh"]

    /// Nil for programs that are not known: they might run what they are only to read.
    static func arguments(for interpreter: Interpreter, text: String) -> [String]? {
        guard interpreter.isShell, let program = interpreter.arguments.first else { return nil }
        let name = program.words(at: "/").last.map(String.init) ?? program
        switch name {
        case "bash":
            // `shopt -s extglob` is not carried out, and what it allows could not be read.
            return [program] + (text.contains("extglob") ? ["-O", "extglob"] : []) + ["-n"]
        case "zsh": return [program, "-f", "-n"]
        case "busybox":
            guard let applet = interpreter.arguments.dropFirst().first, applet == "sh" || applet == "ash" else {
                return nil
            }
            return [program, applet, "-n"]
        default: return known.contains(name) ? [program, "-n"] : nil
        }
    }
}

/// What a shell says of a text that it cannot read.
package struct ShellComplaint: Hashable, Sendable {
    /// From 1; nil where it names none.
    package var line: Int?
    /// Its own words, without the place.
    package var words: String

    /// Reads `PATH: line 3: words` (bash, busybox), `PATH: 3: words` (dash), `PATH:3: words` (zsh), `PATH[3]: words`
    /// (mksh) and `PATH: words at line 3: …` (ksh).
    ///
    /// - Parameter path: of the file that it was given.
    package init(_ text: String, path: String) {
        let lines = text.split(whereSeparator: \.isNewline).map(String.init)
        let told = lines.first { $0.contains(path) } ?? lines.first ?? "no word about why"
        var rest = told.firstRange(of: path).map { told[$0.upperBound...] } ?? told[...]
        var line: Int?
        while true {
            rest = rest.drop { ": []".contains($0) }
            if rest.hasPrefix("line "), rest.dropFirst(5).first?.isNumber == true { rest = rest.dropFirst(5) }
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            let after = rest[digits.endIndex...].first
            guard line == nil, let number = Int(digits), after == ":" || after == "]" else { break }
            line = number
            rest = rest[digits.endIndex...]
        }
        if line == nil, let named = rest.firstRange(of: "line ") {
            line = Int(rest[named.upperBound...].prefix { $0.isASCII && $0.isNumber })
        }
        self.line = line
        words = String(rest.prefix(Self.longest))
    }

    private static let longest = 300
}
