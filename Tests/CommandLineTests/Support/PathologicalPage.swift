/// A page made to be expensive, of about any size.
struct PathologicalPage: Sendable, CustomStringConvertible {
    var name: String
    /// What `check` says: nothing, or the code of an error.
    var code: String?
    /// The text for a size in bytes.
    var text: @Sendable (Int) -> String

    var description: String { name }

    init(_ name: String, _ code: String? = nil, _ text: @escaping @Sendable (Int) -> String) {
        self.name = name
        self.code = code
        self.text = text
    }

    /// A step with this metadata.
    private static func step(_ metadata: String) -> String { "```bash\n#| step: a\n\(metadata)\ntrue\n```\n" }

    /// A file with this template.
    private static func template(_ text: String) -> String {
        "```text\n#| file: f\n#| template: true\n\(text)\n```\n"
    }

    /// Many plain steps below something.
    private static func steps(_ size: Int) -> String {
        numbered(30, size) { "```bash\n#| step: s\($0)\ntrue\n```\n" }
    }

    /// Markdown around a step that stays a step, unless the whole file is refused.
    static let markdown: [PathologicalPage] = [
        .init("a run of backticks") { "x " + String(repeating: "`", count: $0) },
        .init("backticks one apart") { many("`x", $0) },
        .init("runs of backticks, each longer") { size in
            var text = ""
            var length = 1
            while text.utf8.count < size {
                text += String(repeating: "`", count: length) + " "
                length += 1
            }
            return text
        },
        .init("quotes in quotes", "E122") { many(">", $0) + "x\n" },
        .init("lists in lists", "E122") { many("- ", $0) + "x\n" },
        .init("lists in lists, line by line", "E122") { size in
            (0..<size / 200).map { String(repeating: "  ", count: min($0, 200)) + "- x\n" }.joined()
        },
        .init("blank lines below a deep list") { many("- ", 190) + "x\n" + many("\n", $0) },
        .init("lazy lines below deep quotes") { many("> ", 190) + "x\n" + many("a\n", $0) },
        .init("deep lists, one after the other") { many(many("- ", 190) + "x\n", $0) },
        .init("brackets") { many("[", $0) }, .init("unfinished links") { many("[a](", $0) },
        .init("unfinished images") { many("![", $0) },
        .init("link definitions") { numbered(14, $0) { "[r\($0)]: /u\($0)\n" } },
        .init("links to one long address") { "[a]: " + many("u", $0 / 2) + "\n\n" + many("[a]", $0 / 2) },
        .init("headings that link to one long address") {
            "[a]: " + many("u", $0 / 2) + "\n\n" + many("# [a]\n", $0 / 2)
        },
        .init("emphasis") { many("*a_ ", $0) }, .init("mixed emphasis") { "a**b" + many("c* ", $0) },
        .init("strikethrough") { many("~~a ", $0) },
        .init("a table as wide as can be") { size in
            "|" + many("a|", size / 3) + "\n|" + many("-|", size / 3) + "\n|" + many("b|", size / 3) + "\n"
        },
        .init("a wide table of short rows") {
            "|" + many("a|", $0 / 8) + "\n|" + many("-|", $0 / 8) + "\n" + many("|b\n", $0 / 2)
        },
        .init("a long table") { "|a|b|\n|-|-|\n" + many("|c|d|\n", $0) },
        .init("lines that begin no table") { "|a|a|\n" + many("|-|\n", $0) },
        .init("list items") { many("- x\n", $0) }, .init("tasks") { many("- [ ] x\n", $0) },
        .init("headings") { many("# h\n", $0) }, .init("headings of one name") { many("## Same\n\n", $0) },
        .init("underlined headings") { many("a\n=\n", $0) },
        .init("a long underlined heading") { many("a <? [x] *b*\n", $0) + "===\n" },
        .init("one long heading over many steps") { "# " + many("x", $0 / 2) + "\n\n" + steps($0 / 2) },
        .init("angle brackets") { many("<", $0) }, .init("ampersands") { many("&", $0) },
        .init("instructions that never end") { many("x<?", $0) },
        .init("sections that never end") { many("x<![CDATA[", $0) },
        .init("HTML blocks") { many("<div>\n", $0) },
        .init("bare addresses") { many("x www.a ", $0 / 2) + many("a@b.", $0 / 2) },
        .init("fences") { many("```\n```\n", $0) }, .init("blank lines") { many("\n", $0 / 2) + many("\r", $0 / 2) },
        .init("one long line") { many("x", $0) }, .init("tabs") { many("\t", $0) + "x" },
    ]

    /// Blocks and metadata, well-formed or not.
    static let blocks: [PathologicalPage] = [
        .init("a fence of nothing but backticks", "E114") { many("`", $0) },
        .init("a flow of brackets", "E133") { step("#| needs: " + many("[", $0)) },
        .init("a flow of braces", "E133") { step("#| title: {" + many("a: {", $0)) },
        .init("dashes", "E133") { step("#| needs:\n#| " + many("- ", $0)) },
        .init("question marks", "E132") { step(many("#| ? \n", $0)) },
        .init("unknown keys", "E140") { step(numbered(12, $0) { "#| k\($0): 1\n" }) },
        .init("unknown needs", "E102") { step("#| needs: [" + many("b,", min($0, 150_000)) + "]") },
        .init("aliases of aliases", "E133") { _ in
            step(
                (1..<30).reduce("#| x0: &x0 [a,a,a,a,a,a,a,a,a]") { text, i in
                    text + "\n#| x\(i): &x\(i) [" + Array(repeating: "*x\(i - 1)", count: 9).joined(separator: ",")
                        + "]"
                })
        },
        .init("an alias of itself", "E130") { _ in step("#| needs: &a [*a]") },
        .init("a long title") { step("#| title: \"" + many("\\\"", $0) + "\"") },
        .init("gates") { step("#| gate:\n" + many("#| - {tcp: 'a:1'}\n", $0 / 2)) },
        .init("stray metadata") { "```bash\n#| step: a\ntrue\n" + many("#| x: 1\n", $0) + "```\n" },
        .init("references") { "---\nparams: {x: {default: yyyy}}\n---\n" + template(many("${x}", $0)) },
        .init("unknown references on one line", "E175") { template(many("${nope}", $0)) },
        .init("unclosed references", "E176") { template(many("${x ", $0)) },
        .init("a long value in many places", "E148") {
            "---\nparams: {x: {default: '" + many("y", $0 / 2) + "'}}\n---\n" + template(many("${x}", $0 / 2))
        },
        .init("params that double each other", "E148") { _ in
            "---\nparams:\n  p0: {default: letters}\n"
                + (1..<60).map { "  p\($0): {default: '${p\($0 - 1)}${p\($0 - 1)}'}\n" }.joined() + "---\n" + step("")
        },
        .init("steps of one id", "E101") { many("```bash\n#| step: a\ntrue\n```\n", $0) },
        .init("steps with misspelt keys", "E140") {
            numbered(50, $0) { "```bash\n#| step: s\($0)\n#| nedds: [s0]\ntrue\n```\n" }
        },
        .init("everyone provides and uses the same", "E104") {
            numbered(64, $0 / 4) { "```bash\n#| step: s\($0)\n#| provides: [x]\n#| uses: [x]\ntrue\n```\n" }
        },
        .init("a long prelude for many steps") {
            "```bash\n#| prelude: bash\n" + many("x", $0 / 2) + "\n```\n" + steps($0 / 2)
        },
        .init("keys of the front matter", "E140") { size in
            "---\n" + numbered(10, min(size, 190_000)) { "k\($0): 1\n" } + "---\n" + step("")
        },
        .init("a pattern that backtracks", "E171") { _ in
            "---\nparams: {x: {default: \(String(repeating: "a", count: 60))!, pattern: '(a+)+'}}\n---\n" + step("")
        },
        .init("a script of semicolons") { step("") + "\n```bash\n#| step: b\n" + many("a;", $0) + "\n```\n" },
    ]
}

/// The same text over and over, up to a size.
func many(_ text: String, _ size: Int) -> String { String(repeating: text, count: size / text.utf8.count) }

/// Numbered texts, up to about a size.
func numbered(_ width: Int, _ size: Int, _ text: (Int) -> String) -> String { (0..<size / width).map(text).joined() }
