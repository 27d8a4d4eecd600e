/// How text is dressed for where it goes: colour or none, Unicode symbols or ASCII.
package struct Style: Hashable, Sendable {
    package var hasColour: Bool
    package var hasUnicode: Bool

    package init(hasColour: Bool, hasUnicode: Bool) {
        self.hasColour = hasColour
        self.hasUnicode = hasUnicode
    }

    package static let plain = Style(hasColour: false, hasUnicode: true)

    /// The text in the colour of its meaning. The text must hold no escape sequences of its own (`Sanitizer`).
    package func paint(_ text: String, _ tone: Tone) -> String {
        guard hasColour, !text.isEmpty, let code = Self.code(tone) else { return text }
        return "\u{1B}[\(code)m\(text)\u{1B}[0m"
    }

    package var ellipsis: String { hasUnicode ? "…" : "~" }
    package var separator: String { hasUnicode ? " · " : ", " }
    package var arrow: String { hasUnicode ? "→" : "->" }
    package var margin: String { hasUnicode ? "│" : "|" }
    /// Of the progress bar.
    package var filled: String { hasUnicode ? "━" : "#" }
    package var unfilled: String { hasUnicode ? "─" : "-" }

    /// Parameters of SGR. Only the sixteen colours that every terminal theme keeps legible.
    private static func code(_ tone: Tone) -> String? {
        switch tone {
        case .plain: nil
        case .strong: "1"
        case .faint: "2"
        case .good: "32"
        case .bad: "1;31"
        case .warning: "33"
        case .active: "36"
        }
    }
}
