import DAG
import Testing

@Suite("NodeSet")
struct NodeSetTests {
    @Test("holds each node once and is walked ascending across words")
    func order() {
        var set = NodeSet(capacity: 200)
        #expect(set.isEmpty)
        for node in [199, 0, 64, 63, 128, 64] { set.insert(node) }
        #expect(Array(set) == [0, 63, 64, 128, 199])
        #expect(set.count == 5)
        #expect(!set.isEmpty)
    }

    @Test("says whether an inserted node is new")
    func new() {
        var set = NodeSet(capacity: 1)
        let first = set.insert(0)
        let second = set.insert(0)
        #expect(first)
        #expect(!second)
    }

    @Test("does not contain what does not fit")
    func outside() {
        let set = NodeSet(capacity: 64, 0..<64)
        #expect(set.contains(63))
        #expect(!set.contains(64))
        #expect(!set.contains(-1))
    }

    @Test("is equal by its nodes, not by its capacity")
    func equality() {
        #expect(NodeSet(capacity: 10, [1, 2]) == NodeSet(capacity: 500, [2, 1]))
        #expect(NodeSet(capacity: 10, [1, 2]) != NodeSet(capacity: 10, [1, 3]))
    }
}
