import Checkpoints
import Execution
import Processes

/// Every exit status of the program; docs/manual.md lists them for users.
enum ExitStatus: Int32 {
    case done = 0
    case failed = 1
    case usage = 2
    case invalid = 3
    case waiting = 4
    case locked = 5
    case database = 6
    case lapsed = 7
    case interrupted = 130

    init(_ outcome: Outcome) {
        switch outcome {
        case .done, .undone: self = .done
        case .failed, .aborted: self = .failed
        case .waiting: self = .waiting
        case .interrupted: self = .interrupted
        }
    }
}

/// An end of the program that is told to the user: one message, one exit status.
struct CommandFailure: Error {
    var status: ExitStatus
    /// Empty when everything has been said already.
    var message: String
    var hint: String?

    init(_ status: ExitStatus, _ message: String, hint: String? = nil) {
        self.status = status
        self.message = message
        self.hint = hint
    }

    static func silent(_ status: ExitStatus) -> CommandFailure { CommandFailure(status, "") }

    /// The table from each target's error type to the exit status.
    init(_ error: any Error) {
        switch error {
        case let failure as CommandFailure: self = failure
        case let error as StoreError: self.init(.database, error.message, hint: error.next)
        case let error as JournalError: self.init(.database, error.message)
        case LockError.unusable(let error): self.init(error)
        case let error as LockError: self.init(.locked, error.message)
        case let error as SelectionError: self.init(.usage, error.message)
        case let error as PlanningError: self.init(.usage, error.message)
        case let error as LaunchError: self.init(.failed, error.message)
        case let error as FileError: self.init(.failed, error.message)
        case let error as ValueError: self.init(.failed, error.message)
        default: self.init(.failed, "\(error)")
        }
    }
}
