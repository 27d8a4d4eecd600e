package import Model

/// Diagnostics as text: for people, for programs, and for the annotations of code hosts.
package enum DiagnosticRenderer {
    /// `file:line:col: error[E102]: message`, the source line, a caret line, the hint, and the related places.
    ///
    /// - Returns: lines that end in `\n`; empty for no diagnostics.
    package static func text(_ diagnostics: [Diagnostic], color: Bool = false) -> String {
        var lines: [String] = []
        for diagnostic in diagnostics { append(diagnostic, color: color, to: &lines) }
        return lines.isEmpty ? "" : lines.joined(separator: "\n") + "\n"
    }

    /// `2 errors, 1 warning`; empty when there is neither.
    package static func summary(_ diagnostics: [Diagnostic]) -> String {
        let counts: [(Int, String)] = [
            (diagnostics.count { $0.severity == .error }, "error"),
            (diagnostics.count { $0.severity == .warning }, "warning"),
        ]
        return counts.filter { $0.0 > 0 }.map { "\($0) \($1)\($0 == 1 ? "" : "s")" }.joined(separator: ", ")
    }

    private static func append(_ diagnostic: Diagnostic, color: Bool, to lines: inout [String]) {
        let paint = Paint(isOn: color)
        let tag = "\(diagnostic.severity.rawValue)[\(diagnostic.code)]:"
        let place = Snippet.printable(diagnostic.place.description)
        lines.append(
            "\(paint.bold(place + ":")) \(paint.severity(tag, diagnostic.severity)) "
                + paint.bold(Snippet.printable(diagnostic.message)))
        if let source = diagnostic.sourceLine, diagnostic.place.column > 0 {
            let snippet = Snippet(line: source, column: diagnostic.place.column, length: diagnostic.length)
            lines.append("    " + snippet.text)
            lines.append("    " + snippet.indent + paint.severity(snippet.caret, diagnostic.severity))
        }
        if let hint = diagnostic.hint { lines.append("    hint: " + Snippet.printable(hint)) }
        for related in diagnostic.related {
            lines.append(
                "  \(Snippet.printable(related.place.description)): note: "
                    + Snippet.printable(related.message))
            guard let source = related.sourceLine, related.place.column > 0 else { continue }
            let snippet = Snippet(line: source, column: related.place.column, length: 1)
            lines.append("    " + snippet.text)
            lines.append("    " + snippet.indent + snippet.caret)
        }
    }

    /// Workflow commands that a code host shows beside the lines: `::error file=…,line=…,col=…,title=…::message`.
    package static func github(_ diagnostics: [Diagnostic]) -> String {
        var text = ""
        for diagnostic in diagnostics {
            let kind = diagnostic.severity == .note ? "notice" : diagnostic.severity.rawValue
            var parts = ["file=\(property(diagnostic.place.file))"]
            if diagnostic.place.line > 0 { parts.append("line=\(diagnostic.place.line)") }
            if diagnostic.place.column > 0 {
                parts.append("col=\(diagnostic.place.column)")
                parts.append("endColumn=\(diagnostic.place.column + diagnostic.length)")
            }
            parts.append("title=\(property(diagnostic.code))")
            var message = diagnostic.message
            if let hint = diagnostic.hint { message += "\nhint: " + hint }
            for related in diagnostic.related { message += "\n\(related.place): \(related.message)" }
            text += "::\(kind) \(parts.joined(separator: ","))::\(data(message))\n"
        }
        return text
    }

    private static func data(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "%": escaped += "%25"
            case "\r": escaped += "%0D"
            case "\n": escaped += "%0A"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    private static func property(_ text: String) -> String {
        var escaped = ""
        for scalar in data(text).unicodeScalars {
            switch scalar {
            case ":": escaped += "%3A"
            case ",": escaped += "%2C"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// Terminal colours, or none.
    private struct Paint {
        let isOn: Bool

        func bold(_ text: String) -> String { isOn ? "\u{1B}[1m\(text)\u{1B}[0m" : text }

        func severity(_ text: String, _ severity: Diagnostic.Severity) -> String {
            guard isOn else { return text }
            let code =
                switch severity {
                case .error: 31
                case .warning: 33
                case .note: 36
                }
            return "\u{1B}[1;\(code)m\(text)\u{1B}[0m"
        }
    }
}
