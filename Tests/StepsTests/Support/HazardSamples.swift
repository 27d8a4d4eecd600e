import Steps
import Testing

/// One step that is otherwise free of hazards.
func block(_ id: String, _ metadata: String..., body: String = "true") -> String {
    (["```bash", "#| step: \(id)"] + metadata.map { "#| \($0)" } + [body, "```", ""]).joined(separator: "\n")
}

/// A runbook of these blocks, with a limit for every step.
func zone(_ blocks: String..., front: [String] = []) -> String {
    (["---", "runbook: zone", "defaults: {timeout: 1m}"] + front + ["---", "# Zone", ""] + blocks)
        .joined(separator: "\n")
}

/// What the analysis finds in one text.
struct Analysed {
    let text: String
    let report: HazardReport

    init(_ text: String) throws {
        self.text = text
        report = HazardAnalysis.report(try runbook(text), work: "/work")
    }

    var hazards: [Hazard] { report.hazards }
    var codes: [HazardCode] { report.hazards.map(\.code) }

    func of(_ code: HazardCode) -> [Hazard] { report.hazards.filter { $0.code == code } }
    func messages(_ code: HazardCode) -> [String] { of(code).map(\.message) }

    /// The line of the n-th line of metadata below that of the id.
    func line(_ id: String, _ number: Int = 0) -> Int {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return (lines.firstIndex(of: "#| step: \(id)") ?? -1) + 1 + number
    }
}
