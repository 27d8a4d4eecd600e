internal import Execution

/// How a state is drawn on a light background; line width and dashes tell what colour tells.
struct StateColours: Hashable {
    var fill: String
    var line: String
    var isDashed: Bool
    var isHeavy: Bool

    static let text = "#1f2328"
    static let plain = StateColours(fill: "#f6f8fa", line: "#57606a", isDashed: false, isHeavy: false)
    /// Of the critical path.
    static let critical = "#8250df"
    static let edge = "#57606a"

    init(_ state: StepState) {
        switch state {
        case .pending: self.init(fill: "#ffffff", line: "#8c959f", isDashed: true)
        case .ready: self.init(fill: "#ffffff", line: "#0969da")
        case .running: self.init(fill: "#cfe6ff", line: "#0969da", isHeavy: true)
        case .gating: self.init(fill: "#e6f2ff", line: "#0969da", isDashed: true)
        case .waiting: self.init(fill: "#fff3bf", line: "#7d5a00", isHeavy: true)
        case .done: self.init(fill: "#d3f2da", line: "#1a7f37")
        case .satisfied: self.init(fill: "#e8f8ec", line: "#1a7f37", isDashed: true)
        case .skipped: self.init(fill: "#eff1f3", line: "#8c959f", isDashed: true)
        case .failed: self.init(fill: "#ffd3cf", line: "#cf222e", isHeavy: true)
        case .blocked: self.init(fill: "#ffe7c7", line: "#9a6700", isDashed: true)
        case .interrupted: self.init(fill: "#ffe7c7", line: "#9a6700")
        case .uncertain: self.init(fill: "#f6dcfb", line: "#8a2da5", isHeavy: true)
        case .undone: self.init(fill: "#eff1f3", line: "#57606a")
        case .lapsed: self.init(fill: "#ffd3cf", line: "#cf222e", isDashed: true)
        }
    }

    private init(fill: String, line: String, isDashed: Bool = false, isHeavy: Bool = false) {
        self.fill = fill
        self.line = line
        self.isDashed = isDashed
        self.isHeavy = isHeavy
    }
}
