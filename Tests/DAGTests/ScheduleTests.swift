import Testing

@testable import DAG

@Suite("Schedule")
struct ScheduleTests {
    private func schedule(_ graph: Graph, _ priorities: [Double]? = nil) -> Schedule {
        Schedule(graph: graph, priorities: priorities ?? [Double](repeating: 0, count: graph.count))
    }

    private func phases(_ schedule: Schedule) -> [Schedule.Phase] {
        (0..<schedule.graph.count).map { schedule.phase(of: $0) }
    }

    private func popAll(_ schedule: inout Schedule) -> [Int] {
        var popped: [Int] = []
        while let node = schedule.popReady() { popped.append(node) }
        return popped
    }

    @Test("gives out the highest priority first, ties by lower index")
    func priority() {
        var schedule = schedule(Graphs.make(6, []), [1, 3, .nan, 3, 2, -.infinity])
        #expect(schedule.readyCount == 6)
        #expect(popAll(&schedule) == [1, 3, 4, 0, 2, 5])
        #expect(schedule.readyCount == 0)
        #expect(schedule.takenCount == 6)
    }

    @Test("a node is ready when the last of its needs is complete, and completing says so")
    func unblocks() {
        var schedule = schedule(Graphs.diamond)
        #expect(popAll(&schedule) == [0])
        let afterFirst = schedule.complete(0)
        #expect(afterFirst == [1, 2])
        #expect(phases(schedule) == [.complete, .ready, .ready, .waiting])
        #expect(popAll(&schedule) == [1, 2])
        let afterOne = schedule.complete(1)
        #expect(afterOne == [])
        #expect(schedule.popReady() == nil)
        let afterTwo = schedule.complete(2)
        #expect(afterTwo == [3])
        #expect(!schedule.isFinished)
        #expect(popAll(&schedule) == [3])
        schedule.complete(3)
        #expect(schedule.isFinished)
        #expect(schedule.takenCount == 0)
    }

    @Test("a node given back is given out again")
    func pushBack() {
        var schedule = schedule(Graphs.make(2, []), [2, 1])
        #expect(schedule.popReady() == 0)
        let phase = schedule.pushBack(0)
        #expect(phase == .ready)
        #expect(schedule.readyCount == 2)
        #expect(popAll(&schedule) == [0, 1])
        let untaken = schedule.complete(1)
        #expect(untaken.isEmpty)
        let afterEnd = schedule.pushBack(1)
        #expect(afterEnd == .complete)
    }

    @Test("a failed node blocks all that needs it, near and far, and nothing else")
    func block() {
        var schedule = schedule(Graphs.make(7, [[0, 1], [1, 2], [2, 6], [3, 4], [4, 2], [3, 5]]))
        #expect(schedule.popReady() == 0)
        let blocked = schedule.block(0)
        #expect(blocked == [1, 2, 6])
        #expect(phases(schedule) == [.blocked, .blocked, .blocked, .ready, .waiting, .waiting, .blocked])
        let again = schedule.block(0)
        #expect(again.isEmpty)
        #expect(popAll(&schedule) == [3])
        let ready = schedule.complete(3)
        #expect(ready == [4, 5])
        let nothingLeft = schedule.block(4)
        #expect(nothingLeft.isEmpty)
        #expect(popAll(&schedule) == [5])
        schedule.complete(5)
        #expect(schedule.isFinished)
    }

    @Test("completing what is blocked changes nothing")
    func blockedStays() {
        var schedule = schedule(Graphs.chain(3))
        schedule.block(0)
        let ready = schedule.complete(1)
        #expect(ready.isEmpty)
        #expect(phases(schedule) == [.blocked, .blocked, .blocked])
    }

    @Test("a node kept from an earlier run unblocks nothing until what it needs is complete")
    func completeOutOfOrder() {
        var schedule = schedule(Graphs.chain(4))
        let early = schedule.complete(1)
        #expect(early.isEmpty)
        #expect(phases(schedule) == [.ready, .complete, .waiting, .waiting])
        let ready = schedule.complete(0)
        #expect(ready == [2])
        #expect(schedule.readyCount == 1)
    }

    @Test("a node already under way can be taken whether ready or not, once")
    func take() {
        var schedule = schedule(Graphs.chain(2))
        let waiting = schedule.take(1)
        let ready = schedule.take(0)
        let twice = schedule.take(0)
        #expect(waiting && ready && !twice)
        #expect(schedule.popReady() == nil)
        #expect(schedule.takenCount == 2)
        schedule.complete(1)
        let unblocked = schedule.complete(0)
        #expect(unblocked.isEmpty)
        #expect(schedule.isFinished)
    }

    @Test("when a completed node lapses, all unstarted that needs it waits again, also through complete nodes")
    func reopen() {
        // 0 → 1 → 2 and 0 → 3, 0 → 4: 1 complete, 3 taken, 2 and 4 ready.
        var schedule = schedule(Graphs.make(5, [[0, 1], [1, 2], [0, 3], [0, 4]]), [0, 9, 0, 9, 0])
        #expect(schedule.popReady() == 0)
        schedule.complete(0)
        #expect(schedule.popReady() == 1)
        #expect(schedule.popReady() == 3)
        schedule.complete(1)
        #expect(phases(schedule) == [.complete, .complete, .ready, .taken, .ready])

        let phase = schedule.reopen(0)
        #expect(phase == .ready)
        #expect(phases(schedule) == [.ready, .complete, .waiting, .taken, .waiting])
        #expect(schedule.readyCount == 1)
        schedule.complete(3)
        #expect(popAll(&schedule) == [0])
        let ready = schedule.complete(0)
        #expect(ready == [2, 4])
        #expect(popAll(&schedule) == [2, 4])
    }

    @Test("what lapses again and again is given out once each time, and so is what needs it")
    func flapping() {
        var schedule = schedule(Graphs.chain(2))
        for _ in 0..<10 {
            #expect(popAll(&schedule) == [0])
            schedule.complete(0)
            schedule.reopen(0)
        }
        #expect(popAll(&schedule) == [0])
        schedule.complete(0)
        #expect(popAll(&schedule) == [1])
        #expect(schedule.reopen(1) == .taken)
    }

    @Test("memory does not grow with lapses: a node that waits again keeps its one entry in the queue")
    func boundedQueue() {
        var schedule = schedule(Graphs.chain(2))
        for _ in 0..<100 {
            #expect(schedule.popReady() == 0)
            schedule.complete(0)
            schedule.reopen(0)
        }
        #expect(schedule.queueLength == 2)
    }

    @Test("a lapsed node waits for a need that lapsed too, and is blocked by one that failed")
    func reopenBehind() {
        var schedule = schedule(Graphs.chain(3))
        for node in 0..<3 { schedule.complete(node) }
        #expect(schedule.isFinished)
        schedule.reopen(0)
        let behind = schedule.reopen(1)
        #expect(behind == .waiting)
        #expect(!schedule.isFinished)
        let blocked = schedule.block(0)
        #expect(blocked == [1])
        let last = schedule.reopen(2)
        #expect(last == .blocked)
        #expect(schedule.isFinished)
    }

    @Test("a failure passes by what is taken, which cannot be given back but may complete")
    func blockAroundTaken() {
        var schedule = schedule(Graphs.chain(4))
        schedule.complete(0)
        #expect(schedule.popReady() == 1)
        schedule.reopen(0)
        let blocked = schedule.block(0)
        #expect(blocked == [2, 3])
        #expect(schedule.phase(of: 1) == .taken)
        #expect(!schedule.isFinished)
        var returned = schedule
        let phase = returned.pushBack(1)
        #expect(phase == .blocked)
        #expect(returned.isFinished)
        schedule.complete(1)
        #expect(schedule.isFinished)
        #expect(phases(schedule) == [.blocked, .complete, .blocked, .blocked])
    }

    @Test("a complete node may fail without lapsing first")
    func blockComplete() {
        var schedule = schedule(Graphs.chain(3))
        schedule.complete(0)
        let blocked = schedule.block(0)
        #expect(blocked == [1, 2])
        #expect(schedule.popReady() == nil)
        #expect(schedule.isFinished)
    }

    @Test("nodes on a cycle wait forever, which shows as nothing ready, nothing taken, not finished")
    func cycle() {
        var schedule = schedule(Graphs.make(4, [[0, 1], [1, 2], [2, 1], [2, 3]]))
        #expect(popAll(&schedule) == [0])
        schedule.complete(0)
        #expect(schedule.readyCount == 0)
        #expect(schedule.takenCount == 0)
        #expect(!schedule.isFinished)
        let blocked = schedule.block(1)
        #expect(blocked == [2, 3])
        #expect(schedule.isFinished)
    }

    @Test("an empty schedule is finished")
    func empty() {
        #expect(schedule(Graphs.make(0, [])).isFinished)
    }

    @Test("50,000 nodes run through, each once and after its needs; a failure at the root blocks the rest")
    func large() {
        let graph = Graphs.layered(50_000)
        var run = schedule(graph)
        var done = [Bool](repeating: false, count: graph.count)
        var early = 0
        while let node = run.popReady() {
            if !graph.predecessors(of: node).allSatisfy({ done[$0] }) { early += 1 }
            done[node] = true
            run.complete(node)
        }
        #expect(early == 0)
        #expect(!done.contains(false))
        #expect(run.isFinished)
        var failing = schedule(Graphs.chain(50_000))
        let blocked = failing.block(0)
        #expect(blocked.count == 49_999)
    }
}
