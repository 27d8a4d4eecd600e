package import Execution

/// How a state is shown: a symbol, a word and a tone, so that nothing depends on colour alone.
package struct StateMark: Hashable, Sendable {
    package var symbol: String
    package var word: String
    package var tone: Tone

    package init(_ state: StepState, style: Style) {
        let (ascii, tone) = Self.parts(state)
        symbol = style.hasUnicode ? state.symbol : ascii
        word = state.rawValue
        self.tone = tone
    }

    private init(_ unicode: String, _ ascii: String, _ word: String, _ tone: Tone, _ style: Style) {
        symbol = style.hasUnicode ? unicode : ascii
        self.word = word
        self.tone = tone
    }

    /// An attempt failed, and another one follows.
    package static func retry(style: Style) -> StateMark { StateMark("↻", "r", "retry", .warning, style) }

    /// A person gave their word: `approved`, `accepted`, `reset`.
    package static func word(_ word: String, style: Style) -> StateMark { StateMark("›", ">", word, .plain, style) }

    /// Symbol, space and word, painted.
    package func text(style: Style) -> String { style.paint("\(symbol) \(word)", tone) }

    /// Width of the longest word, for columns.
    package static let wordWidth = 11

    private static func parts(_ state: StepState) -> (ascii: String, tone: Tone) {
        switch state {
        case .pending: (".", .faint)
        case .ready: ("o", .plain)
        case .running: (">", .active)
        case .gating: (":", .active)
        case .waiting: ("?", .warning)
        case .done: ("+", .good)
        case .satisfied: ("=", .good)
        case .skipped: ("-", .faint)
        case .failed: ("X", .bad)
        case .blocked: ("/", .warning)
        case .interrupted: ("!", .warning)
        case .uncertain: ("~", .warning)
        case .undone: ("<", .plain)
        case .lapsed: ("v", .bad)
        }
    }
}
