import Testing

@testable import Execution

@Suite("A queue of things to do at given times")
struct TimeHeapTests {
    private func all<Item>(_ heap: TimeHeap<Item>) -> [Item] {
        var heap = heap
        var items: [Item] = []
        while let item = heap.pop(dueAt: .infinity) { items.append(item) }
        return items
    }

    @Test("what is due at the same time comes out in the order put in, whatever was taken out meanwhile")
    func ties() {
        var heap = TimeHeap<Int>()
        for number in 0..<60 { heap.push(number, at: Double(number % 3)) }
        let expected = (0..<3).flatMap { rest in (0..<60).filter { $0 % 3 == rest } }
        #expect(all(heap) == expected)
        heap.removeAll { $0 % 4 == 0 }
        #expect(heap.count == 45)
        #expect(all(heap) == expected.filter { $0 % 4 != 0 })
    }

    @Test("nothing comes out before its time")
    func due() {
        var heap = TimeHeap<String>()
        #expect(heap.isEmpty && heap.earliest == nil)
        heap.push("late", at: 2)
        heap.push("early", at: 1)
        #expect(heap.earliest == 1 && heap.pop(dueAt: 0.5) == nil)
        #expect(heap.pop(dueAt: 1) == "early" && heap.pop(dueAt: 1) == nil)
        #expect(heap.earliest == 2 && heap.count == 1)
    }

    @Test("what is gone is dropped from the front alone")
    func dropping() {
        var heap = TimeHeap<Int>()
        for (time, number) in [1, 1, 2, 1].enumerated() { heap.push(number, at: Double(time)) }
        heap.dropFirst { $0 == 1 }
        #expect(all(heap) == [2, 1])
    }
}
