import Model

/// Looks at YAML text before it is parsed, and refuses what would cost the parser its stack or all memory.
enum YAMLGuard {
    static func check(_ text: YAMLText) throws(YAMLProblem) {
        // Shorter text cannot be nested that deeply.
        guard text.bytes.count > YAMLReader.depthLimit else { return }
        var tally = Tally()
        let isFine = text.bytes.withUnsafeBufferPointer { bytes in
            for index in bytes.indices {
                tally.count(bytes, at: index)
                if tally.isTooComplex { return false }
            }
            return true
        }
        guard isFine else {
            throw YAMLProblem(
                code: .yamlTooComplex, message: "the metadata is nested too deeply",
                spot: text.spot(line: tally.line, column: 1),
                hint: "at most \(YAMLReader.depthLimit) levels, and \(YAMLReader.aliasLimit) aliases")
        }
    }

    private struct Tally {
        var line = 1
        /// Brackets open at this point, quotes disregarded.
        private var open = 0
        private var anchors = 0
        private var aliases = 0
        private var isIndentation = true
        /// Bytes of indentation of this line, `- ` and `? ` counted in.
        private var indentation = 0

        var isTooComplex: Bool {
            open > YAMLReader.depthLimit || indentation > 4 * YAMLReader.depthLimit
                || (anchors > 0 && aliases > YAMLReader.aliasLimit)
        }

        mutating func count(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) {
            switch bytes[index] {
            case UInt8(ascii: "\n"):
                line += 1
                isIndentation = true
                indentation = 0
                return
            case UInt8(ascii: " "), UInt8(ascii: "-"), UInt8(ascii: "?"):
                if isIndentation { indentation += 1 }
                return
            case UInt8(ascii: "["), UInt8(ascii: "{"): open += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"): open = max(0, open - 1)
            case UInt8(ascii: "&") where Self.isName(bytes, at: index): anchors += 1
            case UInt8(ascii: "*") where Self.isName(bytes, at: index): aliases += 1
            default: break
            }
            isIndentation = false
        }

        /// True when the character at `index` stands at the start of a word.
        private static func isName(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Bool {
            guard index > 0, index + 1 < bytes.count else { return false }
            switch bytes[index - 1] {
            case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: ","): break
            default: return false
            }
            switch bytes[index + 1] {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                return true
            default: return false
            }
        }
    }
}
