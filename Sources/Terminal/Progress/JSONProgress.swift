package import Execution

/// Writes each stored record as one line of JSON; the lines of one transaction in one write.
package final class JSONProgress: Observer {
    private let sink: any LineSink
    private let line: (Record) -> String

    /// - Parameter line: the record as JSON, masked, without a line end (`EventJSON`).
    package init(sink: any LineSink, line: @escaping (Record) -> String) {
        self.sink = sink
        self.line = line
    }

    package func publish(_ records: [Record], state: RunState) {
        guard !records.isEmpty, !sink.isClosed else { return }
        var text = ""
        for record in records {
            text += line(record)
            text += "\n"
        }
        sink.write(text)
    }

    package func refresh(state: RunState, live: LiveView) {}
}
