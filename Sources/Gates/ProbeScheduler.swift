import Execution
import Glibc
import Model
import Patterns

/// One question put to the prober.
struct ProbeRequest: Sendable {
    var question: Probe
    var key: ProbeKey
    /// Seconds.
    var timeout: Double
    var context: ProbeContext
}

/// Everything the prober's thread owns: takes questions, keeps those under way, and gives each its one answer.
final class ProbeScheduler {
    private struct Pending {
        var request: ProbeRequest
        /// Nil while it waits for its turn.
        var operation: (any ProbeOperation)?
        var deadline: TimerQueue.ID
    }

    private struct LogKey: Hashable {
        var step: Int
        var gate: Int
    }

    let loop: EventLoop
    let library = Library()
    let driver: CurlDriver
    /// `ADDRESS:PORT` of the name server to ask in place of the system's.
    let nameServer: String?
    /// Who listens in place of a service.
    let stranger: StrangerQuestion
    private let post: (ProbeKey, Answer) -> Void
    /// Hands what a worker found to the scheduler's thread.
    private let hand: @Sendable (ProbeKey, FileProbe.Finding) -> Void
    private let files = FileWorkers()
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: LogProbe.slice, alignment: 16)
    private var pending: [ProbeKey: Pending] = [:]
    private var logs: [LogKey: LogProbe] = [:]
    private var flying = 0
    private var isLaunching = false
    /// Those that wait for a connection, first come, first served; cancelled ones are skipped.
    private var queue: [ProbeKey] = []
    private var queueHead = 0
    /// Most connections at a time.
    var mostFlying: Int

    /// Nil when the process has no memory or descriptors left.
    ///
    /// - Parameter hand: called by workers; to come back as `found` on the scheduler's own thread.
    init?(
        nameServer: String? = nil, stranger: @escaping StrangerQuestion,
        hand: @escaping @Sendable (ProbeKey, FileProbe.Finding) -> Void, post: @escaping (ProbeKey, Answer) -> Void
    ) {
        guard let loop = EventLoop(), let driver = CurlDriver(loop: loop) else {
            buffer.deallocate()
            return nil
        }
        self.loop = loop
        self.driver = driver
        self.nameServer = nameServer
        self.stranger = stranger
        self.post = post
        self.hand = hand
        mostFlying = Self.connectionLimit()
    }

    /// Probes that have not answered yet.
    var underWay: Int { pending.count }

    deinit {
        for entry in pending.values { entry.operation?.cancel() }
        buffer.deallocate()
    }

    /// Half of the descriptors this process may open: a connection may need two for a moment, and others need some.
    static func connectionLimit() -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 256 }
        return Int(min(4096, max(32, limit.rlim_cur / 2)))
    }

    func ask(_ request: ProbeRequest) {
        let key = request.key
        if pending[key] != nil { cancel(key) }
        switch request.question {
        case .command, .process: post(key, .no("not a network question"))
        case .file, .http, .tcp, .dns, .log, .promql:
            let deadline = loop.after(max(0.001, request.timeout)) { [unowned self] in expire(key) }
            pending[key] = Pending(request: request, operation: nil, deadline: deadline)
            if case .log(let expression) = request.question { return read(expression, request) }
            if case .file(let path, let contains) = request.question { return look(at: path, contains, request) }
            prepare(request.question)
            if flying < mostFlying { launch(key) } else { queue.append(key) }
        }
    }

    /// Searches what a command printed.
    func match(_ expression: String, in output: [UInt8], isCut: Bool, key: ProbeKey) {
        guard let pattern = library.pattern(expression) else { return post(key, .no("exit 0, bad regular expression")) }
        switch pattern.searchOutput(output) {
        case .match: post(key, .yes("exit 0, match"))
        case .noMatch: post(key, .no(isCut ? "exit 0, no match in the first 1 MiB of output" : "exit 0, no match"))
        case .tooSlow: post(key, .no("exit 0, \(AnswerText.tooSlow)"))
        }
    }

    func cancel(_ key: ProbeKey) {
        guard let entry = pending.removeValue(forKey: key) else { return }
        loop.cancel(entry.deadline)
        entry.operation?.cancel()
        landed(entry)
    }

    /// Ends a probe; one that is over or cancelled has nothing to say any more.
    func answer(_ key: ProbeKey, _ answer: Answer) {
        guard let entry = pending.removeValue(forKey: key) else { return }
        loop.cancel(entry.deadline)
        post(key, answer)
        landed(entry)
    }

    private func expire(_ key: ProbeKey) {
        guard let entry = pending.removeValue(forKey: key) else { return }
        let limit = SpanText.short(entry.request.timeout)
        let text = entry.operation?.overdue(after: limit) ?? "not asked within \(limit): too many probes at once"
        entry.operation?.cancel()
        post(key, .no(text))
        landed(entry)
    }

    /// Lets the next in line have the place of one that is over.
    private func landed(_ entry: Pending) {
        switch entry.request.question {
        case .log, .file: return
        default: break
        }
        guard entry.operation != nil else { return }
        flying -= 1
        // One that ends while it is being launched leaves its place to the loop that launches.
        guard !isLaunching else { return }
        isLaunching = true
        defer { isLaunching = false }
        while flying < mostFlying, queueHead < queue.count {
            let key = queue[queueHead]
            queueHead += 1
            if let next = pending[key], next.operation == nil { launch(key) }
        }
        if queueHead == queue.count || queueHead > 1024 {
            queue.removeFirst(queueHead)
            queueHead = 0
        }
    }

    /// Compiles what the answer will be judged by, while nothing is known yet.
    private func prepare(_ question: Probe) {
        guard case .http(let http) = question, let program = http.jq, !library.knows(program: program) else { return }
        loop.whenIdle { [unowned self] in _ = library.program(program) }
    }

    private func launch(_ key: ProbeKey) {
        guard let request = pending[key]?.request else { return }
        flying += 1
        // A operation may answer before it is stored; it must be known as flying by then.
        pending[key]?.operation = NoFlight()
        do throws(Transfer.Refused) {
            let operation = try begin(request)
            if pending[key] != nil { pending[key]?.operation = operation } else { operation.cancel() }
        } catch {
            answer(key, .no(error.text))
        }
    }

    private func look(at path: String, _ contains: String?, _ request: ProbeRequest) {
        let key = request.key
        if let contains, library.pattern(contains) == nil { return answer(key, .no("bad regular expression")) }
        pending[key]?.operation = FileFlight()
        let gate = FileWorkers.Gate(step: key.step, gate: key.gate)
        let isAsked = files.look(at: request.context.absolute(path), reading: contains != nil, for: gate) {
            [hand] finding in hand(key, finding)
        }
        if !isAsked { answer(key, .no("cannot probe: no thread to be had")) }
    }

    /// A worker came back; a question whose time is over is answered already.
    func found(_ finding: FileProbe.Finding, for key: ProbeKey) {
        guard case .file(_, let contains) = pending[key]?.request.question else { return }
        answer(key, FileProbe.judge(finding, contains.flatMap(library.pattern)))
    }

    private func read(_ expression: String, _ request: ProbeRequest) {
        let key = request.key
        guard let path = request.context.log else { return answer(key, .no("no log")) }
        guard let pattern = library.pattern(expression) else { return answer(key, .no("bad regular expression")) }
        let place = LogKey(step: key.step, gate: key.gate)
        var log = logs[place]
        // Another attempt has another log.
        if log?.path != path || log?.pattern !== pattern { log = nil }
        let known = log ?? LogProbe(path: path, pattern: pattern)
        logs[place] = known
        let operation = LogFlight(known)
        pending[key]?.operation = operation
        operation.advance(on: loop, through: buffer) { [unowned self] result in answer(key, result) }
    }
}

/// Stands for a probe that is just being started.
private final class NoFlight: ProbeOperation {
    func cancel() {}
}

extension ProbeContext {
    /// The path as seen from the step's folder.
    func absolute(_ path: String) -> String {
        path.utf8.first == UInt8(ascii: "/") ? path : "\(directory)/\(path)"
    }
}
