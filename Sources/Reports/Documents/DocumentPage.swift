internal import Model

/// A Markdown page on its way, with the anchors that a Git host will give its headings.
struct DocumentPage {
    /// First line of every page, by which a page written earlier is known again.
    static let mark = "<!-- Written by `runbook docs`. Edit the runbooks, and write it again. -->"

    private(set) var blocks: [String] = [mark]
    private var anchors = Anchors()

    /// Adds a heading and gives its anchor; the text is not Markdown.
    @discardableResult
    mutating func heading(_ level: Int, _ text: String) -> String {
        let plain = MarkdownText.plain(text)
        blocks.append(String(repeating: "#", count: level) + " " + MarkdownText.escaped(plain))
        return anchors.next(for: plain)
    }

    mutating func paragraph(_ text: String) { blocks.append(text) }

    mutating func list(_ items: [String]) {
        guard !items.isEmpty else { return }
        blocks.append(items.map { "- \($0)" }.joined(separator: "\n"))
    }

    mutating func numbers(_ items: [String]) {
        guard !items.isEmpty else { return }
        blocks.append(items.enumerated().map { "\($0 + 1). \($1)" }.joined(separator: "\n"))
    }

    /// - Parameter right: columns of numbers.
    mutating func table(_ header: [String], right: Set<Int> = [], _ rows: [[String]]) {
        guard !rows.isEmpty else { return }
        let rule = header.indices.map { right.contains($0) ? "---:" : "---" }
        let lines = ([header, rule] + rows).map { "| " + $0.joined(separator: " | ") + " |" }
        blocks.append(lines.joined(separator: "\n"))
    }

    mutating func mermaid(_ model: GraphModel) {
        blocks.append("```mermaid\n\(MermaidGraph.text(model))```")
    }

    mutating func code(_ language: String, _ lines: [String]) {
        blocks.append("```\(language)\n\(lines.joined(separator: "\n"))\n```")
    }

    /// An empty page whose headings are numbered on from here, to be appended later.
    func continued() -> DocumentPage {
        var page = self
        page.blocks = []
        return page
    }

    mutating func append(_ page: DocumentPage) {
        blocks += page.blocks
        anchors = page.anchors
    }

    var text: String { blocks.joined(separator: "\n\n") + "\n" }
}
