import Dispatch
import Execution
import Glibc
import Model
import Synchronization
import Testing

@testable import Gates

/// A prober and the answers it gave, for tests.
final class Asker: Sendable {
    struct NoAnswer: Error {
        var key: ProbeKey
    }

    private let answers = Answers()
    let prober: NetworkProber

    init() {
        prober = NetworkProber { [answers] occurrences in
            for case .probed(let key, let answer) in occurrences { answers.add(key, answer) }
        }
    }

    init(nameServer: String) {
        prober = NetworkProber(nameServer: nameServer) { [answers] occurrences in
            for case .probed(let key, let answer) in occurrences { answers.add(key, answer) }
        }
    }

    deinit { prober.close() }

    /// Asks and waits; half a minute without an answer is a failure.
    func ask(
        _ question: Probe, timeout: Double = 10, key: ProbeKey = ProbeKey(step: 0, gate: 0, serial: 0),
        directory: String = "/", log: String? = nil
    ) throws -> Answer {
        start(question, timeout: timeout, key: key, directory: directory, log: log)
        return try answer(to: key)
    }

    func match(_ pattern: String, in output: [UInt8], isCut: Bool, serial: Int) throws -> Answer {
        let key = ProbeKey(step: 0, gate: 0, serial: serial)
        prober.match(pattern, in: output, isCut: isCut, key: key)
        return try answer(to: key)
    }

    func start(
        _ question: Probe, timeout: Double = 10, key: ProbeKey, directory: String = "/", log: String? = nil
    ) {
        prober.probe(question, key: key, timeout: timeout, context: ProbeContext(directory: directory, log: log))
    }

    func answer(to key: ProbeKey) throws -> Answer {
        guard let answer = answers.take(key) else { throw NoAnswer(key: key) }
        return answer
    }

    /// Answers nobody has taken yet.
    var untaken: Int { answers.count }

    /// Runs on the prober's thread, after everything that was asked so far has been begun.
    func inspect<Value: Sendable>(_ look: @escaping @Sendable (ProbeScheduler) -> Value) -> Value? {
        let result = Mutex<Value?>(nil)
        let done = DispatchSemaphore(value: 0)
        prober.inspect { scheduler in
            let value = look(scheduler)
            result.withLock { $0 = value }
            done.signal()
        }
        guard done.wait(timeout: .now() + 30) == .success else { return nil }
        return result.withLock { $0 }
    }
}

/// Answers by their key, for a thread to wait for.
private final class Answers: Sendable {
    private let given = Mutex<[ProbeKey: [Answer]]>([:])
    private let arrived = DispatchSemaphore(value: 0)

    func add(_ key: ProbeKey, _ answer: Answer) {
        given.withLock { $0[key, default: []].append(answer) }
        arrived.signal()
    }

    /// Nil when none comes within half a minute. One thread waits at a time.
    func take(_ key: ProbeKey) -> Answer? {
        while true {
            let answer: Answer? = given.withLock { given in
                guard let first = given[key]?.first else { return nil }
                given[key]?.removeFirst()
                return first
            }
            if let answer { return answer }
            guard arrived.wait(timeout: .now() + 30) == .success else { return nil }
        }
    }

    var count: Int { given.withLock { $0.values.reduce(0) { $0 + $1.count } } }
}

/// A folder of a test's own, gone when the test is.
final class Folder {
    let path: String

    init() throws {
        var template = Array("/tmp/gates-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Socket.Failure(what: "mkdtemp", code: errno) }
        path = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
    }

    deinit {
        guard let folder = opendir(path) else { return }
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { unlink("\(path)/\(name)") }
        }
        closedir(folder)
        rmdir(path)
    }

    /// Puts `text` at the end of a file, which is made if need be.
    func append(_ text: String, to name: String) throws {
        let descriptor = open("\(path)/\(name)", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Socket.Failure(what: "open \(name)", code: errno) }
        defer { close(descriptor) }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { throw Socket.Failure(what: "write \(name)", code: errno) }
            rest = rest.dropFirst(count)
        }
    }
}
