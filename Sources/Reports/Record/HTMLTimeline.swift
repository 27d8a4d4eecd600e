import Execution

/// The timeline of the HTML report: a lane a step, kinds of time told apart by pattern as well as colour.
enum HTMLTimeline {
    static func text(_ record: RunRecord) -> String {
        let length = max(record.timeline.length, 0.001)
        var text = "<section aria-labelledby=\"h-time\"><h2 id=\"h-time\">Timeline</h2>\n"
        text += "<ul class=\"legend\">"
        let used = Set(record.rows.flatMap { $0.spans.map(\.kind) })
        for kind in Timeline.Kind.allCases where used.contains(kind) {
            text += "<li><i class=\"\(kind.rawValue)\"></i>\(word(kind))</li>"
        }
        text += "<li>◆ decided how long it took</li></ul>\n"
        text += axis(length)
        var stage: String?
        for row in record.rows where !row.spans.isEmpty {
            let isNew = row.stage != stage
            stage = row.stage
            if isNew, !row.stage.isEmpty { text += "<h3>\(HTMLText.escape(row.stage))</h3>\n" }
            let classes = "lane" + (row.isCritical ? " critical" : "")
            let id = HTMLText.escape(row.id)
            text +=
                "<div class=\"\(classes)\"><a href=\"#step-\(id)\" title=\"\(HTMLText.escape(row.title))\">\(id)</a>"
            text += "<span class=\"track\" role=\"img\" aria-label=\"\(HTMLText.escape(account(row)))\">"
            for span in row.spans { text += bar(span, length) }
            for place in record.timeline.breaks {
                text += "<span class=\"break\" style=\"left:\(percent(place, length))%\"></span>"
            }
            let sum = row.spans.reduce(0) { $0 + $1.end - $1.start }
            text += "</span><span class=\"time\">\(SpanText.short(sum))</span></div>\n"
        }
        return text + "</section>\n"
    }

    private static func axis(_ length: Double) -> String {
        var text = "<div class=\"lane axis\" aria-hidden=\"true\"><span></span><span class=\"track\">"
        for part in 0...4 {
            let seconds = length * Double(part) / 4
            text += "<span style=\"left:\(percent(seconds, length))%\">\(SpanText.short(seconds))</span>"
        }
        return text + "</span><span></span></div>\n"
    }

    private static func bar(_ span: Timeline.Span, _ length: Double) -> String {
        let width = percent(span.end - span.start, length)
        let title = "\(word(span.kind)), attempt \(span.attempt): \(SpanText.short(span.end - span.start))"
        return "<i class=\"\(span.kind.rawValue)\" title=\"\(title)\" "
            + "style=\"left:\(percent(span.start, length))%;width:\(width)%\"></i>"
    }

    private static func account(_ row: RunRecord.Row) -> String {
        let parts = row.spans.prefix(20).map { "\(word($0.kind)) \(SpanText.short($0.end - $0.start))" }
        return "from \(SpanText.short(row.spans.first?.start ?? 0)): " + parts.joined(separator: ", ")
    }

    private static func word(_ kind: Timeline.Kind) -> String {
        switch kind {
        case .work: "work"
        case .gate: "gates asked"
        case .pause: "pause before another attempt"
        case .wait: "waiting for a person"
        case .undo: "undo"
        }
    }

    /// Hundredths of a percent are finer than any screen.
    private static func percent(_ value: Double, _ length: Double) -> String {
        let hundredths = Int((max(0, min(1, value / length)) * 10_000).rounded())
        return "\(hundredths / 100).\(hundredths % 100 / 10)\(hundredths % 10)"
    }
}
