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
