/// The gate that text from outside passes on its way to a reader: sanitized, then masked.
package struct Display: Sendable {
    package var masker: Masker

    package init(masker: Masker) {
        self.masker = masker
    }

    /// One line of text.
    package func line(_ text: String) -> String { masker.mask(Sanitizer.line(text)) }

    /// Text of several lines.
    package func text(_ text: String) -> String { masker.mask(Sanitizer.text(text)) }
}
