package import Execution

/// The gate that text from outside passes on its way to a reader: sanitized, then masked.
package struct Display: Sendable {
    package var redactor: Redactor

    package init(redactor: Redactor) {
        self.redactor = redactor
    }

    /// One line of text.
    package func line(_ text: String) -> String { redactor.mask(Sanitizer.line(text)) }

    /// Text of several lines.
    package func text(_ text: String) -> String { redactor.mask(Sanitizer.text(text)) }
}
