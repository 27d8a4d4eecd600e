import CMarkGFM
import Synchronization
import Testing

@testable import Model
@testable import Steps

/// What the whole parser, with its own tables and with all text inside paragraphs, makes of a text.
private struct WholeParser {
    var headings: [String] = []
    var blocks: [String] = []

    init(_ text: String) {
        cmark_gfm_core_extensions_ensure_registered()
        guard let parser = cmark_parser_new(CMARK_OPT_DEFAULT) else { return }
        defer { cmark_parser_free(parser) }
        for name in ["table", "strikethrough", "tasklist"] {
            if let found = cmark_find_syntax_extension(name) { cmark_parser_attach_syntax_extension(parser, found) }
        }
        cmark_parser_feed(parser, text, text.utf8.count)
        guard let root = cmark_parser_finish(parser) else { return }
        defer { cmark_node_free(root) }
        visit(root)
    }

    private mutating func visit(_ parent: OpaquePointer) {
        var next = cmark_node_first_child(parent)
        while let node = next {
            let line = cmark_node_get_start_line(node)
            switch cmark_node_get_type(node) {
            case CMARK_NODE_HEADING:
                headings.append("\(line) \(cmark_node_get_heading_level(node)) \(words(node))")
            case CMARK_NODE_CODE_BLOCK:
                var length: Int32 = 0
                var offset: Int32 = 0
                var character: CChar = 0
                guard cmark_node_get_fenced(node, &length, &offset, &character) != 0 else { break }
                let literal = cmark_node_get_literal(node).map { String(cString: $0) } ?? ""
                let info = cmark_node_get_fence_info(node).map { String(cString: $0) } ?? ""
                let isKept = Array(literal.utf8).withUnsafeBufferPointer {
                    BlockHead.find(in: $0, language: info.lowercased()) != nil
                }
                if isKept { blocks.append("\(line) \(literal)") }
            case CMARK_NODE_BLOCK_QUOTE, CMARK_NODE_LIST, CMARK_NODE_ITEM: visit(node)
            default: break
            }
            next = cmark_node_next(node)
        }
    }

    private func words(_ node: OpaquePointer) -> String {
        var text = ""
        var next = cmark_node_first_child(node)
        while let inline = next {
            switch cmark_node_get_type(inline) {
            case CMARK_NODE_TEXT, CMARK_NODE_CODE:
                text += cmark_node_get_literal(inline).map { String(cString: $0) } ?? ""
            case CMARK_NODE_SOFTBREAK, CMARK_NODE_LINEBREAK: text += " "
            case CMARK_NODE_IMAGE: break
            default: text += words(inline)
            }
            next = cmark_node_next(inline)
        }
        return text
    }
}

@Suite("Markdown, compared with the whole parser")
struct MarkdownComparisonTests {
    /// Lines of which any mixture is a text.
    private static let lines = [
        "", "", "a", "b c", "# h", "## *e* `c` [l](u) ![i](u)", "#", "===", "---", "--", "-", "- a", "  - b", "1. c",
        "2) d",
        "> q", ">", "> # qh", "> a | b", "> - | -", "| a | b |", "a | b", "|-|-|", "- | -", ":-: | -:", "| - |", "|:-|",
        ":-",
        "|", "| |", "| a", "a |", "\\| a | b", "a \\\\| b", "a ` | ` b", "-|-", "|---|---|  ", "    indented", "\tt",
        "```bash", "```", "~~~", "#| step: a", "  ```bash", "> ```bash", "> #| step: q", "- ```bash", "  #| step: i",
        "<div>", "</div>", "<!-- c", "-->", "[a]: /u", "[a]: /u 'title", "[a]", "## [a] [b][a]", "[a] x", "***",
        "* * *",
        "x\\", "y  ", "*e", "f*", "~~s~~ `c", "d`", "&amp; <b> \\# #", "# t #", "# #", "[b]:", "/u", "- [ ] t | u",
        "  - | -",
        "- [x] # n", "é | ü", "¶", "| a | b | c |", "|-|-|-|", "1. | -", "-   | x", "+ ===", "- ---",
    ]

    @Test("headings and blocks are those of the whole parser", arguments: 0..<8)
    func same(part: Int) throws {
        var random = Generator(state: UInt64(part) &* 7_919 &+ 1)
        for _ in 0..<4_000 {
            let text =
                (0..<Int.random(in: 1...9, using: &random)).map { _ in
                    Self.lines.randomElement(using: &random) ?? ""
                }.joined(separator: "\n") + (Bool.random(using: &random) ? "\n" : "")
            let whole = MarkdownParser.lock.withLock { _ in WholeParser(text) }
            let document = try MarkdownParser.parse(SourceText(name: "x.md", bytes: Array(text.utf8)))
            let headings = document.headings.map { "\($0.place.line) \($0.level) \($0.text)" }
            let blocks = document.blocks.map { "\($0.line) \(String(decoding: $0.content, as: UTF8.self))" }
            #expect(headings == whole.headings, "\(text)")
            #expect(blocks == whole.blocks, "\(text)")
        }
    }

    /// The same numbers on every machine (splitmix64).
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }
}
