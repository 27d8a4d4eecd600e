import CPlatform
import Execution
import Glibc

// What happens to children: their ends, their captured output, their terminations.
extension ProcessRunner: ReactorClient {
    var deadline: Double? {
        var next = reapAt
        for place in ending {
            guard let child = children[place], let step = Self.nextStep(child) else { continue }
            next = min(next ?? step, step)
        }
        return next
    }

    func ready(_ tag: UInt64, _ found: inout [Occurrence]) {
        let place = ChildTag.place(tag)
        guard place < children.count, children[place] != nil else { return }
        switch tag {
        case ChildTag.writes(place): drain(place)
        case ChildTag.complains(place): drainError(place)
        default: reap(place, &found)
        }
    }

    func tick(now: Double, _ found: inout [Occurrence]) {
        if let due = reapAt, due <= now {
            if making == 0 { reapOrphans() }
            reapAt = now + Self.reapPause
        }
        for place in ending.sorted() {
            guard let child = children[place], let step = Self.nextStep(child), step <= now else { continue }
            advance(place, now, &found)
        }
    }

    // MARK: Ends

    private func reap(_ place: Int, _ found: inout [Occurrence]) {
        // Once its end is known, and only others of its session are waited for, there is nothing to ask any more.
        guard var child = children[place], child.exit == nil, child.pidfd >= 0 else { return }
        var value: Int32 = 0
        let exit: Exit
        switch platform_reap(child.pidfd, &value) {
        case Int32(PLATFORM_RUNNING): return
        case Int32(PLATFORM_EXITED): exit = .status(value)
        case Int32(PLATFORM_SIGNALED): exit = .signal(value)
        default: exit = .unknown
        }
        reactor.release(child.pidfd)
        child.pidfd = -1
        child.terminal?.takeBack()
        child.terminal = nil
        child.exit = exit
        child.ending?.leaderEnded(platform_uptime())
        children[place] = child
        drain(place)
        drainError(place)
        children[place]?.closePipes(reactor)
        guard child.ending == nil else {
            advance(place, platform_uptime(), &found)
            return
        }
        deliver(place, &found)
    }

    /// Reports the end of a child, which is then none any more.
    func deliver(_ place: Int, _ found: inout [Occurrence]) {
        guard let child = children[place], let exit = child.exit else { return }
        children[place] = nil
        vacant.append(place)
        ending.remove(place)
        // Its key may be that of another by now.
        guard !child.isReported else { return }
        if child.captureLimit != nil { captures[child.key] = child.captured }
        index[child.key] = nil
        recent.note(child, at: platform_uptime())
        found.append(.ended(child.key, exit))
    }

    // MARK: Orphans

    /// Seconds between looks for them.
    static let reapPause = 2.0

    /// The first process of a container inherits whatever loses its parent, and nobody else reaps that.
    func reapOrphans() {
        let ours = Set(children.compactMap { $0?.identity.pid })
        for process in ProcessTable.all()
        where process.parent == getpid() && ProcessTable.isZombie(process) && !ours.contains(process.pid) {
            var status: Int32 = 0
            waitpid(process.pid, &status, WNOHANG)
        }
    }

    // MARK: Captured output

    /// Reads what there is, keeps what fits, and drops the rest so that the writer is not held up.
    private func drain(_ place: Int) {
        guard let pipe = children[place]?.pipe, let limit = children[place]?.captureLimit else { return }
        let isAtEnd = Self.read(pipe) { bytes in
            let room = limit - (children[place]?.captured.output.count ?? limit)
            if room > 0 { children[place]?.captured.output += bytes.prefix(room) }
            if bytes.count > room { children[place]?.captured.isCut = true }
        }
        guard isAtEnd else { return }
        reactor.release(pipe)
        children[place]?.pipe = nil
    }

    /// Of what a process complains about its end says most.
    private func drainError(_ place: Int) {
        guard let pipe = children[place]?.errorPipe else { return }
        let isAtEnd = Self.read(pipe) { bytes in
            let kept = (children[place]?.captured.error ?? []) + bytes.suffix(Capture.mostError)
            children[place]?.captured.error = Array(kept.suffix(Capture.mostError))
        }
        guard isAtEnd else { return }
        reactor.release(pipe)
        children[place]?.errorPipe = nil
    }

    /// Hands out what a pipe holds now, piece by piece.
    ///
    /// - Returns: true when nothing can come any more.
    private static func read(_ pipe: Int32, _ take: (UnsafeMutableRawBufferPointer.SubSequence) -> Void) -> Bool {
        withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 16) { buffer in
            // A bound on rounds keeps an endless writer from starving everybody else.
            for _ in 0..<16 {
                let count = Glibc.read(pipe, buffer.baseAddress, buffer.count)
                if count <= 0 { return count == 0 || (errno != EAGAIN && errno != EINTR) }
                take(buffer[..<count])
            }
            return false
        }
    }
}
