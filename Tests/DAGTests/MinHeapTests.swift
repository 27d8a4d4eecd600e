import Testing

@testable import DAG

@Suite("A heap")
struct MinHeapTests {
    @Test("gives out what was put in, smallest first, with pushes and pops in any order", arguments: UInt64(0)..<20)
    func sorts(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var heap = MinHeap<Int>()
        var model: [Int] = []
        for _ in 0..<500 {
            if Int.random(in: 0..<3, using: &random) > 0 {
                let number = Int.random(in: 0..<50, using: &random)
                heap.push(number)
                model.append(number)
                model.sort()
            } else {
                #expect(heap.pop() == (model.isEmpty ? nil : model.removeFirst()))
            }
            #expect(heap.first == model.first && heap.count == model.count)
        }
        heap.removeAll { $0.isMultiple(of: 3) }
        model.removeAll { $0.isMultiple(of: 3) }
        var rest: [Int] = []
        while let number = heap.pop() { rest.append(number) }
        #expect(rest == model)
    }
}
