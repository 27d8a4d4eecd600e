internal import Foundation

/// A regular expression as gates use it: ICU syntax, searched for in text, `^` and `$` at line ends.
package struct LinePattern: Sendable {
    private let expression: NSRegularExpression

    /// nil when the pattern does not compile (the loader has refused such patterns already).
    package init?(_ pattern: String) {
        guard let expression = try? NSRegularExpression(pattern: pattern, options: [.anchorsMatchLines]) else {
            return nil
        }
        self.expression = expression
    }

    package func matchesSomewhere(in text: String) -> Bool {
        expression.firstMatch(in: text, range: NSRange(text.startIndex..., in: text)) != nil
    }
}
