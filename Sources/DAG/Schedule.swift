/// The state machine that says which node may start next: highest priority first, nothing before what it needs.
///
/// A node *holds* when it is complete and everything it needs, near and far, holds. A node that has not started is
/// `ready` exactly when all it needs holds, and `blocked` when something it needs, near or far, has failed for good.
///
/// The graph should be acyclic: a node on a cycle, and whatever needs it, waits forever, so that `isFinished` stays
/// false while nothing is ready or taken. Taking and returning nodes costs `O(log n)`; completing costs that for each
/// node that becomes ready; all of a run without lapses costs `O(E + n log n)`. Memory does not grow with the number
/// of operations.
package struct Schedule: Sendable {
    /// Where a node stands.
    package enum Phase: Sendable {
        /// Something it needs does not hold yet.
        case waiting
        /// It may start; `popReady` will give it out.
        case ready
        /// It was given out and has not ended.
        case taken
        case complete
        /// It failed, or something it needs did: it will not start again.
        case blocked
    }

    package let graph: Graph
    /// How many nodes `popReady` could give out now.
    package private(set) var readyCount = 0
    /// How many nodes were given out and have not ended.
    package private(set) var takenCount = 0

    private var phases: [Phase]
    /// How many direct predecessors do not hold. Means nothing for what is doomed.
    private var unmet: [Int]
    private var holds: [Bool]
    /// Whether something the node needs, near or far, has failed.
    private var doomed: [Bool]
    private var unfinished: Int
    /// Ranks of ready nodes. A node that stopped being ready stays in until it is popped and dropped.
    private var queue = MinHeap<Int>()
    private var queued: [Bool]
    /// The place of a node by falling priority, then rising index, and the way back.
    private let rank: [Int]
    private let nodeAtRank: [Int]

    /// `priorities` holds one number a node, higher first; ties go to the lower index. Usually
    /// `CriticalPath.remaining`. Not a number counts as lowest.
    package init(graph: Graph, priorities: [Double]) {
        precondition(priorities.count == graph.count, "one priority a node")
        self.graph = graph
        let keys = priorities.map { $0.isNaN ? -Double.infinity : $0 }
        nodeAtRank = (0..<graph.count).sorted { keys[$0] != keys[$1] ? keys[$0] > keys[$1] : $0 < $1 }
        var rank = [Int](repeating: 0, count: graph.count)
        for (place, node) in nodeAtRank.enumerated() { rank[node] = place }
        self.rank = rank
        phases = [Phase](repeating: .waiting, count: graph.count)
        unmet = graph.predecessorCounts()
        holds = [Bool](repeating: false, count: graph.count)
        doomed = holds
        queued = holds
        unfinished = graph.count
        for node in 0..<graph.count where unmet[node] == 0 { makeReady(node) }
    }

    package func phase(of node: Int) -> Phase { phases[node] }

    /// It may start, now or once what it needs holds.
    package func isQueued(_ node: Int) -> Bool { phases[node] == .ready || phases[node] == .waiting }

    /// Whether everything the node needs holds, so that it may start now; also asked of taken nodes, which may have
    /// lost something meanwhile.
    package func isMet(_ node: Int) -> Bool { unmet[node] == 0 && !doomed[node] }

    /// Whether every node is complete or blocked.
    package var isFinished: Bool { unfinished == 0 }

    // MARK: - Starting

    /// Takes the ready node of the highest priority; nil when none is ready.
    package mutating func popReady() -> Int? {
        while let place = queue.pop() {
            let node = nodeAtRank[place]
            queued[node] = false
            guard phases[node] == .ready else { continue }
            move(node, to: .taken)
            return node
        }
        return nil
    }

    /// Takes this very node, ready or not: for one that is already under way, as after adopting its process.
    /// Returns false, and changes nothing, when it is taken already or has ended.
    @discardableResult
    package mutating func take(_ node: Int) -> Bool {
        guard phases[node] == .waiting || phases[node] == .ready else { return false }
        move(node, to: .taken)
        return true
    }

    /// Gives a taken node back unstarted, or to be tried again. Returns where it stands now: `ready`, or `waiting` or
    /// `blocked` when something it needs lapsed or failed meanwhile. Changes nothing for a node that is not taken.
    @discardableResult
    package mutating func pushBack(_ node: Int) -> Phase {
        guard phases[node] == .taken else { return phases[node] }
        return placeUnstarted(node)
    }

    // MARK: - Ending

    /// Marks a node complete, from any phase but `blocked`: one that is known to be done already need not be taken
    /// first. Returns the nodes that became ready by it, ascending.
    ///
    /// What needs it becomes ready when all else it needs holds too. A node completed before something it needs
    /// (kept from an earlier run) unblocks nothing until that holds.
    @discardableResult
    package mutating func complete(_ node: Int) -> [Int] {
        guard phases[node] != .complete, phases[node] != .blocked else { return [] }
        move(node, to: .complete)
        return unmet[node] == 0 ? settle(node) : []
    }

    /// Marks a node failed for good, and with it everything unstarted that needs it, near or far, also through nodes
    /// that are taken or complete; those are left alone. Returns the newly blocked without `node` itself, ascending.
    @discardableResult
    package mutating func block(_ node: Int) -> [Int] {
        guard phases[node] != .blocked else { return [] }
        // A node that held need not be unsettled: nothing behind it can become ready again, as all of it is doomed.
        move(node, to: .blocked)
        var blocked: [Int] = []
        var stack = [node]
        while let current = stack.popLast() {
            // A doomed node was walked through before: all behind it is doomed, so a whole run walks each edge once.
            for successor in graph.successors(of: current) where !doomed[successor] {
                doomed[successor] = true
                stack.append(successor)
                if phases[successor] == .waiting || phases[successor] == .ready {
                    move(successor, to: .blocked)
                    blocked.append(successor)
                }
            }
        }
        return blocked.sorted()
    }

    /// Opens a completed node that lapsed. Everything unstarted that needs it, near or far, waits again; nodes taken
    /// or complete are left alone. Returns where the node stands now: `ready`, or `waiting` or `blocked` when what it
    /// needs itself does not hold. Changes nothing for a node that is not complete.
    ///
    /// Costs as much as the complete nodes behind it have edges.
    @discardableResult
    package mutating func reopen(_ node: Int) -> Phase {
        guard phases[node] == .complete else { return phases[node] }
        if holds[node] { unsettle(node) }
        return placeUnstarted(node)
    }
}

extension Schedule {
    /// The place of a node in the order in which nodes are given out, from 0.
    package func place(of node: Int) -> Int { rank[node] }

    /// The node at a place.
    package func node(at place: Int) -> Int { nodeAtRank[place] }

    /// How many entries wait in the queue, those that are no longer ready included.
    var queueLength: Int { queue.count }

    /// Every change of phase goes through here, so that the counts are right.
    private mutating func move(_ node: Int, to phase: Phase) {
        count(phases[node], by: -1)
        phases[node] = phase
        count(phase, by: 1)
    }

    private mutating func count(_ phase: Phase, by step: Int) {
        switch phase {
        case .waiting: unfinished += step
        case .ready: (readyCount, unfinished) = (readyCount + step, unfinished + step)
        case .taken: (takenCount, unfinished) = (takenCount + step, unfinished + step)
        case .complete, .blocked: break
        }
    }

    private mutating func makeReady(_ node: Int) {
        move(node, to: .ready)
        guard !queued[node] else { return }
        queued[node] = true
        queue.push(rank[node])
    }

    private mutating func placeUnstarted(_ node: Int) -> Phase {
        if doomed[node] {
            move(node, to: .blocked)
        } else if unmet[node] == 0 {
            makeReady(node)
        } else {
            move(node, to: .waiting)
        }
        return phases[node]
    }

    /// A complete node holds from now on, and with it the complete nodes that waited for nothing else.
    private mutating func settle(_ node: Int) -> [Int] {
        var ready: [Int] = []
        var stack = [node]
        holds[node] = true
        while let current = stack.popLast() {
            for successor in graph.successors(of: current) {
                unmet[successor] -= 1
                guard unmet[successor] == 0 else { continue }
                if phases[successor] == .complete {
                    holds[successor] = true
                    stack.append(successor)
                } else if phases[successor] == .waiting {
                    makeReady(successor)
                    ready.append(successor)
                }
            }
        }
        // The successors of one node are ascending already; those of several are not.
        return ready.count > 1 ? ready.sorted() : ready
    }

    /// A node holds no longer, and with it the complete nodes that need it.
    private mutating func unsettle(_ node: Int) {
        var stack = [node]
        holds[node] = false
        while let current = stack.popLast() {
            for successor in graph.successors(of: current) {
                unmet[successor] += 1
                if holds[successor] {
                    holds[successor] = false
                    stack.append(successor)
                } else if phases[successor] == .ready {
                    move(successor, to: .waiting)
                }
            }
        }
    }
}
