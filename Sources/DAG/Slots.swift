/// What nodes share while they run: slots (`--jobs`), places in pools, and the one terminal. Says who has what, and who
/// is next in line for a place. Pure.
///
/// A node that is given a slot has a place in its pool as well. The slot may be given back before the place: what a
/// body needs ends with it, what a pool guards may last longer.
package struct Slots: Sendable {
    /// A limit on how many of some nodes run at once, besides the number of slots.
    package struct Pool: Sendable {
        package let limit: Int
        package let members: [Int]

        /// A limit below 1 counts as 1: nothing could end otherwise.
        package init(limit: Int, members: [Int]) {
            self.limit = max(1, limit)
            self.members = members
        }
    }

    /// What a node holds of what is shared.
    package enum Hold: Sendable {
        case nothing
        /// Its place in its pool, where it has one.
        case place
        /// A slot as well.
        case slot
    }

    /// Slots in all; at least 1.
    package let count: Int
    /// Slots in use.
    package private(set) var used = 0
    /// The node that has the terminal, beside which nothing starts.
    package private(set) var terminal: Int?

    private var holds: [Hold]
    /// The pool of a node, -1 for none.
    private var poolOf: [Int]
    /// Free places; fewer than none where more were taken up than the pool has now.
    private var room: [Int]
    /// Ranks of the nodes that wait for a place.
    private var waiting: [MinHeap<Int>]

    /// - Parameter nodes: how many there are. One that is named by several pools belongs to the first.
    package init(_ count: Int, nodes: Int, pools: [Pool] = []) {
        self.count = max(1, count)
        holds = [Hold](repeating: .nothing, count: nodes)
        poolOf = [Int](repeating: -1, count: nodes)
        for (index, pool) in pools.enumerated() {
            for node in pool.members where poolOf[node] < 0 { poolOf[node] = index }
        }
        room = pools.map(\.limit)
        waiting = pools.map { _ in MinHeap() }
    }

    package var isFull: Bool { used >= count }

    package func hold(of node: Int) -> Hold { holds[node] }

    /// Whether there is a place for the node in its pool.
    package func hasPlace(_ node: Int) -> Bool { poolOf[node] < 0 || holds[node] != .nothing || room[poolOf[node]] > 0 }

    /// Gives the node a slot, and a place in its pool, also where all are in use: for what is under way already.
    package mutating func takeSlot(_ node: Int) {
        guard holds[node] != .slot else { return }
        takePlace(node)
        holds[node] = .slot
        used += 1
    }

    /// Gives the node a place in its pool, also where there is none: for what is under way already.
    package mutating func takePlace(_ node: Int) {
        guard holds[node] == .nothing else { return }
        holds[node] = .place
        if poolOf[node] >= 0 { room[poolOf[node]] -= 1 }
    }

    /// Gives the node the terminal.
    package mutating func takeTerminal(_ node: Int) { terminal = node }

    /// Takes back the slot, and the terminal.
    ///
    /// - Returns: whether a slot came free.
    @discardableResult
    package mutating func releaseSlot(_ node: Int) -> Bool {
        if terminal == node { terminal = nil }
        guard holds[node] == .slot else { return false }
        holds[node] = .place
        used -= 1
        return true
    }

    /// Takes back everything.
    ///
    /// - Returns: whether the node gave back its place, so that what waits for one may try (`nextWaiting`).
    package mutating func release(_ node: Int) -> Bool {
        releaseSlot(node)
        guard holds[node] == .place else { return false }
        holds[node] = .nothing
        guard poolOf[node] >= 0 else { return false }
        room[poolOf[node]] += 1
        return true
    }

    // MARK: - Waiting for a place

    /// The node waits for a place in its pool.
    ///
    /// - Parameter rank: lower ones are called first (`Schedule.place(of:)`).
    package mutating func park(_ node: Int, rank: Int) {
        if poolOf[node] >= 0 { waiting[poolOf[node]].push(rank) }
    }

    /// Takes the rank of the first that waits for a place in the pool of this node; nil when none does.
    package mutating func nextWaiting(besides node: Int) -> Int? {
        poolOf[node] < 0 ? nil : waiting[poolOf[node]].pop()
    }
}
