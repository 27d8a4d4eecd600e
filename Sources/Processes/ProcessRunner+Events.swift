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

    private func deliver(_ place: Int, _ found: inout [Occurrence]) {
        guard let child = children[place], let exit = child.exit else { return }
        if child.captureLimit > 0 { captures[child.key] = child.captured }
        index[child.key] = nil
        children[place] = nil
        vacant.append(place)
        ending.remove(place)
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

    // MARK: Endings

    package func terminate(_ key: ProcessKey, grace: Double) {
        guard let place = index[key], var child = children[place] else { return }
        let now = platform_uptime()
        let killAt = now + max(0, grace)
        if let already = child.ending {
            child.ending?.killAt = min(already.killAt, killAt)
        } else {
            child.ending = Ending(killAt: killAt, lookAt: now)
        }
        children[place] = child
        ending.insert(place)
        if child.ending?.isKilled == false { SessionSignal.terminate(child.identity) }
    }

    package func kill(_ key: ProcessKey) {
        guard let place = index[key], var child = children[place] else { return }
        let now = platform_uptime()
        var ending = child.ending ?? Ending(killAt: now, lookAt: now)
        ending.killAt = min(ending.killAt, now)
        ending.isKilled = true
        ending.lookAt = now + ending.pause
        child.ending = ending
        children[place] = child
        self.ending.insert(place)
        SessionSignal.kill(child.identity)
    }

    /// When something is to be done about a child that is being ended.
    private static func nextStep(_ child: Child) -> Double? {
        guard let ending = child.ending else { return nil }
        if ending.isKilled { return ending.lookAt }
        return child.exit == nil ? ending.killAt : min(ending.killAt, ending.lookAt)
    }

    /// Looks what is left of a session that is being ended; kills it when its time is up, reports its leader's end
    /// when nothing is left.
    private func advance(_ place: Int, _ now: Double, _ found: inout [Occurrence]) {
        guard let child = children[place], var ending = child.ending else { return }
        let isLate = now >= ending.killAt
        let members = ProcessTable.members(of: child.identity)
        let isHopeless = now >= ending.killAt + Ending.patience
        if child.exit != nil, members.isEmpty || isHopeless {
            deliver(place, &found)
            return
        }
        if isLate, !members.isEmpty {
            SessionSignal.kill(child.identity, members)
            ending.isKilled = true
        }
        if isLate { ending.isKilled = true }
        ending.lookAt = now + ending.pause
        ending.pause = min(ending.pause * 1.5, Ending.longestPause)
        children[place]?.ending = ending
    }
}
