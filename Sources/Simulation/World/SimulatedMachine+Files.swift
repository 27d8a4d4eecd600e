import Execution
import Model

// The files of attempts, and those that `file:` steps write.
extension SimulatedMachine {
    private static let goneFile = FileError(message: "the executor is gone")
    private static let full = FileError(message: "no space left on device")

    func collect(_ attempt: AttemptReference, _ wanted: Wanted) {
        ask(attempt.step, late: .collected(attempt, .failed(Self.goneFile))) { [unowned self] in
            .collected(attempt, collected(attempt, wanted))
        }
    }

    private func collected(_ attempt: AttemptReference, _ wanted: Wanted) -> Collected {
        switch wanted {
        case .outputs(let limit):
            guard let bytes = host.files[attempt.outputs] else { return .outputs(nil) }
            guard bytes.count <= limit else {
                return .failed(
                    FileError(
                        message: "\(attempt.outputs) is larger than \(limit) bytes, the most that is read of it"))
            }
            return .outputs(bytes)
        case .log(let offset, let limit):
            guard let bytes = attempt.log.flatMap({ host.files[$0] }) else { return .noLog }
            return .log(Array(bytes.dropFirst(max(0, offset)).prefix(max(0, limit))), size: bytes.count)
        }
    }

    func scrub(_ attempt: AttemptReference, secrets: Redactor) {
        ask(attempt.step, late: .scrubbed(attempt, Scrubbed(isWrittenTo: false, error: Self.goneFile))) {
            [unowned self] in
            let identity = attempt.handle?.process
            let isWrittenTo =
                identity.map { identity in
                    host.find(identity) != nil || host.lateWriters.values.contains { $0.isSame(as: identity) }
                } ?? false
            guard let log = attempt.log, var bytes = host.files[log] else {
                return .scrubbed(attempt, Scrubbed(isWrittenTo: isWrittenTo))
            }
            guard !crash.passes("before scrubbing \(log)", host) else { return nil }
            for stretch in secrets.matcher.stretches(in: bytes) {
                for place in stretch { bytes[place] = UInt8(ascii: "*") }
            }
            host.files[log] = bytes
            host.tell("scrub \(log)")
            return .scrubbed(attempt, Scrubbed(isWrittenTo: isWrittenTo))
        }
    }

    func discard(_ attempt: AttemptReference) {
        let path = attempt.outputs
        carryOut(attempt.step) { [unowned self] in
            guard !crash.passes("before removing \(path)", host), host.files[path] != nil else { return }
            host.tell("remove \(path)")
            checker.removes(path)
            host.files[path] = nil
            _ = crash.passes("after removing \(path)", host)
        }
    }

    // MARK: - Files of steps

    func write(_ request: FileRequest, as key: ProcessKey) {
        checker.requests(key)
        ask(step(key).id, after: 0.05, late: .wrote(key, .failure(Self.goneFile))) { [unowned self] in
            if crash.passes("before writing \(request.path)", host) { return nil }
            checker.writes(request)
            if crash.isThrown { return nil }
            var random = SeededRandom(host.seed, "write", request.path, number: checker.writings)
            if random.chance(host.faults.fileFails) { return .wrote(key, .failure(Self.full)) }
            let bytes = Array(request.content.utf8)
            let isThere = host.files[Self.path(request)] == bytes
            host.files[Self.path(request)] = bytes
            checker.wrote(request)
            host.tell("wrote \(Self.path(request))")
            if crash.passes("after writing \(request.path)", host) { return nil }
            let account = "wrote \(bytes.count) byte\(bytes.count == 1 ? "" : "s")"
            return .wrote(key, .success(isThere ? "unchanged" : account))
        }
    }

    func look(at place: FilePlace, comparedTo request: FileRequest?, as key: ProcessKey) {
        ask(step(key).id, late: .looked(key, .failure(Self.goneFile))) { [unowned self] in
            let found = host.files[place.absolute].map { FoundFile.file($0, mode: 0o644, user: 0, group: 0) }
            let isAsRequested = request.map { host.files[Self.path($0)] == Array($0.content.utf8) }
            return .looked(key, .success(LookedFile(found ?? .nothing, isAsRequested: isAsRequested)))
        }
    }

    func replace(_ place: FilePlace, with file: FoundFile, folders: Set<String>, as key: ProcessKey) {
        ask(step(key).id, after: 0.05, late: .replaced(key, .failure(Self.goneFile))) { [unowned self] in
            let path = place.absolute
            if crash.passes("before putting back \(path)", host) { return nil }
            var random = SeededRandom(host.seed, "put back", path, number: checker.writings)
            if random.chance(host.faults.fileFails) { return .replaced(key, .failure(Self.full)) }
            checker.puttings += 1
            if case .file(let bytes, _, _, _) = file { host.files[path] = bytes } else { host.files[path] = nil }
            host.tell("put back \(path)")
            checker.putBack(path)
            return crash.passes("after putting back \(path)", host) ? nil : .replaced(key, .success(""))
        }
    }

    private static func path(_ request: FileRequest) -> String {
        FilePlace(path: request.path, directory: request.directory).absolute
    }
}
