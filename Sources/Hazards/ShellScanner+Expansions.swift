import Model

/// Quotes and what `$` begins.
extension ShellScanner {
    mutating func quoted() {
        switch bytes[index] {
        case UInt8(ascii: "\\"):
            if at(index + 1) == 0x0A { line += 1 } else { put(at(index + 1), isQuoted: true) }
            index += 2
        case UInt8(ascii: "\""):
            contexts.removeLast()
            index += 1
        case UInt8(ascii: "$"): dollar()
        case UInt8(ascii: "`"):
            if isWithinBackticks {
                closeCode()
            } else {
                open(.code(closer: UInt8(ascii: "`"), cases: 0, isList: false))
            }
            index += 1
        default: copy()
        }
    }

    var isWithinBackticks: Bool {
        guard contexts.count > 1, case .code(let closer, _, _) = contexts[contexts.count - 2] else { return false }
        return closer == UInt8(ascii: "`")
    }

    mutating func brace() {
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

    mutating func arithmetic(_ depth: Int) {
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
    mutating func name() -> String {
        let start = index
        while Names.isLetter(at(index)) || Names.isDigit(at(index)) || at(index) == UInt8(ascii: "_") { index += 1 }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    func isNameStart(_ byte: UInt8) -> Bool { Names.isLetter(byte) || byte == UInt8(ascii: "_") }

    mutating func dollar() {
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

    var isCode: Bool { if case .code = contexts.last { true } else { false } }

    /// `$'…'`.
    mutating func ansi() {
        index += 2
        while index < bytes.count, bytes[index] != UInt8(ascii: "'") {
            if bytes[index] == UInt8(ascii: "\\") { index += 1 }
            if index < bytes.count { copy() }
        }
        index += 1
    }

    /// `${…}`.
    mutating func parameter() {
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
        let isGuarded = [UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "="), UInt8(ascii: "?")].contains(sign)
        if isGuarded {
            // Whoever thinks of it not being set does so everywhere in the script.
            script.sets.insert(read)
        } else if !isIndirect {
            script.reads.append(ShellScript.Variable(name: read, line: line))
        }
    }
}
