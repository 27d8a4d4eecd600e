import Model

/// The diagnostics of one load, collected as they are found.
final class Findings {
    /// More than this many are not recorded: nobody reads them, and memory is bounded.
    static let limit = 1_000
    /// Longest message, in bytes.
    private static let longest = 4_000

    private(set) var diagnostics: [Diagnostic] = []
    private var seen: Set<Key> = []
    /// The line of the finding before: many findings on one long line share its text.
    private var line: (source: SourceText, number: Int, text: String?)?
    /// True once an error was reported, recorded or not.
    private(set) var hasErrors = false

    /// What tells findings apart.
    private struct Key: Hashable {
        var code: String
        var place: Place
        var message: String
    }

    private var isFull: Bool { diagnostics.count >= Self.limit }

    /// Records a finding; the same one again (a file loaded under two prefixes) is recorded once.
    func report(_ diagnostic: Diagnostic) {
        if diagnostic.severity == .error { hasErrors = true }
        let key = Key(code: diagnostic.code, place: diagnostic.place, message: diagnostic.message)
        guard !isFull, seen.insert(key).inserted else { return }
        var diagnostic = diagnostic
        diagnostic.message = Self.shown(diagnostic.message)
        diagnostic.hint = diagnostic.hint.map(Self.shown)
        diagnostics.append(diagnostic)
    }

    /// A value of a megabyte says no more, a thousand times, than its beginning.
    private static func shown(_ text: String) -> String {
        text.utf8.count <= longest ? text : text.prefix(longest / 4) + "…"
    }

    /// Records a finding at a place of a file whose text is at hand.
    func report(
        _ code: DiagnosticCode, _ message: String, in source: SourceText, at spot: @autoclosure () -> Spot,
        length: Int = 1, hint: @autoclosure () -> String? = nil, related: [Diagnostic.Related] = []
    ) {
        if isFull {
            // To find the spot may cost a walk through a long line; a hint, a look at many names.
            if code.severity == .error { hasErrors = true }
            return
        }
        let spot = spot()
        report(
            Diagnostic(
                code: code.rawValue, severity: code.severity, message: message, place: source.place(spot),
                length: length, sourceLine: text(of: Int(spot.line), in: source), hint: hint(), related: related))
    }

    private func text(of number: Int, in source: SourceText) -> String? {
        if let line, line.source === source, line.number == number { return line.text }
        let text = source.text(line: number)
        line = (source, number, text)
        return text
    }

    /// Records a finding about a whole file, or about something that is not in a file.
    func report(_ code: DiagnosticCode, _ message: String, file: String, hint: String? = nil) {
        report(
            Diagnostic(
                code: code.rawValue, severity: code.severity, message: message,
                place: Place(file: file, line: 0, column: 0), hint: hint))
    }

    /// All findings by place, errors first at one place.
    var sorted: [Diagnostic] {
        diagnostics.sorted { left, right in
            if left.place != right.place { return left.place < right.place }
            if left.severity != right.severity { return left.severity < right.severity }
            return (left.code, left.message) < (right.code, right.message)
        }
    }
}
