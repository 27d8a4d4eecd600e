import Execution
import Glibc

// What there is of an attempt on this machine.
extension Remains {
    /// - Parameter folder: where attempts tell how they ended; nil: none does.
    init(of attempt: AttemptReference, _ search: ProcessSearch, _ folder: RunFolder?) {
        let identity = attempt.handle?.process ?? search.find(token: attempt.token)
        if let identity, let living = Self.living(identity, of: attempt, search) {
            self = .running(Handle(living, on: LocalMachine.name))
        } else if let exit = folder?.exit(of: attempt) {
            self = .ended(exit)
        } else if attempt.handle == nil, attempt.incarnation == search.bootID, let log = attempt.log,
            !RunFolder.exists(log)
        {
            self = .neverStarted
        } else {
            self = .gone
        }
    }

    private static func living(
        _ identity: ProcessIdentity, of attempt: AttemptReference, _ search: ProcessSearch
    ) -> ProcessIdentity? {
        if search.isAlive(identity) { return identity }
        switch attempt.extent {
        case .itself: return nil
        case .withRemainder: return search.successor(of: identity, token: attempt.lease)
        }
    }
}

// What an attempt left in its files.
extension Collected {
    init(_ wanted: Wanted, of attempt: AttemptReference) {
        do throws(FileError) {
            switch wanted {
            case .outputs(let limit): self = .outputs(try WholeFile.read(attempt.outputs, limit: limit))
            case .log(let offset, let limit):
                guard let log = attempt.log, let part = try LogPart.read(log, from: offset, limit: limit) else {
                    self = .noLog
                    return
                }
                self = .log(part.bytes, size: part.size)
            }
        } catch {
            self = .failed(error)
        }
    }
}

extension RunFolder {
    /// The exit status that the attempt left behind; nil where it left none.
    func exit(of attempt: AttemptReference) -> Exit? {
        exits().last { $0.step == attempt.step && $0.attempt == attempt.attempt }.map { .status($0.status) }
    }
}
