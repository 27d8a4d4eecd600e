internal import CMarkGFM
import Glibc
import Synchronization

/// Reads Markdown with GitHub's own parser; the only file that touches it.
enum MarkdownParser {
    /// The parser's tables of special characters are global: one document at a time.
    private static let lock = Mutex(())
    private static let extensions = ["table", "strikethrough", "tasklist"]

    /// Parses the whole file, except the first `skipped` lines, which count as blank (front matter).
    static func parse(_ source: SourceText, skipped: Int = 0) -> MarkdownDocument {
        lock.withLock { _ in
            cmark_gfm_core_extensions_ensure_registered()
            guard let parser = cmark_parser_new(CMARK_OPT_DEFAULT) else { return MarkdownDocument() }
            defer { cmark_parser_free(parser) }
            for name in extensions {
                if let found = cmark_find_syntax_extension(name) { cmark_parser_attach_syntax_extension(parser, found) }
            }
            for _ in 0..<skipped { cmark_parser_feed(parser, "\n", 1) }
            let start = skipped < source.lineCount ? source.range(line: skipped + 1).lowerBound : source.bytes.count
            source.bytes.withUnsafeBytes { bytes in
                let rest = bytes[start...]
                guard let base = UnsafeRawBufferPointer(rebasing: rest).baseAddress else { return }
                cmark_parser_feed(parser, base.assumingMemoryBound(to: CChar.self), rest.count)
            }
            guard let root = cmark_parser_finish(parser) else { return MarkdownDocument() }
            defer { cmark_node_free(root) }
            var walk = MarkdownWalk(source: source)
            walk.visit(root)
            return walk.document
        }
    }
}

/// One pass over the block structure of a parsed document.
private struct MarkdownWalk {
    let source: SourceText
    var document = MarkdownDocument()
    private var anchors = Anchors()
    /// The latest fenced block: its place in `document.blocks`, if it was kept, and the line that should close it.
    private var latest: (index: Int?, closing: Int) = (nil, 0)

    init(source: SourceText) {
        self.source = source
    }

    mutating func visit(_ root: OpaquePointer) {
        var next = cmark_node_first_child(root)
        while let node = next {
            let type = cmark_node_get_type(node)
            var inside: OpaquePointer?
            switch type {
            case CMARK_NODE_CODE_BLOCK: code(node)
            case CMARK_NODE_HEADING: heading(node)
            case CMARK_NODE_HTML_BLOCK: html(node)
            case CMARK_NODE_BLOCK_QUOTE, CMARK_NODE_LIST, CMARK_NODE_ITEM: inside = cmark_node_first_child(node)
            default: break
            }
            next = inside ?? cmark_node_next(node)
            var up = cmark_node_parent(node)
            while next == nil, let parent = up, parent != root {
                next = cmark_node_next(parent)
                up = cmark_node_parent(parent)
            }
        }
    }

    private mutating func heading(_ node: OpaquePointer) {
        var text = ""
        var anchorText = ""
        var next = cmark_node_first_child(node)
        while let inline = next {
            let type = cmark_node_get_type(inline)
            switch type {
            case CMARK_NODE_TEXT, CMARK_NODE_CODE:
                let literal = cmark_node_get_literal(inline).map { String(cString: $0) } ?? ""
                text += literal
                anchorText += literal
            case CMARK_NODE_SOFTBREAK, CMARK_NODE_LINEBREAK: text += " "
            default: break
            }
            next = (type == CMARK_NODE_IMAGE ? nil : cmark_node_first_child(inline)) ?? cmark_node_next(inline)
            var up = cmark_node_parent(inline)
            while next == nil, let parent = up, parent != node {
                next = cmark_node_next(parent)
                up = cmark_node_parent(parent)
            }
        }
        let spot = Spot(line: Int(cmark_node_get_start_line(node)), column: Int(cmark_node_get_start_column(node)))
        document.headings.append(
            Heading(
                level: Int(cmark_node_get_heading_level(node)), text: text, anchor: anchors.next(for: anchorText),
                place: source.place(spot)))
    }

    private mutating func code(_ node: OpaquePointer) {
        guard let literal = cmark_node_get_literal(node) else { return }
        let content = UnsafeBufferPointer(
            start: UnsafeRawPointer(literal).assumingMemoryBound(to: UInt8.self), count: strlen(literal))
        var length: Int32 = 0
        var offset: Int32 = 0
        var character: CChar = 0
        let line = Int(cmark_node_get_start_line(node))
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
        guard Marker.leading(content) != nil else { return }
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
        hide(in: content, firstLine: Int(cmark_node_get_start_line(node)))
    }

    private mutating func hide(in content: UnsafeBufferPointer<UInt8>, firstLine: Int) {
        if let line = BlockLines.openingInside(content, fence: nil) { document.hidden.append(firstLine + line) }
    }
}
