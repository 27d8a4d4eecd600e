/// Reads a shell script byte by byte, once.
struct ShellScanner {
    /// What the current byte is part of.
    private enum Context {
        /// Commands; `closer` ends them, `cases` counts the `case` commands open in them.
        case code(closer: UInt8?, cases: Int, isList: Bool)
        case double
        /// `${NAME…}` after the name.
        case brace
        /// `$((…))` or `((…))`; `depth` counts the parentheses open in it.
        case arithmetic(depth: Int)
    }

    /// A here-document whose text begins after the next line end.
    private struct Document {
        var end: [UInt8]
        var isQuoted: Bool
        var isIndented: Bool
    }

    /// Substitutions within each other that are followed.
    private static let mostDepth = 64

    private(set) var script = ShellScript()
    private let bytes: [UInt8]
    private var index = 0
    private var line = 0
    private var contexts: [Context] = [.code(closer: nil, cases: 0, isList: false)]
    private var documents: [Document] = []
    private var loops = 0
    /// The command being read in each open code context.
    private var commands: [Open] = [Open()]

    /// A command whose end has not come yet.
    private struct Open {
        var words: [String] = []
        var line = 0
        var word: [UInt8] = []
        var isInWord = false
        /// The word has quotes, so it is no keyword.
        var isQuoted = false
        /// After `for` or `select`: the next word is a variable, the others are values.
        var isFor = false
        /// After `case`, until `in`.
        var isCase = false
    }

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func run() {
        while index < bytes.count {
            guard contexts.count <= Self.mostDepth, let context = contexts.last else {
                script.isOpaque = true
                return
            }
            switch context {
            case .code(let closer, let cases, let isList): code(closer, cases, isList)
            case .double: quoted()
            case .brace: brace()
            case .arithmetic(let depth): arithmetic(depth)
            }
        }
        while commands.count > 0 { closeCode() }
    }

    private func at(_ position: Int) -> UInt8 { position < bytes.count ? bytes[position] : 0 }

    // MARK: - Code

    private mutating func code(_ closer: UInt8?, _ cases: Int, _ isList: Bool) {
        let byte = bytes[index]
        switch byte {
        case UInt8(ascii: "\\"):
            if at(index + 1) == 0x0A { line += 1 } else { put(at(index + 1), isQuoted: true) }
            index += 2
        case UInt8(ascii: "'"): single()
        case UInt8(ascii: "\""):
            begin(isQuoted: true)
            contexts.append(.double)
            index += 1
        case UInt8(ascii: "#") where !top.isInWord:
            while index < bytes.count, bytes[index] != 0x0A { index += 1 }
        case UInt8(ascii: "$"): dollar()
        case UInt8(ascii: "`"):
            if closer == byte { closeCode() } else { open(.code(closer: byte, cases: 0, isList: false)) }
            index += 1
        case UInt8(ascii: "("): parenthesis()
        case UInt8(ascii: ")"):
            endWord(isList)
            if cases == 0, closer == byte { closeCode() } else { endCommand(isList) }
            index += 1
        case UInt8(ascii: "<") where at(index + 1) == byte: hereDocument(isList)
        case UInt8(ascii: "<"), UInt8(ascii: ">"):
            // What stands right before is a number of a descriptor, or a word of the command.
            endWord(isList)
            index += 1
            if at(index) == UInt8(ascii: "&") || at(index) == byte { index += 1 }
        case 0x0A, UInt8(ascii: ";"), UInt8(ascii: "&"), UInt8(ascii: "|"):
            endWord(isList)
            if byte != 0x0A || !isList { endCommand(isList) }
            index += 1
            if byte == 0x0A { newLine() }
        case 0x20, 0x09, 0x0D:
            endWord(isList)
            index += 1
        default:
            put(byte)
            index += 1
        }
    }

    private mutating func single() {
        begin(isQuoted: true)
        index += 1
        while index < bytes.count, bytes[index] != UInt8(ascii: "'") { copy() }
        index += 1
    }

    /// Adds the byte to the word, whatever it is.
    private mutating func copy() {
        if bytes[index] == 0x0A { line += 1 }
        put(bytes[index], isQuoted: true)
        index += 1
    }

    private mutating func parenthesis() {
        // `x=(a b)`: a list of words, not of commands.
        let isList = top.isInWord && top.word.last == UInt8(ascii: "=")
        if at(index + 1) == UInt8(ascii: "("), !top.isInWord {
            contexts.append(.arithmetic(depth: 0))
            index += 2
            return
        }
        endWord(false)
        if !isList { endCommand(false) }
        open(.code(closer: UInt8(ascii: ")"), cases: 0, isList: isList))
        index += 1
    }

    private mutating func hereDocument(_ isList: Bool) {
        endWord(isList)
        index += 2
        if at(index) == UInt8(ascii: "<") {
            index += 1
            return
        }
        var document = Document(end: [], isQuoted: false, isIndented: at(index) == UInt8(ascii: "-"))
        if document.isIndented { index += 1 }
        while at(index) == 0x20 || at(index) == 0x09 { index += 1 }
        while index < bytes.count, !Self.endsWord.contains(bytes[index]) {
            switch bytes[index] {
            case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "\\"): document.isQuoted = true
            default: document.end.append(bytes[index])
            }
            index += 1
        }
        if !document.end.isEmpty { documents.append(document) }
    }

    private static let endsWord = Set(" \t\n;&|()<>".utf8)

    /// Reads the here-documents that were announced on the line that ended.
    private mutating func newLine() {
        line += 1
        let waiting = documents
        documents = []
        for document in waiting {
            while index < bytes.count {
                var end = index
                while end < bytes.count, bytes[end] != 0x0A { end += 1 }
                let text = bytes[index..<end]
                let plain = document.isIndented ? text.drop { $0 == 0x09 } : text
                if plain.elementsEqual(document.end) {
                    index = min(end + 1, bytes.count)
                    line += 1
                    break
                }
                if !document.isQuoted { expandLine(text) }
                index = min(end + 1, bytes.count)
                line += 1
            }
        }
    }

    /// The variables of one line of a here-document.
    private mutating func expandLine(_ text: ArraySlice<UInt8>) {
        guard text.contains(UInt8(ascii: "$")) else { return }
        // As within double quotes, where a quote is a character like any other.
        var inner = ShellScanner(Array("\"".utf8) + text.map { $0 == UInt8(ascii: "\"") ? 0x20 : $0 })
        inner.line = line
        inner.run()
        script.reads += inner.script.reads
        script.sets.formUnion(inner.script.sets)
        script.commands += inner.script.commands
    }

    // MARK: - Quotes and expansions

    private mutating func quoted() {
        switch bytes[index] {
        case UInt8(ascii: "\\"):
            if at(index + 1) == 0x0A { line += 1 } else { put(at(index + 1), isQuoted: true) }
            index += 2
        case UInt8(ascii: "\""):
            contexts.removeLast()
            index += 1
        case UInt8(ascii: "$"): dollar()
        case UInt8(ascii: "`"):
            if isWithinBackticks { closeCode() } else { open(.code(closer: UInt8(ascii: "`"), cases: 0, isList: false)) }
            index += 1
        default: copy()
        }
    }

    private var isWithinBackticks: Bool {
        guard contexts.count > 1, case .code(let closer, _, _) = contexts[contexts.count - 2] else { return false }
        return closer == UInt8(ascii: "`")
    }

    private mutating func brace() {
        switch bytes[index] {
        case UInt8(ascii: "}"):
            contexts.removeLast()
            index += 1
        case UInt8(ascii: "\\"): index += 2
        case UInt8(ascii: "\""):
            contexts.append(.double)
            index += 1
        case UInt8(ascii: "$"): dollar()
        default: copy()
        }
    }

    private mutating func arithmetic(_ depth: Int) {
        let byte = bytes[index]
        switch byte {
        case UInt8(ascii: "$"): dollar()
        case UInt8(ascii: "("):
            contexts[contexts.count - 1] = .arithmetic(depth: depth + 1)
            index += 1
        case UInt8(ascii: ")"):
            if depth > 0 {
                contexts[contexts.count - 1] = .arithmetic(depth: depth - 1)
            } else {
                contexts.removeLast()
                if at(index + 1) == byte { index += 1 }
            }
            index += 1
        case _ where Names.isLetter(byte) || byte == UInt8(ascii: "_"):
            // A bare name may be set here, and is 0 where it is not.
            script.sets.insert(name())
        default:
            if byte == 0x0A { line += 1 }
            index += 1
        }
    }

    /// The identifier at the index, which moves behind it.
    private mutating func name() -> String {
        let start = index
        while Names.isLetter(at(index)) || Names.isDigit(at(index)) || at(index) == UInt8(ascii: "_") { index += 1 }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    private func isNameStart(_ byte: UInt8) -> Bool { Names.isLetter(byte) || byte == UInt8(ascii: "_") }

    private mutating func dollar() {
        begin(isQuoted: true)
        let next = at(index + 1)
        switch next {
        case UInt8(ascii: "(") where at(index + 2) == next:
            contexts.append(.arithmetic(depth: 0))
            index += 3
        case UInt8(ascii: "("):
            open(.code(closer: UInt8(ascii: ")"), cases: 0, isList: false))
            index += 2
        case UInt8(ascii: "{"): parameter()
        case UInt8(ascii: "'") where isCode: ansi()
        case _ where isNameStart(next):
            index += 1
            let read = name()
            script.reads.append(ShellScript.Variable(name: read, line: line))
            for byte in "$\(read)".utf8 { put(byte, isQuoted: true) }
        default:
            put(bytes[index], isQuoted: true)
            index += 1
            if Names.isDigit(next) || "@*#?-!$".utf8.contains(next) {
                put(next, isQuoted: true)
                index += 1
            }
        }
    }

    private var isCode: Bool { if case .code = contexts.last { true } else { false } }

    /// `$'…'`.
    private mutating func ansi() {
        index += 2
        while index < bytes.count, bytes[index] != UInt8(ascii: "'") {
            if bytes[index] == UInt8(ascii: "\\") { index += 1 }
            if index < bytes.count { copy() }
        }
        index += 1
    }

    /// `${…}`.
    private mutating func parameter() {
        index += 2
        var isIndirect = false
        if at(index) == UInt8(ascii: "!") {
            isIndirect = true
            index += 1
        } else if at(index) == UInt8(ascii: "#"), isNameStart(at(index + 1)) {
            index += 1
        }
        contexts.append(.brace)
        guard isNameStart(at(index)) else {
            if index < bytes.count, bytes[index] != UInt8(ascii: "}") { index += 1 }
            return
        }
        let read = name()
        if at(index) == UInt8(ascii: "[") {
            while index < bytes.count, bytes[index] != UInt8(ascii: "]"), bytes[index] != 0x0A {
                if bytes[index] == UInt8(ascii: "$"), isNameStart(at(index + 1)) {
                    index += 1
                    script.reads.append(ShellScript.Variable(name: name(), line: line))
                } else {
                    index += 1
                }
            }
            if at(index) == UInt8(ascii: "]") { index += 1 }
        }
        let sign = at(index) == UInt8(ascii: ":") ? at(index + 1) : at(index)
        if sign == UInt8(ascii: "=") { script.sets.insert(read) }
        let isGuarded = [UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "="), UInt8(ascii: "?")].contains(sign)
        if !isGuarded, !isIndirect { script.reads.append(ShellScript.Variable(name: read, line: line)) }
    }

    // MARK: - Words and commands

    private var top: Open { commands[commands.count - 1] }

    private mutating func begin(isQuoted: Bool) {
        let last = commands.count - 1
        commands[last].isInWord = true
        if isQuoted { commands[last].isQuoted = true }
    }

    private mutating func put(_ byte: UInt8, isQuoted: Bool = false) {
        begin(isQuoted: isQuoted)
        commands[commands.count - 1].word.append(byte)
    }

    private mutating func open(_ context: Context) {
        begin(isQuoted: true)
        contexts.append(context)
        commands.append(Open())
    }

    private mutating func closeCode() {
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

    private mutating func endWord(_ isList: Bool) {
        let last = commands.count - 1
        guard commands[last].isInWord else { return }
        let word = String(decoding: commands[last].word, as: UTF8.self)
        let isQuoted = commands[last].isQuoted
        commands[last].word = []
        commands[last].isInWord = false
        commands[last].isQuoted = false
        if isList { return }
        if commands[last].isFor {
            if commands[last].words.isEmpty { script.set(word) }
            commands[last].words.append(word)
        } else if commands[last].isCase {
            if word == "in" { commands[last] = Open() }
        } else if commands[last].words.isEmpty, isAssignment(word) {
            script.set(word)
        } else if commands[last].words.isEmpty, !isQuoted, isKeyword(word) {
            return
        } else {
            if commands[last].words.isEmpty { commands[last].line = line }
            commands[last].words.append(word)
        }
    }

    private func isAssignment(_ word: String) -> Bool {
        let name = word.utf8.prefix { Names.isLetter($0) || Names.isDigit($0) || $0 == UInt8(ascii: "_") }
        guard let first = name.first, !Names.isDigit(first) else { return false }
        let rest = word.utf8.dropFirst(name.count)
        if rest.first == UInt8(ascii: "[") { return rest.contains(UInt8(ascii: "=")) }
        return rest.first == UInt8(ascii: "=") || rest.starts(with: "+=".utf8)
    }

    private mutating func isKeyword(_ word: String) -> Bool {
        let last = commands.count - 1
        switch word {
        case "if", "then", "elif", "else", "fi", "do", "{", "}", "!", "time", "function", "coproc": break
        case "while", "until": loops += 1
        case "for", "select":
            loops += 1
            commands[last].isFor = true
        case "done": loops = max(0, loops - 1)
        case "case":
            commands[last].isCase = true
            changeCases(by: 1)
        case "esac": changeCases(by: -1)
        default: return false
        }
        return true
    }

    private mutating func changeCases(by change: Int) {
        guard case .code(let closer, let cases, let isList) = contexts.last else { return }
        contexts[contexts.count - 1] = .code(closer: closer, cases: max(0, cases + change), isList: isList)
    }

    private mutating func endCommand(_ isList: Bool) {
        let last = commands.count - 1
        let open = commands[last]
        commands[last] = Open()
        guard !isList, !open.isFor, !open.isCase, !open.words.isEmpty else { return }
        script.note(ShellScript.Command(words: open.words, line: open.line, isInLoop: loops > 0))
    }
}
