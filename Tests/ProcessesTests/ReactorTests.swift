import CPlatform
import Execution
import Foundation
import Testing

@testable import Processes

@Suite struct ReactorTests {
    private func texts(_ occurrences: [Occurrence]) -> [String] {
        occurrences.map { "\($0)" }
    }

    private func answer(_ serial: Int) -> Occurrence {
        .probed(ProbeKey(step: 0, gate: 0, serial: serial), Answer(holds: true, text: "ok"))
    }

    private func serials(_ occurrences: [Occurrence]) -> [Int] {
        occurrences.compactMap { if case .probed(let key, _) = $0 { key.serial } else { nil } }
    }

    @Test("a deadline that is past polls; one to come is waited for, never less")
    func deadlines() throws {
        let reactor = try Reactor()
        #expect(reactor.wait(until: 0).isEmpty)
        for _ in 0..<20 {
            let deadline = platform_uptime() + 0.003
            #expect(reactor.wait(until: deadline).isEmpty)
            #expect(platform_uptime() >= deadline)
        }
    }

    @Test("its time is the machine's uptime and the wall clock")
    func now() throws {
        let now = try Reactor().now
        #expect(abs(now.wall - Date().timeIntervalSince1970) < 10)
        let uptime = try String(contentsOfFile: "/proc/uptime", encoding: .utf8).split(separator: " ")
        #expect(abs(now.uptime - (Double(uptime[0]) ?? 0)) < 10)
    }

    @Test("what another thread posts ends a wait without deadline, all of it in order")
    func posts() throws {
        let reactor = try Reactor()
        let mailbox = reactor.mailbox
        let occurrences = (0..<1_000).map(answer)
        Thread.detachNewThread { occurrences.forEach(mailbox.post) }
        var found: [Occurrence] = []
        while found.count < 1_000 {
            let more = reactor.wait(until: nil)
            #expect(!more.isEmpty)
            found += more
        }
        #expect(serials(found) == Array(0..<1_000))
    }

    @Test("what is posted together stands together, behind what was there, and nothing wakes nobody")
    func postsTogether() throws {
        let reactor = try Reactor()
        reactor.mailbox.post([])
        #expect(reactor.wait(until: 0).isEmpty)
        reactor.mailbox.post((0..<3).map(answer))
        reactor.mailbox.post([])
        reactor.mailbox.post((3..<7).map(answer))
        #expect(serials(reactor.wait(until: nil)) == Array(0..<7))
        #expect(reactor.wait(until: 0).isEmpty)
    }

    @Test("a full queue holds up other threads, but not the engine's own")
    func full() throws {
        let reactor = try Reactor()
        let mailbox = reactor.mailbox
        for serial in 0..<Mailbox.limit + 5 { reactor.post(answer(serial)) }
        let occurrence = answer(-1)
        let started = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            started.signal()
            mailbox.post(occurrence)
        }
        started.wait()
        usleep(20_000)
        #expect(serials(reactor.wait(until: 0)) == Array(0..<Mailbox.limit + 5))
        #expect(serials(reactor.wait(until: platform_uptime() + 30)) == [-1])
    }

    @Test("what is posted after the engine is gone is dropped")
    func gone() throws {
        var reactor: Reactor? = try Reactor()
        let mailbox = try #require(reactor?.mailbox)
        reactor = nil
        for serial in 0..<Mailbox.limit + 5 { mailbox.post(answer(serial)) }
        var rest: [Occurrence] = []
        mailbox.drain(into: &rest)
        #expect(rest.isEmpty)
    }

    @Test("more ready processes than one look takes are all found")
    func batches() throws {
        let place = try Workplace()
        for step in 0..<300 {
            var launch = place.launch(":", step: step)
            launch.output = .discard
            _ = try place.runner.start(launch)
        }
        eventually {
            place.runner.children.compactMap { $0 }.allSatisfy { !isRunning($0.identity.pid) }
        }
        #expect(place.reactor.wait(until: 0).count == 300)
    }

    @Test("lines of a pipe arrive as they end, then the end, once")
    func typed() throws {
        let reactor = try Reactor()
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { close(ends[0]) }
        try reactor.watchTerminal(descriptor: ends[0])
        write(ends[1], "yes\nno\r\nper", 11)
        #expect(texts(reactor.wait(until: nil)) == texts([.typed("yes"), .typed("no")]))
        write(ends[1], "haps", 4)
        #expect(reactor.wait(until: platform_uptime() + 0.01).isEmpty)
        close(ends[1])
        #expect(texts(reactor.wait(until: nil)) == texts([.typed("perhaps"), .typed(nil)]))
        #expect(reactor.wait(until: platform_uptime() + 0.01).isEmpty)
    }

    @Test("a file in the place of the terminal is read, too")
    func typedFile() throws {
        let place = try Workplace()
        place.put("yes\nlast", at: "answers")
        let file = open(place.path("answers"), O_RDONLY)
        defer { close(file) }
        try place.reactor.watchTerminal(descriptor: file)
        var found: [String] = []
        while found.count < 3 { found += texts(place.reactor.wait(until: nil)) }
        #expect(found == texts([.typed("yes"), .typed("last"), .typed(nil)]))
    }

    @Test("a paused terminal is left alone until it is resumed")
    func paused() throws {
        let reactor = try Reactor()
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        try reactor.watchTerminal(descriptor: ends[0])
        reactor.pauseTerminal()
        write(ends[1], "yes\n", 4)
        #expect(reactor.wait(until: platform_uptime() + 0.01).isEmpty)
        reactor.resumeTerminal()
        #expect(texts(reactor.wait(until: nil)) == texts([.typed("yes")]))
        reactor.unwatchTerminal()
        write(ends[1], "no\n", 3)
        #expect(reactor.wait(until: platform_uptime() + 0.01).isEmpty)
    }

    @Test("a line without end keeps a bounded part of itself, and bad UTF-8 is repaired")
    func lineInput() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { close(ends[0]) }
        var input = LineInput(descriptor: ends[0])
        write(ends[1], [0x61, 0xFF, 0x0A] as [UInt8], 3)
        #expect(input.read() == LineInput.Portion(lines: ["a\u{FFFD}"], isAtEnd: false))
        let block = [UInt8](repeating: 0x78, count: 4_096)
        for _ in 0..<40 {
            write(ends[1], block, block.count)
            #expect(input.read() == LineInput.Portion())
        }
        close(ends[1])
        let last = input.read()
        #expect(last.isAtEnd)
        #expect(last.lines.map(\.utf8.count) == [LineInput.limit])
    }

    @Test("each of the stopping signals is an interrupt", arguments: [SIGINT, SIGTERM, SIGHUP])
    func interrupts(signal: Int32) throws {
        try onOwnThread {
            let reactor = try Reactor()
            try reactor.watchSignals()
            pthread_kill(try #require(reactor.signals?.target), signal)
            let found = reactor.wait(until: platform_uptime() + 30)
            #expect(found.map { "\($0)" } == ["interrupt"])
            reactor.unwatchSignals()
            var set = sigset_t()
            pthread_sigmask(SIG_BLOCK, nil, &set)
            #expect(sigismember(&set, signal) == 0)
        }
    }
}
