import CPlatform
package import Execution
import Glibc

// What happens to children: their ends, their captured output, their terminations.
extension ProcessRunner: ReactorClient {
    var deadline: Double? {
        var next: Double?
        for place in ending {
            guard let child = children[place], let step = Self.nextStep(child) else { continue }
            next = min(next ?? step, step)
        }
        return next
    }

    func ready(_ tag: UInt64, _ found: inout [Occurrence]) {
        let place = Int(tag >> 1)
        guard place < children.count, children[place] != nil else { return }
        if tag & 1 == 1 { drain(place) } else { reap(place, &found) }
    }

    func tick(now: Double, _ found: inout [Occurrence]) {
        for place in ending.sorted() {
            guard let child = children[place], let step = Self.nextStep(child), step <= now else { continue }
            advance(place, now, &found)
        }
    }

    func beginWait() {
        if !recent.isEmpty { recent.removeAll(keepingCapacity: true) }
        programs.forget()
    }

    // MARK: Ends

    private func reap(_ place: Int, _ found: inout [Occurrence]) {
        guard var child = children[place] else { return }
        var value: Int32 = 0
        let exit: Exit
        switch platform_reap(child.pidfd, &value) {
        case Int32(PLATFORM_RUNNING): return
        case Int32(PLATFORM_EXITED): exit = .status(value)
        case Int32(PLATFORM_SIGNALED): exit = .signal(value)
        default: exit = .unknown
        }
        // Also takes it out of the epoll.
        close(child.pidfd)
        child.pidfd = -1
        child.terminal?.takeBack()
        child.terminal = nil
        child.exit = exit
        child.ending?.leaderEnded(platform_uptime())
        children[place] = child
        if child.pipe != nil {
            drain(place)
            closePipe(place)
        }
        guard child.ending == nil else {
            advance(place, platform_uptime(), &found)
            return
        }
        deliver(place, &found)
    }

    /// Reports the end of a child, which is then none any more.
    func deliver(_ place: Int, _ found: inout [Occurrence]) {
        guard let child = children[place], let exit = child.exit else { return }
        if child.captureLimit > 0 { captures[child.key] = child.captured }
        index[child.key] = nil
        children[place] = nil
        vacant.append(place)
        ending.remove(place)
        guard !child.isReported else { return }
        recent[child.key] = child.identity
        found.append(.ended(child.key, exit))
    }

    // MARK: Captured output

    /// Reads what there is, keeps what fits, and drops the rest so that the writer is not held up.
    private func drain(_ place: Int) {
        guard let pipe = children[place]?.pipe, let limit = children[place]?.captureLimit else { return }
        let isAtEnd = withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 16) { buffer in
            // A bound on rounds keeps an endless writer from starving everybody else.
            for _ in 0..<16 {
                let count = read(pipe, buffer.baseAddress, buffer.count)
                if count <= 0 { return count == 0 || (errno != EAGAIN && errno != EINTR) }
                let room = limit - (children[place]?.captured.count ?? limit)
                if room > 0 { children[place]?.captured += buffer[..<min(count, room)] }
            }
            return false
        }
        if isAtEnd { closePipe(place) }
    }

    private func closePipe(_ place: Int) {
        guard let pipe = children[place]?.pipe else { return }
        close(pipe)
        children[place]?.pipe = nil
    }

    package func takeCapture(_ key: ProcessKey) -> [UInt8] {
        captures.removeValue(forKey: key) ?? []
    }
}
