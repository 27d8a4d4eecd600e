import Execution
import Model
import Patterns

/// What a server's answer means for an `http` question.
struct HTTPVerdict {
    var question: HTTPQuestion<String>
    var library: Library

    func answer(_ response: HTTPResponse) -> Answer {
        let status = response.status
        guard question.status.contains(where: { $0.contains(status) }) else { return .no("\(status)") }
        if response.isOverlong { return .no("\(status), body over 8 MiB") }
        if let program = question.jq, let complaint = complaint(program, response.body) {
            return .no("\(status), \(complaint)")
        }
        if let expression = question.body, let complaint = mismatch(expression, response.body) {
            return .no("\(status), \(complaint)")
        }
        return .yes("\(status)")
    }

    private func complaint(_ program: String, _ body: [UInt8]) -> String? {
        switch library.program(program) {
        case .failure(let fault): return "bad jq program: \(fault.text)"
        case .success(let program):
            switch program.run(on: body) {
            case .holds: return nil
            case .isFalse: return "jq false"
            case .isNull: return "jq null"
            case .gaveNothing: return "jq gave nothing"
            case .notJSON: return "body is not JSON"
            case .failed(let message): return "jq: \(message)"
            }
        }
    }

    private func mismatch(_ expression: String, _ body: [UInt8]) -> String? {
        guard let pattern = library.pattern(expression) else { return "bad regular expression" }
        switch pattern.searchOutput(body) {
        case .match: return nil
        case .noMatch: return "body does not match"
        case .tooSlow: return AnswerText.tooSlow
        }
    }
}
