/// Regular expressions as text.
enum PatternText {
    /// The most likely reason why an expression does not compile, in plain words; nil where none of the usual ones is.
    static func problem(in pattern: String) -> String? {
        var brackets = 0
        var groups = 0
        var isEscaped = false
        for character in pattern.unicodeScalars {
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
        if let first = pattern.unicodeScalars.first, "*+?".unicodeScalars.contains(first) {
            return "`\(first)` has nothing to repeat"
        }
        return nil
    }
}
