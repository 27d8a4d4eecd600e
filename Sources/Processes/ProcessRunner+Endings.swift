import CPlatform
package import Execution
import Glibc

// Ending processes: TERM, a grace, KILL, and patience until nothing of the session is left.
extension ProcessRunner {
    package func terminate(_ key: ProcessKey, grace: Double) {
        let now = platform_uptime()
        let killAt = now + max(0, grace)
        guard let place = index[key] else {
            if let child = recent[key, now] { endLeftovers(of: child, killAt: killAt, now: now) }
            return
        }
        guard var child = children[place] else { return }
        if let already = child.ending {
            child.ending?.killAt = min(already.killAt, killAt)
        } else {
            child.ending = Ending(began: now, killAt: killAt)
        }
        if child.ending?.isKilled == false {
            child.ending?.young = SessionSignal.terminate(child.identity, token: child.token)
        }
        children[place] = child
        ending.insert(place)
    }

    package func kill(_ key: ProcessKey) {
        let now = platform_uptime()
        guard let place = index[key] else {
            if let child = recent[key, now] { endLeftovers(of: child, killAt: now, now: now) }
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
        SessionSignal.kill(child.identity, token: child.token)
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
        let members = child.members
        if child.exit != nil, members.isEmpty {
            deliver(place, &found)
            return
        }
        if now >= ending.killAt + Ending.patience, giveUp(place, members, &found) { return }
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

    /// Neither TERM nor KILL ended it: that is told, and it is left to itself. Ours is still reaped once it ends.
    ///
    /// - Returns: false when nothing lives of it any more: its end is about to be heard.
    private func giveUp(_ place: Int, _ members: [platform_process], _ found: inout [Occurrence]) -> Bool {
        let remnants = members.compactMap(ProcessTable.remnant)
        guard var child = children[place], !remnants.isEmpty else { return false }
        ending.remove(place)
        if !child.isReported {
            index[child.key] = nil
            found.append(.unstopped(child.key, remnants))
        }
        child.terminal?.takeBack()
        child.terminal = nil
        child.isReported = true
        child.ending = nil
        child.closePipes(reactor)
        children[place] = child
        if child.exit != nil {
            children[place] = nil
            vacant.append(place)
        }
        return true
    }

    // MARK: What ended processes left running

    /// Ends what lives in the session of a process whose end was reported already.
    private func endLeftovers(of ended: Child, killAt: Double, now: Double) {
        guard !ended.members.isEmpty else { return }
        var child = Child(key: ended.key, identity: ended.identity, isOurs: false)
        child.token = ended.token
        child.exit = .unknown
        child.isReported = true
        child.ending = Ending(began: now, killAt: killAt)
        let place = vacant.popLast() ?? children.count
        if place == children.count { children.append(child) } else { children[place] = child }
        ending.insert(place)
        if killAt <= now {
            SessionSignal.kill(child.identity, token: child.token)
        } else {
            SessionSignal.terminate(child.identity, token: child.token)
        }
    }

    /// What earlier attempts at the same thing left running.
    func leftovers(of key: ProcessKey) -> [Leftover] {
        ending.sorted().compactMap { children[$0] }.filter { $0.isLeftover(of: key) }.map(Leftover.init)
    }
}

/// What a process whose end was reported left running.
struct Leftover: Sendable {
    private let identity: ProcessIdentity
    private let token: String?

    init(_ child: Child) {
        identity = child.identity
        token = child.token
    }

    /// Kills it, and waits a second at most for it to be gone.
    func clear() throws(LaunchError) {
        for _ in 0..<200 {
            let members = ProcessTable.members(of: identity, token: token)
            if members.isEmpty { return }
            SessionSignal.kill(identity, members)
            usleep(5_000)
        }
        let left = ProcessTable.members(of: identity, token: token).compactMap(ProcessTable.remnant)
        guard !left.isEmpty else { return }
        throw LaunchError(message: "what an earlier attempt started \(left.account)", isTemporary: true)
    }
}

extension Child {
    func isLeftover(of key: ProcessKey) -> Bool {
        isReported && self.key.step == key.step && self.key.role == key.role
    }
}
