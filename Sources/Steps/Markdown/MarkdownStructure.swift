internal import CMarkGFM
import Glibc

/// What the Markdown parser is told about tables, and what it is kept from.
///
/// The parser's own tables take time that grows with the square of their width, and memory for cells that nobody wrote;
/// the text inside paragraphs is of no interest, and takes yet more. So tables are one block without cells here, and
/// only headings are looked into, each for itself. Used under the parser's lock.
final class MarkdownStructure {
    /// Blocks (quotes, list items) open in each other.
    static let depthLimit = 100
    /// No line begins with more quotes and list items than this, code included.
    static let markerLimit = 10_000

    private let source: SourceText
    /// The line of the source that is being fed.
    var line = 0
    /// The root of the document, known once a line has been fed.
    private(set) var root: OpaquePointer?
    /// Where the text of the latest line of prose begins, in bytes from the start of that line.
    private var latest: (line: Int, start: Int) = (0, 0)

    init(source: SourceText) {
        self.source = source
    }

    /// A type of block for tables: the parser numbers its types itself.
    private static let table = cmark_syntax_extension_add_node(0)

    /// Calls back into whichever structure was installed last.
    private nonisolated(unsafe) static let hooks: OpaquePointer? = {
        guard let hooks = cmark_syntax_extension_new("structure") else { return nil }
        cmark_syntax_extension_set_open_block_func(hooks) { hooks, indented, parser, parent, input, count in
            guard let hooks, let parser, let parent, let input,
                let state = cmark_syntax_extension_get_private(hooks)
            else { return nil }
            return Unmanaged<MarkdownStructure>.fromOpaque(state).takeUnretainedValue().open(
                parser, parent, UnsafeBufferPointer(start: input, count: Int(count)), isIndented: indented != 0)
        }
        cmark_syntax_extension_set_match_block_func(hooks) { _, parser, input, count, _ in
            guard let parser, let input else { return 0 }
            let text = UnsafeBufferPointer(start: input, count: Int(count))
            let start = Int(cmark_parser_get_first_nonspace(parser))
            return TableText.isRow(UnsafeBufferPointer(rebasing: text[min(start, text.count)...])) ? 1 : 0
        }
        cmark_syntax_extension_set_contains_inlines_func(hooks) { _, _ in 0 }
        return hooks
    }()

    /// Makes the parser call this structure until the next one is installed.
    func install(in parser: OpaquePointer) {
        guard let hooks = Self.hooks else { return }
        cmark_syntax_extension_set_private(hooks, Unmanaged.passUnretained(self).toOpaque(), nil)
        cmark_parser_attach_syntax_extension(parser, hooks)
    }

    /// Keeps the parser from looking into any text; to be called when all lines were fed.
    ///
    /// Only headings of several lines, and those that may link to a definition, are left to it, as long as that cannot
    /// cost much: each such link gets a copy of the address and title.
    func closeText() {
        guard let root else { return }
        var left: [OpaquePointer] = []
        var size = 0
        var brackets = 0
        MarkdownTree.walk(root) { node, type in
            guard type == CMARK_NODE_PARAGRAPH || type == CMARK_NODE_HEADING else { return }
            cmark_node_set_syntax_extension(node, Self.hooks)
            guard type == CMARK_NODE_HEADING else { return }
            let content = Self.content(of: node)
            guard content.utf8.contains(where: { $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "\n") }),
                content.utf8.count <= HeadingText.limit
            else { return }
            left.append(node)
            size += content.utf8.count
            brackets += content.utf8.count { $0 == UInt8(ascii: "[") }
        }
        guard !left.isEmpty, size <= Self.leftLimit else { return }
        guard brackets == 0 || brackets * largestDefinition() <= Self.copyLimit else { return }
        for heading in left { cmark_node_set_syntax_extension(heading, nil) }
    }

    /// The text of a paragraph or heading, as Markdown.
    static func content(of node: OpaquePointer) -> String {
        cmark_node_get_string_content(node).map { String(cString: $0) } ?? ""
    }

    /// 1 MiB: of the headings that are left to the parser.
    private static let leftLimit = 1 << 20
    /// 64 MiB: of what it copies for their links.
    private static let copyLimit = 64 << 20

    /// The most bytes between blank lines where one line looks like a link definition.
    private func largestDefinition() -> Int {
        var largest = 0
        var size = 0
        var isDefinition = false
        for line in 1..<(source.lineCount + 1) {
            let bytes = source.bytes[source.range(line: line)]
            let start = bytes.firstIndex { !BlockLines.isBlank($0) && $0 != UInt8(ascii: ">") }
            size = start == nil ? 0 : size + bytes.count
            if start == nil { isDefinition = false }
            if let start, bytes[start] == UInt8(ascii: "[") { isDefinition = true }
            if isDefinition { largest = max(largest, size) }
        }
        return largest
    }

    /// True when the latest line opened more blocks in each other than is allowed.
    var isTooDeep: Bool {
        guard BlockLines.mayOpenBlock(source.bytes[source.range(line: line)]) else { return false }
        var depth = 0
        var next = root
        while let node = next {
            let type = cmark_node_get_type(node)
            if type == CMARK_NODE_BLOCK_QUOTE || type == CMARK_NODE_ITEM { depth += 1 }
            if depth > Self.depthLimit { return true }
            next = cmark_node_last_child(node)
        }
        return false
    }

    /// Called with every line that may be prose, or begin a block that the parser does not know.
    private func open(
        _ parser: OpaquePointer, _ parent: OpaquePointer, _ input: UnsafeBufferPointer<UInt8>, isIndented: Bool
    ) -> OpaquePointer? {
        if root == nil {
            root = parent
            while let above = root.flatMap({ cmark_node_parent($0) }) { root = above }
        }
        let type = cmark_node_get_type(parent)
        let start = Int(max(cmark_parser_get_first_nonspace(parser), cmark_parser_get_offset(parser)))
        guard !isIndented else { return nil }
        if type == Self.table {
            guard cmark_parser_is_blank(parser) == 0 else { return nil }
            skip(parser, input)
            return parent
        }
        let header = latest
        latest = (line, start)
        guard type == CMARK_NODE_PARAGRAPH else { return nil }
        let text = UnsafeBufferPointer(rebasing: input[min(start, input.count)...])
        guard let width = TableText.delimiterWidth(text), width == headerWidth(header),
            cmark_node_set_type(parent, Self.table) != 0
        else { return nil }
        cmark_node_set_syntax_extension(parent, Self.hooks)
        skip(parser, input)
        return parent
    }

    private func skip(_ parser: OpaquePointer, _ input: UnsafeBufferPointer<UInt8>) {
        let rest = input.count - 1 - Int(cmark_parser_get_offset(parser))
        guard rest > 0, let base = input.baseAddress else { return }
        cmark_parser_advance_offset(
            parser, UnsafeRawPointer(base).assumingMemoryBound(to: CChar.self), Int32(clamping: rest), 0)
    }

    /// How many cells the line above has.
    private func headerWidth(_ header: (line: Int, start: Int)) -> Int {
        let range = source.range(line: line - 1)
        return source.bytes.withUnsafeBufferPointer { bytes in
            let text = UnsafeBufferPointer(rebasing: bytes[range])
            var start = 0
            if header.line == line - 1 {
                start = min(header.start, text.count)
            } else {
                while start < text.count, BlockLines.isBlank(text[start]) || text[start] == UInt8(ascii: ">") {
                    start += 1
                }
            }
            return TableText.width(UnsafeBufferPointer(rebasing: text[start...]))
        }
    }
}
