import Testing

@testable import DAG

@Suite("What is shared")
struct SlotsTests {
    private var slots = Slots(2, nodes: 5, pools: [Slots.Pool(limit: 1, members: [0, 1, 2])])

    @Test("slots are given until all are in use, and come free with their nodes")
    mutating func counts() {
        #expect(!slots.isFull)
        slots.takeSlot(3)
        slots.takeSlot(4)
        #expect(slots.isFull)
        let answer1 = slots.releaseSlot(3)
        #expect(answer1)
        #expect(!slots.isFull)
        let answer2 = slots.releaseSlot(3)
        #expect(!answer2)
        #expect(slots.used == 1)
    }

    @Test("a slot comes with a place in the pool, and the place may be kept longer")
    mutating func keepsPlace() {
        slots.takeSlot(0)
        #expect(!slots.hasPlace(1))
        #expect(slots.hasPlace(0))
        slots.releaseSlot(0)
        #expect(slots.used == 0)
        #expect(!slots.hasPlace(1))
        let answer3 = slots.release(0)
        #expect(answer3)
        #expect(slots.hasPlace(1))
    }

    @Test("what waits for a place is called by rank, and only for a place that came free")
    mutating func calls() {
        slots.takeSlot(0)
        slots.park(1, rank: 7)
        slots.park(2, rank: 3)
        let answer4 = slots.release(3)
        #expect(!answer4)
        let answer5 = slots.release(0)
        #expect(answer5)
        let answer6 = slots.nextWaiting(besides: 0)
        #expect(answer6 == 3)
        let answer7 = slots.nextWaiting(besides: 0)
        #expect(answer7 == 7)
        let answer8 = slots.nextWaiting(besides: 0)
        #expect(answer8 == nil)
        let answer9 = slots.nextWaiting(besides: 3)
        #expect(answer9 == nil)
    }

    @Test("what is under way already is given its place though there is none, and it has to come free twice")
    mutating func takesUp() {
        slots.takePlace(0)
        slots.takeSlot(1)
        let answer10 = slots.release(0)
        #expect(answer10)
        #expect(!slots.hasPlace(2))
        let answer11 = slots.release(1)
        #expect(answer11)
        #expect(slots.hasPlace(2))
    }

    @Test("the terminal goes back with the slot of the node that has it, and with no other")
    mutating func terminal() {
        slots.takeSlot(3)
        slots.takeTerminal(3)
        slots.releaseSlot(4)
        #expect(slots.terminal == 3)
        slots.releaseSlot(3)
        #expect(slots.terminal == nil)
    }

    @Test("there is a slot at least, and a place in every pool")
    func least() {
        #expect(Slots(0, nodes: 1).count == 1)
        #expect(Slots(1, nodes: 1, pools: [Slots.Pool(limit: 0, members: [0])]).hasPlace(0))
    }
}
