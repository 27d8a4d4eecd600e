import Execution

/// A probe under way on the prober's thread.
protocol ProbeOperation: AnyObject {
    /// Stops it and frees what it holds; it answers nothing any more.
    func cancel()

    /// What to say of it when its time, such as `5 s`, is up.
    func overdue(after limit: String) -> String
}

extension ProbeOperation {
    func overdue(after limit: String) -> String { AnswerText.timedOut(after: limit) }
}

/// A request to a server, or just a connection, under way.
final class TransferFlight: ProbeOperation {
    private let driver: CurlDriver
    private let transfer: Transfer

    init(_ transfer: Transfer, on driver: CurlDriver, completion: @escaping (TransferOutcome) -> Void) {
        self.driver = driver
        self.transfer = transfer
        driver.start(transfer, completion: completion)
    }

    func cancel() { driver.cancel(transfer) }

    func overdue(after limit: String) -> String {
        let status = transfer.status
        return status == 0 ? AnswerText.timedOut(after: limit) : "\(status), body unfinished after \(limit)"
    }
}

/// A log being read slice by slice.
final class LogFlight: ProbeOperation {
    private let log: LogProbe
    private var isCancelled = false

    init(_ log: LogProbe) { self.log = log }

    /// Goes on until there is an answer.
    func advance(
        on loop: EventLoop, through buffer: UnsafeMutableRawBufferPointer, completion: @escaping (Answer) -> Void
    ) {
        guard !isCancelled else { return }
        switch log.advance(through: buffer) {
        case .answered(let answer): completion(answer)
        case .unfinished: loop.whenIdle { self.advance(on: loop, through: buffer, completion: completion) }
        }
    }

    func cancel() { isCancelled = true }

    func overdue(after limit: String) -> String { log.progress }
}

/// A file being looked at by a worker, which nothing can call back.
final class FileFlight: ProbeOperation {
    func cancel() {}

    func overdue(after limit: String) -> String { "its file system did not answer within \(limit)" }
}
