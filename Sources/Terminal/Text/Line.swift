/// One line of painted text that can be cut to a width.
package struct Line: Hashable, Sendable {
    /// A stretch of sanitized text in one tone.
    package struct Span: Hashable, Sendable {
        package var text: String
        package var tone: Tone
    }

    package var spans: [Span] = []

    package init() {}

    package init(_ text: String, _ tone: Tone = .plain) {
        add(text, tone)
    }

    package mutating func add(_ text: String, _ tone: Tone = .plain) {
        if !text.isEmpty { spans.append(Span(text: text, tone: tone)) }
    }

    package var width: Int { spans.reduce(0) { $0 + TextWidth.of($1.text) } }

    /// The text without paint.
    package var text: String { spans.map(\.text).joined() }

    /// The painted text, cut to `width` columns where one is given.
    package func render(width: Int? = nil, style: Style) -> String {
        guard let width, self.width > width else {
            return spans.map { style.paint($0.text, $0.tone) }.joined()
        }
        var result = ""
        var left = width
        for (index, span) in spans.enumerated() {
            let columns = TextWidth.of(span.text)
            let isLast = index == spans.count - 1
            // The ellipsis needs a column of its own, unless this is all that is left.
            if columns < left || (isLast && columns == left) {
                result += style.paint(span.text, span.tone)
                left -= columns
            } else {
                let cut = TextWidth.truncate(span.text + (isLast ? "" : "  "), to: left, ellipsis: style.ellipsis)
                return result + style.paint(cut, span.tone)
            }
        }
        return result
    }
}
