import Execution

/// A run as JUnit XML: a test case a step, for systems that show those.
package enum JUnitReport {
    package static func text(_ record: RunRecord) -> String {
        let failures = record.rows.count { isFailure($0.status.state) }
        let skipped = record.rows.count { isSkipped($0.status.state) }
        var lines = [#"<?xml version="1.0" encoding="UTF-8"?>"#]
        lines.append(
            "<testsuites><testsuite name=\"\(attribute(record.runbook))\" tests=\"\(record.rows.count)\" "
                + "failures=\"\(failures)\" skipped=\"\(skipped)\" errors=\"0\" time=\"\(seconds(record.seconds))\" "
                + "timestamp=\"\(Timestamp.text(record.started))\">")
        for row in record.rows {
            let head =
                "<testcase classname=\"\(attribute(row.stage.isEmpty ? record.runbook : row.stage))\" "
                + "name=\"\(attribute(row.id))\" time=\"\(seconds(row.seconds))\""
            let message = attribute(row.status.reason)
            let printed = row.printed.flatMap { ["\($0.gate) printed:"] + $0.lines }
            let log = HTMLText.escape((printed + row.log).joined(separator: "\n"))
            if isFailure(row.status.state) {
                let failure = "<failure type=\"\(row.status.state.rawValue)\" message=\"\(message)\">\(log)</failure>"
                lines.append("\(head)>\(failure)</testcase>")
            } else if isSkipped(row.status.state) {
                lines.append(head + "><skipped message=\"\(row.status.state.rawValue): \(message)\"/></testcase>")
            } else {
                lines.append(head + "/>")
            }
        }
        lines.append("</testsuite></testsuites>")
        return lines.joined(separator: "\n") + "\n"
    }

    private static func isFailure(_ state: StepState) -> Bool {
        switch state {
        case .failed, .lapsed, .uncertain, .interrupted: true
        default: false
        }
    }

    private static func isSkipped(_ state: StepState) -> Bool {
        switch state {
        case .skipped, .blocked, .pending, .ready, .waiting: true
        default: false
        }
    }

    private static func attribute(_ text: String) -> String {
        HTMLText.escape(String(text.map { $0.isNewline ? " " : $0 }))
    }

    private static func seconds(_ value: Double) -> String {
        let thousandths = Int((max(0, min(value, 1e12)) * 1000).rounded())
        let rest = String(thousandths % 1000)
        return "\(thousandths / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
    }
}
