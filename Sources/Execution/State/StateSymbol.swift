extension StepState {
    /// One character, one column wide in every terminal, for use beside the state's word.
    package var symbol: String {
        switch self {
        case .pending: "·"
        case .ready: "○"
        case .running: "▸"
        case .gating: "◇"
        case .waiting: "?"
        case .done: "✓"
        case .satisfied: "="
        case .skipped: "–"
        case .failed: "✗"
        case .blocked: "⊘"
        case .interrupted: "!"
        case .uncertain: "≈"
        case .undone: "↶"
        case .lapsed: "↓"
        }
    }
}
