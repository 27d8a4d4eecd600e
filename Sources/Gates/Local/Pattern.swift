import CCurl
import Execution
import Foundation

/// A regular expression, compiled once, that is searched for in bytes of UTF-8 and cannot take for ever.
///
/// `^` and `$` match at every line of the text. Bytes that are not UTF-8 count as U+FFFD. Colours and other terminal
/// codes are no part of the text.
final class Pattern {
    enum Verdict: Equatable {
        case match, noMatch
        /// The search was given up after `Pattern.patience`.
        case tooSlow
    }

    /// Reports of progress, each some 10,000 steps of the matcher, that one search may take: about a tenth of a second,
    /// for which all other probes wait. A few nested repetitions could otherwise take years.
    static let patience = 1000

    /// Most expressions are plain text, which is found without decoding anything.
    private let literal: [UInt8]?
    private let expression: NSRegularExpression?

    /// Nil when the expression does not compile.
    init?(_ text: String) {
        if !text.isEmpty, !text.unicodeScalars.contains(where: { #"\^$.|?*+()[]{}"#.unicodeScalars.contains($0) }) {
            literal = Array(text.utf8)
            expression = nil
            return
        }
        guard let expression = try? NSRegularExpression(pattern: text, options: [.anchorsMatchLines]) else {
            return nil
        }
        literal = nil
        self.expression = expression
    }

    func search(_ bytes: UnsafeRawBufferPointer) -> Verdict {
        guard let plain = TerminalCodes.stripped(bytes) else { return searchPlain(bytes) }
        return plain.withUnsafeBytes { searchPlain($0) }
    }

    private func searchPlain(_ bytes: UnsafeRawBufferPointer) -> Verdict {
        if let literal { return contains(literal, in: bytes) ? .match : .noMatch }
        guard let expression else { return .noMatch }
        let text = String(decoding: bytes, as: UTF8.self)
        // Besides its steps the search reports every place that it starts from.
        let limit = text.utf16.count + Self.patience
        var verdict = Verdict.noMatch
        var reports = 0
        expression.enumerateMatches(
            in: text, options: [.reportProgress], range: NSRange(location: 0, length: limit - Self.patience)
        ) { match, _, stop in
            reports += 1
            guard match != nil || reports > limit else { return }
            verdict = match == nil ? .tooSlow : .match
            stop.pointee = true
        }
        return verdict
    }

    func search(_ bytes: [UInt8]) -> Verdict {
        bytes.withUnsafeBytes { search($0) }
    }

    private func contains(_ literal: [UInt8], in bytes: UnsafeRawBufferPointer) -> Bool {
        guard let base = bytes.baseAddress else { return false }
        return gates_find(base, bytes.count, literal, literal.count) != nil
    }
}
