internal import CMarkGFM
import Glibc
import Model
import Synchronization

/// Reads Markdown with GitHub's own parser, in time that grows with the text and in bounded memory.
enum MarkdownParser {
    /// The parser's tables of special characters are global, as are the hooks: one document at a time.
    static let lock = Mutex(())

    /// Parses the whole file, except the first `skipped` lines, which count as blank (front matter).
    static func parse(_ source: SourceText, skipped: Int = 0) throws(MarkdownExcess) -> MarkdownDocument {
        try lock.withLock { (_) throws(MarkdownExcess) in
            cmark_gfm_core_extensions_ensure_registered()
            guard let parser = cmark_parser_new_with_mem(CMARK_OPT_DEFAULT, MarkdownMemory.allocator) else {
                return MarkdownDocument()
            }
            defer { cmark_parser_free(parser) }
            for name in ["tasklist", "strikethrough"] {
                if let found = cmark_find_syntax_extension(name) { cmark_parser_attach_syntax_extension(parser, found) }
            }
            let structure = MarkdownStructure(source: source)
            structure.install(in: parser)
            // The first line tells the hooks where the document's root is: there is always one that is blank.
            let blank = max(1, skipped)
            for _ in 0..<blank { cmark_parser_feed(parser, "\n", 1) }
            try feed(source, from: skipped + 1, to: parser, structure)
            structure.closeText()
            guard let root = cmark_parser_finish(parser) else { return MarkdownDocument() }
            defer { cmark_node_free(root) }
            var walk = MarkdownWalk(source: source, shift: blank - skipped)
            walk.visit(root)
            return walk.document
        }
    }

    private static func feed(
        _ source: SourceText, from first: Int, to parser: OpaquePointer, _ structure: MarkdownStructure
    ) throws(MarkdownExcess) {
        guard first <= source.lineCount else { return }
        for line in first...source.lineCount {
            structure.line = line
            let range = source.range(line: line)
            let isTooDeep = source.bytes.withUnsafeBufferPointer { bytes in
                guard let base = bytes.baseAddress else { return false }
                let text = UnsafeBufferPointer(rebasing: bytes[range])
                guard !BlockLines.beginsWithMarkers(text, moreThan: MarkdownStructure.markerLimit) else { return true }
                cmark_parser_feed(
                    parser, UnsafeRawPointer(base + range.lowerBound).assumingMemoryBound(to: CChar.self), range.count)
                return false
            }
            cmark_parser_feed(parser, "\n", 1)
            if isTooDeep || structure.isTooDeep { throw MarkdownExcess(line: line, kind: .depth) }
            if MarkdownMemory.used > MarkdownMemory.limit { throw MarkdownExcess(line: line, kind: .memory) }
        }
    }
}

/// What of a file is more than the parser is given.
struct MarkdownExcess: Error, Equatable {
    enum Kind {
        case depth, memory
    }

    /// Where it was noticed.
    var line: Int
    var kind: Kind
}

/// One pass over the block structure of a parsed document.
private struct MarkdownWalk {
    let source: SourceText
    var document = MarkdownDocument()
    private var anchors = Anchors()
    /// The latest fenced block: its place in `document.blocks`, if it was kept, and the line that should close it.
    private var latest: (index: Int?, closing: Int) = (nil, 0)

    /// How many lines the parser was given before the first one of the source.
    private let shift: Int

    init(source: SourceText, shift: Int) {
        self.source = source
        self.shift = shift
    }

    mutating func visit(_ root: OpaquePointer) {
        let isEntered: (cmark_node_type) -> Bool = {
            $0 == CMARK_NODE_BLOCK_QUOTE || $0 == CMARK_NODE_LIST || $0 == CMARK_NODE_ITEM
        }
        MarkdownTree.walk(root, entering: isEntered) { node, type in
            switch type {
            case CMARK_NODE_CODE_BLOCK: code(node)
            case CMARK_NODE_HEADING: heading(node)
            case CMARK_NODE_HTML_BLOCK: html(node)
            default: break
            }
        }
    }

    private func line(of node: OpaquePointer) -> Int { Int(cmark_node_get_start_line(node)) - shift }

    private mutating func heading(_ node: OpaquePointer) {
        let isRead = cmark_node_get_syntax_extension(node) == nil
        let words = isRead ? HeadingText(node: node) : HeadingText(markdown: MarkdownStructure.content(of: node))
        let spot = Spot(line: line(of: node), column: Int(cmark_node_get_start_column(node)))
        document.headings.append(
            Heading(
                level: Int(cmark_node_get_heading_level(node)), text: words.text,
                anchor: anchors.next(for: words.anchorText), place: source.place(spot)))
    }

    private mutating func code(_ node: OpaquePointer) {
        guard let literal = cmark_node_get_literal(node) else { return }
        let content = UnsafeBufferPointer(
            start: UnsafeRawPointer(literal).assumingMemoryBound(to: UInt8.self), count: strlen(literal))
        var length: Int32 = 0
        var offset: Int32 = 0
        var character: CChar = 0
        let line = line(of: node)
        guard cmark_node_get_fenced(node, &length, &offset, &character) != 0 else {
            hide(in: content, firstLine: line)
            return
        }
        if latest.closing == line, let index = latest.index { document.blocks[index].isClosed = false }
        let closing = line + 1 + BlockLines.count(content)
        var block = CodeBlock(
            info: cmark_node_get_fence_info(node).map { String(cString: $0) } ?? "", line: line, fence: Int(length),
            isClosed: isClosing(line: closing, fence: Int(length), character: UInt8(bitPattern: character)),
            headingCount: document.headings.count, content: [])
        latest = (nil, closing)
        let fence = [UInt8](repeating: UInt8(bitPattern: character), count: Int(length))
        if let inner = BlockLines.openingInside(content, fence: fence) {
            document.swallowed.append((block, line + 1 + inner))
        }
        document.fences.append(line...max(line, closing))
        guard BlockHead.find(in: content, language: block.language) != nil else {
            if let buried = BlockLines.buriedKind(content, language: block.language) {
                document.buried.append(line + 1 + buried)
            }
            return
        }
        block.content = Array(content)
        latest.index = document.blocks.count
        document.blocks.append(block)
    }

    private func isClosing(line: Int, fence: Int, character: UInt8) -> Bool {
        guard line <= source.lineCount else { return false }
        let range = source.range(line: line)
        var end = range.upperBound
        while end > range.lowerBound, BlockLines.isBlank(source.bytes[end - 1]) { end -= 1 }
        var start = end
        while start > range.lowerBound, source.bytes[start - 1] == character { start -= 1 }
        guard end - start >= fence else { return false }
        return source.bytes[range.lowerBound..<start].allSatisfy { BlockLines.isBlank($0) || $0 == UInt8(ascii: ">") }
    }

    private mutating func html(_ node: OpaquePointer) {
        guard let literal = cmark_node_get_literal(node) else { return }
        let content = UnsafeBufferPointer(
            start: UnsafeRawPointer(literal).assumingMemoryBound(to: UInt8.self), count: strlen(literal))
        // Comments, `<pre>` and the like hide their content on purpose.
        let start = String(decoding: content.prefix(8), as: UTF8.self).lowercased().drop { $0 == " " }
        let onPurpose = ["<!", "<?", "<pre", "<script", "<style"]
        guard !onPurpose.contains(where: { start.hasPrefix($0) }) else { return }
        hide(in: content, firstLine: line(of: node))
    }

    private mutating func hide(in content: UnsafeBufferPointer<UInt8>, firstLine: Int) {
        if let line = BlockLines.openingInside(content, fence: nil) { document.hidden.append(firstLine + line) }
    }
}
