import Foundation

/// Regular expressions, in the dialect that gates use.
enum Pattern {
    /// Why a regular expression does not compile; nil when it does.
    static func problem(of pattern: String) -> String? {
        do {
            _ = try NSRegularExpression(pattern: pattern)
            return nil
        } catch {
            return explain(pattern)
        }
    }

    /// The text as a regular expression that matches just it.
    static func escaped(_ text: String) -> String { NSRegularExpression.escapedPattern(for: text) }

    /// True when the whole text matches; the pattern compiles.
    static func matchesWhole(_ text: String, _ pattern: String) -> Bool {
        guard let expression = try? NSRegularExpression(pattern: "^(?:\(pattern))$") else { return false }
        let whole = NSRange(text.startIndex..., in: text)
        guard let match = expression.firstMatch(in: text, range: whole) else { return false }
        return match.range == whole
    }

    /// Foundation tells no reason: name the most likely one.
    private static func explain(_ pattern: String) -> String {
        var brackets = 0
        var groups = 0
        var isEscaped = false
        for character in pattern {
            if isEscaped {
                isEscaped = false
                continue
            }
            switch character {
            case "\\": isEscaped = true
            case "[" where brackets == 0: brackets = 1
            case "]": brackets = 0
            case "(" where brackets == 0: groups += 1
            case ")" where brackets == 0: groups -= 1
            default: break
            }
        }
        if isEscaped { return "it ends in a lone `\\`" }
        if brackets > 0 { return "a `[` is not closed" }
        if groups > 0 { return "a `(` is not closed" }
        if groups < 0 { return "a `)` closes nothing" }
        if let first = pattern.first, "*+?".contains(first) { return "`\(first)` has nothing to repeat" }
        return "`\(pattern)` does not compile"
    }
}
