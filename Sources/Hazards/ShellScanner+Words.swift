import Model

/// Words, and the commands they make.
extension ShellScanner {
    var top: Open { commands[commands.count - 1] }

    mutating func begin(isQuoted: Bool) {
        let last = commands.count - 1
        commands[last].isInWord = true
        if isQuoted { commands[last].isQuoted = true }
    }

    mutating func put(_ byte: UInt8, isQuoted: Bool = false) {
        begin(isQuoted: isQuoted)
        commands[commands.count - 1].word.append(byte)
    }

    mutating func open(_ context: Context) {
        begin(isQuoted: true)
        contexts.append(context)
        commands.append(Open())
    }

    mutating func closeCode() {
        endWord(false)
        endCommand(false)
        commands.removeLast()
        if contexts.count > 1 {
            // Unclosed quotes go with the code they stand in.
            while contexts.count > 1, !isCode { contexts.removeLast() }
            contexts.removeLast()
        }
        if commands.isEmpty { return }
    }

    mutating func endWord(_ isList: Bool) {
        let last = commands.count - 1
        guard commands[last].isInWord else { return }
        let word = String(decoding: commands[last].word, as: UTF8.self)
        let isQuoted = commands[last].isQuoted
        commands[last].word = []
        commands[last].isInWord = false
        commands[last].isQuoted = false
        if isList { return }
        if !isQuoted, let name = takeCoprocess() {
            if isKeyword(word) { return setCoprocess(name) }
            commands[last].words = [name]
        }
        if commands[last].isFor {
            if commands[last].words.isEmpty { script.set(word) }
            commands[last].words.append(word)
        } else if commands[last].isCase {
            if word == "in" { commands[last] = Open() }
        } else if commands[last].isFunction {
            commands[last].isFunction = false
            isFunctionNext = true
        } else if commands[last].words.isEmpty, isAssignment(word) {
            script.set(word)
        } else if commands[last].words.isEmpty, !isQuoted, isKeyword(word) {
            return
        } else {
            if commands[last].words.isEmpty { commands[last].line = line }
            commands[last].words.append(word)
        }
    }

    /// The word after `coproc`, once: its name where a compound command follows, else the command itself.
    mutating func takeCoprocess() -> String? {
        let last = commands.count - 1
        guard commands[last].isCoprocess, commands[last].words.count == 1 else { return nil }
        let name = commands[last].words[0]
        commands[last].words = []
        commands[last].isCoprocess = false
        return name
    }

    mutating func setCoprocess(_ name: String) {
        script.set(name)
        script.set(name + "_PID")
    }

    func isAssignment(_ word: String) -> Bool {
        let name = word.utf8.prefix { Names.isLetter($0) || Names.isDigit($0) || $0 == UInt8(ascii: "_") }
        guard let first = name.first, !Names.isDigit(first) else { return false }
        let rest = word.utf8.dropFirst(name.count)
        if rest.first == UInt8(ascii: "[") { return rest.contains(UInt8(ascii: "=")) }
        return rest.first == UInt8(ascii: "=") || rest.starts(with: "+=".utf8)
    }

    mutating func isKeyword(_ word: String) -> Bool {
        let last = commands.count - 1
        switch word {
        case "then", "elif", "else", "do", "!", "time": break
        case "coproc": commands[last].isCoprocess = true
        case "if": nesting.append(.branch)
        case "while", "until": nesting.append(.loop)
        case "for", "select":
            nesting.append(.loop)
            commands[last].isFor = true
        case "function": commands[last].isFunction = true
        case "{":
            nesting.append(isFunctionNext ? .function : .group)
            isFunctionNext = false
        case "fi", "done", "}": _ = nesting.popLast()
        case "case":
            nesting.append(.branch)
            commands[last].isCase = true
            changeCases(by: 1)
        case "esac":
            _ = nesting.popLast()
            changeCases(by: -1)
        default: return false
        }
        return true
    }

    mutating func changeCases(by change: Int) {
        guard case .code(let closer, let cases, let isList) = contexts.last else { return }
        contexts[contexts.count - 1] = .code(closer: closer, cases: max(0, cases + change), isList: isList)
    }

    mutating func endCommand(_ isList: Bool, isBackground: Bool = false) {
        let last = commands.count - 1
        let open = commands[last]
        commands[last] = Open()
        guard !isList, !open.isFor, !open.isCase, !open.words.isEmpty else { return }
        let isPlain = contexts.count == 1 && nesting.allSatisfy { $0 == .group }
        script.note(
            ShellScript.Command(
                words: open.words, line: open.line, isInLoop: nesting.contains(.loop),
                isCertain: isPlain && !open.isChained, isBackground: isBackground))
    }
}
