package import Model

/// What a question wants to find, for people: the other half of an answer such as `503`.
package enum Expectation {
    /// One short line: `200–299 and jq length > 2`.
    package static func describe(_ question: Probe) -> String {
        AnswerText.clean(text(question))
    }

    private static func text(_ question: Probe) -> String {
        switch question {
        case .http(let http):
            let ranges = http.status.map { $0.lowerBound == $0.upperBound ? "\($0.lowerBound)" : range($0) }
            var parts = [ranges.joined(separator: " or ")]
            if let program = http.jq { parts.append("jq \(program)") }
            if let expression = http.body { parts.append("body \(expression)") }
            return parts.joined(separator: " and ")
        case .tcp: return "open"
        case .command(_, let stdout): return stdout.map { "exit 0 and output \($0)" } ?? "exit 0"
        case .dns(let dns): return dns.min == 1 ? "\(dns.type) answer" : "\(dns.min) \(dns.type) answers"
        case .file(_, let contains): return contains.map { "present and \($0)" } ?? "present"
        case .log(let expression): return "line \(expression)"
        case .promql(let promql):
            guard let comparison = promql.comparison, let bound = promql.bound else { return "a sample" }
            return "every sample \(comparison.rawValue) \(PromQLVerdict.text(bound))"
        case .process: return "alive"
        }
    }

    private static func range(_ range: ClosedRange<Int>) -> String { "\(range.lowerBound)–\(range.upperBound)" }
}
