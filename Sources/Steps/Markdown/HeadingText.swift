internal import CMarkGFM

/// The words of a heading: its Markdown without the marks. Used under the parser's lock.
struct HeadingText {
    /// Of longer headings, the beginning counts, as it is written; in bytes. Many steps stand under one heading.
    static let limit = 4_096

    /// What people read.
    var text = ""
    /// What the anchor is made of.
    var anchorText = ""

    /// - Parameter markdown: the heading's content, without `#` or underline; links to definitions stay as they are.
    init(markdown: String) {
        let line = Self.oneLine(markdown)
        guard line.utf8.count <= Self.limit, line.utf8.contains(where: Self.isMark) else {
            add(line.utf8.count <= Self.limit ? line : String(line.prefix(Self.limit / 4)))
            return
        }
        guard let parser = cmark_parser_new(CMARK_OPT_DEFAULT) else { return }
        defer { cmark_parser_free(parser) }
        if let found = cmark_find_syntax_extension("strikethrough") {
            cmark_parser_attach_syntax_extension(parser, found)
        }
        let document = "# \(line) #\n"
        cmark_parser_feed(parser, document, document.utf8.count)
        guard let root = cmark_parser_finish(parser) else { return }
        defer { cmark_node_free(root) }
        if let heading = cmark_node_first_child(root) { read(heading) }
    }

    /// - Parameter node: a heading that the parser has looked into.
    init(node: OpaquePointer) { read(node) }

    private mutating func read(_ heading: OpaquePointer) {
        let isEntered: (cmark_node_type) -> Bool = { $0 != CMARK_NODE_IMAGE }
        MarkdownTree.walk(heading, entering: isEntered) { inline, type in
            switch type {
            case CMARK_NODE_TEXT, CMARK_NODE_CODE:
                if let literal = cmark_node_get_literal(inline) { add(String(cString: literal)) }
            case CMARK_NODE_SOFTBREAK, CMARK_NODE_LINEBREAK: text += " "
            default: break
            }
        }
    }

    /// Stands for the end of a line: a blank that nobody writes.
    private static let lineEnd: Character = "\u{205F}"

    private mutating func add(_ literal: String) {
        text += literal.contains(Self.lineEnd) ? literal.replacing(String(Self.lineEnd), with: " ") : literal
        anchorText += literal.contains(Self.lineEnd) ? literal.replacing(String(Self.lineEnd), with: "") : literal
    }

    private static func oneLine(_ markdown: String) -> String {
        let lines = markdown.utf8.split(whereSeparator: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") })
            .map { trimmed($0) }.filter { !$0.isEmpty }
        var text = ""
        for (number, line) in lines.enumerated() {
            let isLast = number + 1 == lines.count
            // A backslash at the end of a line is the mark of a hard line end.
            let isHard = !isLast && line.last == UInt8(ascii: "\\") && line.dropLast().last != UInt8(ascii: "\\")
            text += String(decoding: isHard ? line.dropLast() : line, as: UTF8.self)
            if !isLast { text.append(lineEnd) }
        }
        return text
    }

    private static func trimmed(_ line: Substring.UTF8View) -> Substring.UTF8View {
        var line = line.drop(while: BlockLines.isBlank)
        while let last = line.last, BlockLines.isBlank(last) { line.removeLast() }
        return line
    }

    /// True for characters that may make a text mean more than its letters.
    private static func isMark(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "\\"), UInt8(ascii: "`"), UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: "*"),
            UInt8(ascii: "_"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "!"), UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
