import Model

/// The lines of runbook files, for findings that are made without the text at hand.
struct SourceLines {
    private final class Files {
        var lines: [String: [Substring]] = [:]
    }

    private let files = Files()

    /// The findings by place, each that is more than a note with the line that it points at.
    func added(to diagnostics: [Diagnostic]) -> [Diagnostic] {
        diagnostics.map { diagnostic in
            var diagnostic = diagnostic
            if diagnostic.sourceLine == nil, diagnostic.severity != .note {
                diagnostic.sourceLine = line(of: diagnostic.place)
            }
            return diagnostic
        }.sorted { ($0.place, $0.code, $0.message) < ($1.place, $1.code, $1.message) }
    }

    private func line(of place: Place) -> String? {
        guard place.line > 0, place.column > 0 else { return nil }
        let lines: [Substring]
        if let known = files.lines[place.file] {
            lines = known
        } else {
            lines = (TextFile.text(place.file) ?? "").byteLines
            files.lines[place.file] = lines
        }
        return place.line <= lines.count ? String(lines[place.line - 1]) : nil
    }
}
