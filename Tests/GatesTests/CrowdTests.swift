import Dispatch
import Execution
import Glibc
import Model
import Synchronization
import Testing

@testable import Gates

/// Many probes at once, probes that are given up, and the end of the prober.
@Suite("many gates at once", .serialized)
struct CrowdTests {
    private func key(_ number: Int) -> ProbeKey { ProbeKey(step: number, gate: 0, serial: number) }

    private var threads: Int {
        guard let folder = opendir("/proc/self/task") else { return 0 }
        defer { closedir(folder) }
        var count = -2
        while readdir(folder) != nil { count += 1 }
        return count
    }

    /// Threads of this process with the prober's name.
    private var proberThreads: Int {
        guard let folder = opendir("/proc/self/task") else { return 0 }
        defer { closedir(folder) }
        var count = 0
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard let file = fopen("/proc/self/task/\(name)/comm", "re") else { continue }
            defer { fclose(file) }
            var text = [CChar](repeating: 0, count: 32)
            if fgets(&text, 32, file) != nil, strcmp(text, "gates\n") == 0 { count += 1 }
        }
        return count
    }

    @Test("1,000 probes wait for their answers at once, on one thread and a connection each")
    func thousand() throws {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let before = limit
        limit.rlim_cur = min(limit.rlim_max, 16384)
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        defer {
            var before = before
            setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &before)
        }
        let crowd = min(1000, ProbeScheduler.connectionLimit(), Int(limit.rlim_cur) / 4)
        // Nobody is answered before everybody has asked.
        let server = try HTTPServer { _ in .together(crowd, 200, "[1, 2, 3]") }
        defer { server.stop() }
        let asker = Asker()
        var question = HTTPQuestion(url: server.url())
        question.jq = "length > 2"
        #expect(asker.inspect { $0.underWay } == 0)
        let quiet = threads
        for number in 0..<crowd { asker.start(.http(question), timeout: 600, key: key(number)) }
        #expect(asker.inspect { $0.underWay } != nil)
        #expect(threads - quiet < 8)
        for number in 0..<crowd {
            #expect(try asker.answer(to: key(number)) == Answer(holds: true, text: "200"))
        }
        #expect(server.accepted == crowd)
        #expect(asker.inspect { $0.library.compilations } == 1)
        #expect(asker.inspect { $0.underWay } == 0)
        #expect(asker.untaken == 0)
    }

    @Test("beyond the limit of connections probes wait in line, and every one is answered")
    func line() throws {
        let server = try HTTPServer { _ in .answer(200, "") }
        defer { server.stop() }
        let asker = Asker()
        _ = asker.inspect { $0.mostFlying = 4 }
        for number in 0..<200 { asker.start(.http(HTTPQuestion(url: server.url())), timeout: 600, key: key(number)) }
        // Those that end at once make room like the others.
        for number in 200..<300 { asker.start(.http(HTTPQuestion(url: "ftp://x")), timeout: 600, key: key(number)) }
        for number in 0..<200 { #expect(try asker.answer(to: key(number)).holds) }
        for number in 200..<300 { #expect(try asker.answer(to: key(number)).text == "unsupported scheme ftp") }
        #expect(server.accepted == 200)
    }

    @Test("a probe whose turn never comes says so")
    func neverAsked() throws {
        let server = try HTTPServer { _ in .stall("") }
        defer { server.stop() }
        let asker = Asker()
        _ = asker.inspect { $0.mostFlying = 1 }
        asker.start(.http(HTTPQuestion(url: server.url())), timeout: 3600, key: key(0))
        let answer = try asker.ask(.http(HTTPQuestion(url: server.url())), timeout: 0.1, key: key(1))
        #expect(answer == Answer(holds: false, text: "not asked within 0.1 s: too many probes at once"))
        #expect(server.accepted <= 1)
        // Given up, the first makes room for the third, though a cancelled one stands between them.
        asker.start(.tcp("127.0.0.1:\(server.port)"), timeout: 3600, key: key(2))
        asker.start(.tcp("127.0.0.1:\(server.port)"), timeout: 3600, key: key(3))
        asker.prober.cancel(key(2))
        asker.prober.cancel(key(0))
        #expect(try asker.answer(to: key(3)) == Answer(holds: true, text: "open"))
    }

    @Test("a cancelled probe hangs up and never answers")
    func cancelled() throws {
        let server = try HTTPServer { _ in .stall("") }
        defer { server.stop() }
        let asker = Asker()
        asker.start(.http(HTTPQuestion(url: server.url())), timeout: 3600, key: key(0))
        while server.requests.isEmpty { usleep(1000) }
        asker.prober.cancel(key(0))
        while server.hungUp == 0 { usleep(1000) }
        #expect(asker.inspect { $0.underWay } == 0)
        #expect(asker.untaken == 0)
        // The key can be used again.
        #expect(try asker.ask(.file("/", contains: nil), key: key(0)).holds)
    }

    @Test("cancelling what was never asked, or has answered, does nothing")
    func cancelNothing() throws {
        let asker = Asker()
        asker.prober.cancel(key(0))
        #expect(try asker.ask(.file("/", contains: nil), key: key(0)).holds)
        asker.prober.cancel(key(0))
        #expect(try asker.ask(.file("/", contains: nil), key: key(0)).holds)
    }

    @Test("no thread before the first probe, none after close, and no answer either")
    func threadsOfOne() throws {
        while proberThreads > 0 { usleep(1000) }
        let asker = Asker()
        #expect(proberThreads == 0)
        #expect(try asker.ask(.file("/", contains: nil)).holds)
        #expect(proberThreads == 1)
        let server = try HTTPServer { _ in .stall("") }
        defer { server.stop() }
        asker.start(.http(HTTPQuestion(url: server.url())), timeout: 3600, key: key(0))
        asker.prober.close()
        #expect(proberThreads == 0)
        asker.start(.file("/", contains: nil), key: key(1))
        asker.prober.close()
        #expect(asker.untaken == 0)
    }

    @Test("its own thread may be the last to let go of a prober")
    func releasedByItself() throws {
        final class Owner: Sendable {
            let prober = Mutex<NetworkProber?>(nil)
        }
        let owner = Owner()
        let done = DispatchSemaphore(value: 0)
        owner.prober.withLock { prober in
            prober = NetworkProber { _ in
                owner.prober.withLock { $0 = nil }
                done.signal()
            }
            prober?.probe(
                .file("/", contains: nil), key: key(0), timeout: 1, context: ProbeContext(directory: "/", log: nil))
        }
        #expect(done.wait(timeout: .now() + 30) == .success)
    }

    @Test("a prober that is let go ends its thread and closes what it opened")
    func released() throws {
        func descriptors() -> Int {
            guard let folder = opendir("/proc/self/fd") else { return 0 }
            defer { closedir(folder) }
            var count = 0
            while readdir(folder) != nil { count += 1 }
            return count
        }
        let server = try HTTPServer { _ in .answer(200, "") }
        defer { server.stop() }
        // The first sets up what stays for good.
        _ = try Asker().ask(.http(HTTPQuestion(url: server.url())))
        let names = try NameServer { _ in .silence }
        defer { names.stop() }
        for _ in 0..<20 {
            let asker = Asker(nameServer: names.address)
            asker.start(.tcp("slow.test:80"), timeout: 3600, key: key(1))
            #expect(try asker.ask(.http(HTTPQuestion(url: server.url()))).holds)
        }
        // Others' tests open and close descriptors of their own meanwhile, but not twenty at a time in one direction.
        let first = descriptors()
        for _ in 0..<200 {
            let asker = Asker(nameServer: names.address)
            asker.start(.tcp("slow.test:80"), timeout: 3600, key: key(1))
            #expect(try asker.ask(.http(HTTPQuestion(url: server.url()))).holds)
        }
        #expect(descriptors() - first < 150)
    }
}
