import Foundation
import Testing

/// Pages made to be expensive: half a megabyte each, under limits on CPU time and memory that anything worse than
/// linear would break a hundredfold.
@Suite("Pathological pages")
struct PathologicalTests {
    private static let size = 500_000

    /// The same text over and over, up to the size.
    private static func many(_ text: String) -> String {
        String(repeating: text, count: size / text.utf8.count)
    }

    /// Numbered texts, up to about the size.
    private static func numbered(_ width: Int, _ text: (Int) -> String) -> String {
        (0..<size / width).map(text).joined()
    }

    private static let aliases =
        "#| x0: &x0 [a,a,a,a,a,a,a,a,a]\n"
        + (1..<30).map { i in
            "#| x\(i): &x\(i) [" + Array(repeating: "*x\(i - 1)", count: 9).joined(separator: ",") + "]\n"
        }.joined()

    /// Markdown around a step that stays a step.
    private static let markdown: [(name: String, text: @Sendable () -> String)] = [
        ("runs of backticks", { (1..<900).map { String(repeating: "`", count: $0) + " " }.joined() }),
        ("block quotes in block quotes", { many(">") + "x\n" }),
        ("lists in lists", { many("- ") + "x\n" }),
        (
            "indented lists in lists",
            {
                (0..<1200).map { String(repeating: "  ", count: min($0, 200)) + "- x\n" }.joined()
            }
        ),
        ("brackets", { many("[") }), ("unfinished links", { many("[a](") }), ("images", { many("![") }),
        ("link definitions", { numbered(14) { "[r\($0)]: /u\($0)\n" } }), ("emphasis", { many("*a_ ") }),
        ("mixed emphasis", { "a**b" + many("c* ") }),
        (
            "a wide table",
            {
                "|" + String(repeating: "a|", count: 1000) + "\n|" + String(repeating: "-|", count: 1000) + "\n"
                    + many("|" + String(repeating: "b|", count: 1000) + "\n")
            }
        ),
        ("a long table", { "|a|b|\n|-|-|\n" + many("|c|d|\n") }), ("list items", { many("- x\n") }),
        ("headings", { many("# h\n") }), ("headings of one name", { many("## Same\n\n") }),
        ("underlined headings", { many("a\n=\n") }), ("angle brackets", { many("<") }), ("ampersands", { many("&") }),
        ("HTML blocks", { many("<div>\n") }), ("bare addresses", { many("www.a ") + many("a@b.") }),
        ("fences", { many("```\n```\n") }), ("blank lines", { many("\n") + many("\r") }),
        ("one long line", { many("x") }), ("tabs", { many("\t") + "x" }),
    ]

    /// Blocks and metadata, well-formed or not.
    private static let blocks: [(name: String, text: @Sendable () -> String)] = [
        ("a fence of nothing but backticks", { many("`") }),
        ("a flow of brackets", { "```bash\n#| step: a\n#| needs: " + many("[") + "\ntrue\n```\n" }),
        ("a flow of braces", { "```bash\n#| step: a\n#| title: {" + many("a: {") + "\ntrue\n```\n" }),
        ("dashes", { "```bash\n#| step: a\n#| needs:\n#| " + many("- ") + "\ntrue\n```\n" }),
        ("question marks", { "```bash\n#| step: a\n" + many("#| ? \n") + "true\n```\n" }),
        ("unknown keys", { "```bash\n#| step: a\n" + numbered(12) { "#| k\($0): 1\n" } + "true\n```\n" }),
        ("unknown needs", { "```bash\n#| step: a\n#| needs: [" + many("b,") + "]\ntrue\n```\n" }),
        ("aliases of aliases", { "```bash\n#| step: a\n" + aliases + "true\n```\n" }),
        ("a long title", { "```bash\n#| step: a\n#| title: \"" + many("\\\"") + "\"\ntrue\n```\n" }),
        ("gates", { "```bash\n#| step: a\n#| gate:\n" + many("#| - {tcp: 'a:1'}\n") + "true\n```\n" }),
        ("stray metadata", { "```bash\n#| step: a\ntrue\n" + many("#| x: 1\n") + "```\n" }),
        (
            "references",
            {
                "---\nparams: {x: {default: yyyy}}\n---\n```text\n#| file: f\n#| template: true\n" + many("${x}")
                    + "\n```\n"
            }
        ),
        (
            "unknown references on one line",
            {
                "```text\n#| file: f\n#| template: true\n" + many("${nope}") + "\n```\n"
            }
        ),
        ("unclosed references", { "```text\n#| file: f\n#| template: true\n" + many("${x ") + "\n```\n" }),
        ("steps of one id", { many("```bash\n#| step: a\ntrue\n```\n") }),
        ("steps with misspelt keys", { numbered(50) { "```bash\n#| step: s\($0)\n#| nedds: [s0]\ntrue\n```\n" } }),
        (
            "keys of the front matter",
            { "---\n" + numbered(10) { "k\($0): 1\n" } + "---\n```bash\n#| step: a\n:\n```\n" }
        ),
        (
            "params",
            {
                "---\nparams:\n" + numbered(24) { "  p\($0): {default: x}\n" } + "---\n```bash\n#| step: a\n:\n```\n"
            }
        ),
        (
            "a pattern that backtracks",
            {
                "---\nparams: {x: {default: \(String(repeating: "a", count: 60))!, pattern: '(a+)+'}}\n---\n"
                    + "```bash\n#| step: a\n:\n```\n"
            }
        ),
    ]

    /// The exit status of `check` within 30 s of CPU time and 3 GB of address space; signals as in a shell.
    private func check(_ text: String) throws -> (status: Int32, error: String) {
        let desk = try Desk(text)
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/sh")
        shell.arguments = [
            "-c", "ulimit -c 0; ulimit -t 30; ulimit -v 3000000; \"$0\" check r.md >out 2>error; exit $?",
            Desk.program.path,
        ]
        shell.currentDirectoryURL = desk.folder
        shell.environment = desk.environment
        try shell.run()
        shell.waitUntilExit()
        return (shell.terminationStatus, String(desk.read("error").prefix(300)))
    }

    @Test(
        "Markdown of any shape is read within the limits, and the step after it is found",
        arguments: markdown.map(\.name))
    func structure(name: String) throws {
        let text = try #require(Self.markdown.first { $0.name == name }).text()
        let reply = try check(text + "\n\n\n```bash\n#| step: a\ntrue\n```\n")
        #expect(reply.status == 0, "\(reply.error)")
    }

    @Test("blocks of any shape get an answer within the limits", arguments: blocks.map(\.name))
    func metadata(name: String) throws {
        let reply = try check(try #require(Self.blocks.first { $0.name == name }).text())
        #expect(reply.status == 0 || reply.status == 3, "\(reply.error)")
    }

    @Test("the limits are real: what does not end is ended")
    func limits() throws {
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/sh")
        shell.arguments = ["-c", "ulimit -c 0; ulimit -t 1; (while :; do :; done) 2>/dev/null; exit $?"]
        try shell.run()
        shell.waitUntilExit()
        #expect(shell.terminationStatus > 128)
    }
}
