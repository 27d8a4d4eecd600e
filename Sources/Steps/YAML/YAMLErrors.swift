import Model

/// Says in plain words, and with a spot in the Markdown file, what the YAML parser complains about.
enum YAMLErrors {
    static func problem(_ error: YAMLParseError, in text: YAMLText) -> YAMLProblem {
        switch error {
        case .syntax(let problem, let context, let mark):
            return syntax(problem, context: context, mark: mark, in: text)
        case .duplicateKey(let name, let first):
            return duplicate(name, first: first, in: text)
        case .character(let problem, let offset):
            return YAMLProblem(
                code: .forbiddenCharacter, message: "YAML cannot have this character: \(problem)",
                spot: text.spot(offset: offset))
        case .keyNotText(let mark): return keyNotText(text.spot(line: mark.line, column: mark.column))
        case .outOfMemory:
            return YAMLProblem(
                code: .yamlSyntax, message: "the metadata cannot be read: there is no memory for it",
                spot: text.spot(line: 1, column: 1))
        }
    }

    static func keyNotText(_ spot: Spot) -> YAMLProblem {
        YAMLProblem(code: .wrongType, message: "a key must be text", spot: spot)
    }

    private static func syntax(
        _ problem: String, context: (text: String, mark: YAMLMark)?, mark: YAMLMark, in text: YAMLText
    ) -> YAMLProblem {
        let lines = text.lines
        let isPastEnd = mark.line > text.origins.count || (mark.line == lines.count && lines.last?.isEmpty == true)
        if isPastEnd, let number = lines.firstIndex(where: { takesHeadingForComment($0) }) {
            let column = 1 + SourceText.scalars(in: lines[number].prefix { $0 != UInt8(ascii: "#") })
            return YAMLProblem(
                code: .yamlSyntax, message: "YAML takes this `#` for the start of a comment",
                spot: text.spot(line: number + 1, column: column), hint: "quote it, as in '#heading'")
        }
        let at = isPastEnd ? context?.mark ?? mark : mark
        let line = at.line >= 1 && at.line <= lines.count ? lines[at.line - 1] : []
        let indentation = line.prefix { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        if let tab = indentation.firstIndex(of: UInt8(ascii: "\t")) {
            return YAMLProblem(
                code: .yamlTab, message: "a tab indents this line, but YAML allows only spaces",
                spot: text.spot(line: at.line, column: tab - line.startIndex + 1), hint: "replace the tab by spaces")
        }
        return YAMLProblem(
            code: .yamlSyntax, message: sentence(problem, context: context?.text),
            spot: text.spot(line: at.line, column: at.column), hint: hint(problem, line: line))
    }

    /// libyaml's words, joined to one sentence.
    private static func sentence(_ problem: String, context: String?) -> String {
        if problem == "but found another document" { return "YAML: metadata is one document, without `---`" }
        guard let context, !context.isEmpty else { return "YAML: \(problem)" }
        return "YAML: \(problem) \(context)"
    }

    private static func hint(_ problem: String, line: ArraySlice<UInt8>) -> String? {
        if problem.contains("mapping values are not allowed") {
            return line.first == UInt8(ascii: " ")
                ? "align the key with the others, or quote a value that contains `: `"
                : "quote a value that contains `: `"
        }
        if problem.contains("cannot start any token") { return "quote a value that begins with `@`, `` ` `` or `%`" }
        if problem.contains("undefined alias") { return "quote a value that begins with `*`" }
        let text = String(decoding: line, as: UTF8.self)
        if text.contains("${"), text.contains("{") || text.contains("[") {
            return "inside `[…]` and `{…}`, quote a value that contains `${…}`"
        }
        return nil
    }

    /// `[#a]` and `[a, #b]`: meant as headings.
    private static func takesHeadingForComment(_ line: ArraySlice<UInt8>) -> Bool {
        let text = String(decoding: line, as: UTF8.self)
        return text.contains("[#") || text.contains(", #")
    }

    /// The parser tells only the first of two equal keys: look for the second one.
    private static func duplicate(_ name: String, first: YAMLMark, in text: YAMLText) -> YAMLProblem {
        let lines = text.lines
        let key = Array(name.utf8)
        var second: Spot?
        search: for (index, line) in lines.enumerated() where index + 1 >= first.line {
            let bytes = Array(line)
            guard bytes.count > key.count else { continue }
            for start in 0..<(bytes.count - key.count) where bytes[start..<(start + key.count)].elementsEqual(key) {
                let column = SourceText.scalars(in: bytes[..<start]) + 1
                let isLater = index + 1 > first.line || column > first.column
                if isLater, isKey(bytes, from: start, to: start + key.count) {
                    second = text.spot(line: index + 1, column: column)
                    break search
                }
            }
        }
        let firstSpot = text.spot(line: first.line, column: first.column)
        return YAMLProblem(
            code: .duplicateKey, message: "the key `\(name)` stands here twice", spot: second ?? firstSpot,
            hint: "keep one of them", related: second == nil ? nil : firstSpot)
    }

    private static func isKey(_ line: [UInt8], from start: Int, to end: Int) -> Bool {
        let quotes = [UInt8(ascii: "\""), UInt8(ascii: "'")]
        if start > 0 {
            let before = line[start - 1]
            let openers = [UInt8(ascii: " "), UInt8(ascii: "{"), UInt8(ascii: ",")] + quotes
            guard openers.contains(before) else { return false }
        }
        var next = end
        while next < line.count, line[next] == UInt8(ascii: " ") || quotes.contains(line[next]) { next += 1 }
        return next < line.count && line[next] == UInt8(ascii: ":")
    }
}
