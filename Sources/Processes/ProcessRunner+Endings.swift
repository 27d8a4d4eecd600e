import CPlatform
package import Execution
import Glibc

// Ending processes: TERM, a grace, KILL, and patience until nothing of the session is left.
extension ProcessRunner {
    package func terminate(_ key: ProcessKey, grace: Double) {
        let now = platform_uptime()
        let killAt = now + max(0, grace)
        guard let place = index[key] else {
            if let identity = recent[key] { endLeftovers(of: key, identity, killAt: killAt, now: now) }
            return
        }
        guard var child = children[place] else { return }
        if let already = child.ending {
            child.ending?.killAt = min(already.killAt, killAt)
        } else {
            child.ending = Ending(began: now, killAt: killAt)
        }
        if child.ending?.isKilled == false { child.ending?.young = SessionSignal.terminate(child.identity) }
        children[place] = child
        ending.insert(place)
    }

    package func kill(_ key: ProcessKey) {
        let now = platform_uptime()
        guard let place = index[key] else {
            if let identity = recent[key] { endLeftovers(of: key, identity, killAt: now, now: now) }
            return
        }
        killSession(at: place, now)
    }

    /// Waits until everything that is being ended has ended: at most the longest grace still running and a little.
    ///
    /// To be called before the program exits. Another Ctrl-C meanwhile kills what is left.
    package func settle() {
        let last = ending.compactMap { children[$0]?.ending?.killAt }.max() ?? 0
        let limit = last + Ending.patience + 1
        while !ending.isEmpty, platform_uptime() < limit {
            for occurrence in reactor.wait(until: platform_uptime() + 0.05) {
                guard case .interrupt = occurrence else { continue }
                for place in ending { killSession(at: place, platform_uptime()) }
            }
        }
    }

    private func killSession(at place: Int, _ now: Double) {
        guard var child = children[place] else { return }
        var ending = child.ending ?? Ending(began: now, killAt: now)
        ending.killAt = min(ending.killAt, now)
        ending.isKilled = true
        ending.hasLooked(now)
        child.ending = ending
        children[place] = child
        self.ending.insert(place)
        SessionSignal.kill(child.identity)
    }

    /// When something is to be done about a child that is being ended.
    static func nextStep(_ child: Child) -> Double? {
        child.ending?.nextStep(isLeaderGone: child.exit != nil)
    }

    /// Looks what is left of a session that is being ended; kills it when its time is up, reports its leader's end
    /// when nothing is left.
    func advance(_ place: Int, _ now: Double, _ found: inout [Occurrence]) {
        guard let child = children[place], var ending = child.ending else { return }
        let isLate = now >= ending.killAt
        if child.exit == nil, !isLate {
            if ending.isReminderDue(now) {
                SessionSignal.remind(ending.young)
                ending.hasReminded(now)
                children[place]?.ending = ending
            }
            return
        }
        let members = ProcessTable.members(of: child.identity)
        if child.exit != nil, members.isEmpty || now >= ending.killAt + Ending.patience {
            deliver(place, &found)
            return
        }
        if isLate {
            SessionSignal.kill(child.identity, members)
            ending.isKilled = true
        } else if ending.isReminderDue(now) {
            SessionSignal.remind(SessionSignal.young(members, ending.began))
            ending.hasReminded(now)
        }
        ending.hasLooked(now)
        children[place]?.ending = ending
    }

    // MARK: What ended processes left running

    /// Ends what lives in the session of a process whose end was reported already.
    private func endLeftovers(of key: ProcessKey, _ identity: ProcessIdentity, killAt: Double, now: Double) {
        guard !ProcessTable.members(of: identity).isEmpty else { return }
        var child = Child(key: key, identity: identity, isOurs: false)
        child.exit = .unknown
        child.isReported = true
        child.ending = Ending(began: now, killAt: killAt)
        let place = vacant.popLast() ?? children.count
        if place == children.count { children.append(child) } else { children[place] = child }
        ending.insert(place)
        if killAt <= now { SessionSignal.kill(identity) } else { SessionSignal.terminate(identity) }
    }

    /// Kills what earlier attempts at the same thing left running and has not ended yet, so that no two overlap.
    func clearLeftovers(of key: ProcessKey) throws(LaunchError) {
        guard !ending.isEmpty else { return }
        for place in ending.sorted() {
            guard let child = children[place], child.isReported, child.key.step == key.step, child.key.role == key.role
            else { continue }
            for _ in 0..<200 {
                let members = ProcessTable.members(of: child.identity)
                if members.isEmpty { break }
                SessionSignal.kill(child.identity, members)
                usleep(5_000)
            }
            if let left = ProcessTable.members(of: child.identity).first {
                throw LaunchError(
                    message: "process \(left.pid) of an earlier attempt does not end, not even by KILL",
                    isTemporary: true)
            }
            children[place] = nil
            vacant.append(place)
            ending.remove(place)
        }
    }
}
