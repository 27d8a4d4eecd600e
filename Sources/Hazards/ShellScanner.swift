/// Reads a shell script byte by byte, once.
struct ShellScanner {
    /// What the current byte is part of.
    enum Context {
        /// Commands; `closer` ends them, `cases` counts the `case` commands open in them.
        case code(closer: UInt8?, cases: Int, isList: Bool)
        case double
        /// `${NAME…}` after the name.
        case brace
        /// `$((…))` or `((…))`; `depth` counts the parentheses open in it.
        case arithmetic(depth: Int)
    }

    /// A here-document whose text begins after the next line end.
    struct Document {
        var end: [UInt8]
        var isQuoted: Bool
        var isIndented: Bool
    }

    /// A compound command that is open, and what being in it says of its commands.
    enum Nesting {
        /// `if` and `case`: perhaps.
        case branch
        /// More than once, or never.
        case loop
        /// When it is called.
        case function
        /// `{ … }`: as what stands around it.
        case group
    }

    /// Substitutions within each other that are followed.
    private static let mostDepth = 64

    var script = ShellScript()
    let bytes: [UInt8]
    var index = 0
    var line = 0
    var contexts: [Context] = [.code(closer: nil, cases: 0, isList: false)]
    var documents: [Document] = []
    var nesting: [Nesting] = []
    /// The next `{` begins the body of a function.
    var isFunctionNext = false
    /// The command being read in each open code context.
    var commands: [Open] = [Open()]

    /// A command whose end has not come yet.
    struct Open {
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
        /// After `function`: the next word is its name.
        var isFunction = false
        /// After `coproc`: the next word is its name, where what follows that is a compound command.
        var isCoprocess = false
        /// After `||`, or after `&&` where what stands before it only asks.
        var isChained = false
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

    func at(_ position: Int) -> UInt8 { position < bytes.count ? bytes[position] : 0 }

    // MARK: - Code

    mutating func code(_ closer: UInt8?, _ cases: Int, _ isList: Bool) {
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
        case 0x0A, UInt8(ascii: ";"), UInt8(ascii: "&"), UInt8(ascii: "|"): separator(byte, isList)
        case 0x20, 0x09, 0x0D:
            endWord(isList)
            index += 1
        default:
            put(byte)
            index += 1
        }
    }

    /// A line end, `;`, `&`, `|`, `&&` or `||`.
    private mutating func separator(_ byte: UInt8, _ isList: Bool) {
        endWord(isList)
        let isDouble = byte != 0x0A && byte != UInt8(ascii: ";") && at(index + 1) == byte
        if byte != 0x0A || !isList {
            let asks = top.isChained || Self.questions.contains(top.words.first ?? "[")
            endCommand(isList, isBackground: byte == UInt8(ascii: "&") && !isDouble)
            if isDouble { commands[commands.count - 1].isChained = byte == UInt8(ascii: "|") || asks }
        }
        index += isDouble ? 2 : 1
        if byte == 0x0A { newLine() }
    }

    /// Programs that are run for their exit status.
    private static let questions: Set<String> = ["[", "[[", "test", "grep", "command", "type", "which", "cmp", "diff"]

    mutating func single() {
        begin(isQuoted: true)
        index += 1
        while index < bytes.count, bytes[index] != UInt8(ascii: "'") { copy() }
        index += 1
    }

    /// Adds the byte to the word, whatever it is.
    mutating func copy() {
        if bytes[index] == 0x0A { line += 1 }
        put(bytes[index], isQuoted: true)
        index += 1
    }

    mutating func parenthesis() {
        // `x=(a b)`: a list of words, not of commands.
        let isList = top.isInWord && top.word.last == UInt8(ascii: "=")
        if at(index + 1) == UInt8(ascii: "("), !top.isInWord {
            contexts.append(.arithmetic(depth: 0))
            index += 2
            return
        }
        endWord(false)
        if let name = takeCoprocess() { setCoprocess(name) }
        if top.words.count == 1, isClosedNext { isFunctionNext = true }
        if !isList { endCommand(false) }
        open(.code(closer: UInt8(ascii: ")"), cases: 0, isList: isList))
        index += 1
    }

    /// `()`, perhaps with blanks within.
    private var isClosedNext: Bool {
        var next = index + 1
        while at(next) == 0x20 || at(next) == 0x09 { next += 1 }
        return at(next) == UInt8(ascii: ")")
    }

    mutating func hereDocument(_ isList: Bool) {
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
    mutating func newLine() {
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
    mutating func expandLine(_ text: ArraySlice<UInt8>) {
        guard text.contains(UInt8(ascii: "$")) else { return }
        // As within double quotes, where a quote is a character like any other.
        var inner = ShellScanner(Array("\"".utf8) + text.map { $0 == UInt8(ascii: "\"") ? 0x20 : $0 })
        inner.line = line
        inner.run()
        script.reads += inner.script.reads
        script.sets.formUnion(inner.script.sets)
        script.commands += inner.script.commands
    }
}
