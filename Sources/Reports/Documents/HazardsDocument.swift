internal import Hazards
internal import Model

/// `hazards.md`: what a cold start or an incident would run into, with the way that proves each.
struct HazardsDocument {
    private let context: DocumentContext
    private var report: HazardReport { context.report }

    /// Failing steps listed by name; the rest are counted.
    private static let mostListed = 40

    init(_ context: DocumentContext) {
        self.context = context
    }

    func text() -> String {
        var page = DocumentPage()
        page.heading(1, "Hazards: \(context.runbook.title)")
        page.paragraph(
            "What a cold start or an incident would run into, each with the shortest way that proves it. A hazard is "
                + "accepted where it is, with a reason: `#| accept: {W302: \"why\"}`. Back to the "
                + "[overview](index.md).")
        var sections = page.continued()
        sections.heading(2, "Open")
        let open = section(report.open, &sections)
        sections.heading(2, "Accepted")
        let accepted = section(report.accepted, &sections)
        page.table(
            ["code", "looked for", "open", "accepted"], right: [2, 3],
            HazardCode.allCases.map { code in
                let more = report.omitted.first { $0.code == code }?.count ?? 0
                return [
                    code.rawValue, code.summary,
                    count(report.open, code, open) + (more > 0 ? " and \(more) more" : ""),
                    count(report.accepted, code, accepted),
                ]
            })
        page.append(sections)
        if !report.idle.isEmpty {
            page.heading(2, "Accepted, but not found")
            page.list(
                report.idle.map {
                    "\($0.code) at \(context.link($0.place)): \(MarkdownText.escaped($0.reason))"
                })
        }
        return page.text
    }

    private func count(_ hazards: [Hazard], _ code: HazardCode, _ anchors: [HazardCode: String]) -> String {
        let count = "\(hazards.count { $0.code == code })"
        return anchors[code].map { MarkdownText.link(count, "#" + $0) } ?? count
    }

    /// Gives the anchor of each code's part.
    private func section(_ hazards: [Hazard], _ page: inout DocumentPage) -> [HazardCode: String] {
        var anchors: [HazardCode: String] = [:]
        if hazards.isEmpty { page.paragraph("None.") }
        for code in HazardCode.allCases {
            let found = hazards.filter { $0.code == code }
            guard !found.isEmpty else { continue }
            anchors[code] = page.heading(3, "\(code.rawValue) \(code.title)")
            page.paragraph("\(code.summary) What to do: \(code.advice).")
            page.numbers(found.map(item))
        }
        return anchors
    }

    /// The message with its proof below it.
    private func item(_ hazard: Hazard) -> String {
        var lines = ["\(text(hazard.message)), at \(context.link(hazard.place))"]
        if let word = hazard.accepted {
            lines.append("- **Accepted** at \(context.link(word.place)): \(MarkdownText.escaped(word.reason))")
        }
        lines += hazard.path.map { "- \(text($0.text)): \(context.link($0.place))" }
        if !hazard.failing.isEmpty {
            let more = hazard.failing.count - Self.mostListed
            lines.append(
                "- Fails: \(context.links(hazard.failing.prefix(Self.mostListed)))"
                    + (more > 0 ? " and \(more) more" : ""))
        }
        return lines.joined(separator: "\n    ")
    }

    /// A message, in which what stands between backticks is code.
    private func text(_ message: String) -> String {
        var result = ""
        for (number, part) in message.parts(at: "`").enumerated() {
            result += number % 2 == 1 ? MarkdownText.code(String(part)) : MarkdownText.lineText(String(part))
        }
        return result
    }
}

extension MarkdownText {
    /// As `escaped`, with the blanks at both ends kept.
    static func lineText(_ text: String) -> String {
        let inner = escaped(text)
        guard !inner.isEmpty else { return text.isEmpty ? "" : " " }
        return (text.hasPrefix(" ") ? " " : "") + inner + (text.hasSuffix(" ") ? " " : "")
    }
}
