import Glibc
import Simulation

/// Reports of seeds, in their order, told on so many processors as there are.
struct Reports: AsyncSequence, AsyncIteratorProtocol {
    /// Scenarios that one task tells: some tenths of a second of them.
    private static let chunk: UInt64 = 64

    private var next: UInt64?
    private let last: UInt64
    private let isVerbose: Bool
    private var tasks: [Task<[Simulator.Report], Never>] = []
    private var told: ArraySlice<Simulator.Report> = []

    init(_ seeds: ClosedRange<UInt64>, isVerbose: Bool) {
        next = seeds.lowerBound
        last = seeds.upperBound
        self.isVerbose = isVerbose
    }

    func makeAsyncIterator() -> Reports { self }

    mutating func next() async -> Simulator.Report? {
        if let report = told.popFirst() { return report }
        while tasks.count < 2 * sysconf(Int32(_SC_NPROCESSORS_ONLN)), let task = start() { tasks.append(task) }
        guard !tasks.isEmpty else { return nil }
        told = await tasks.removeFirst().value[...]
        return told.popFirst()
    }

    private mutating func start() -> Task<[Simulator.Report], Never>? {
        guard let first = next else { return nil }
        let end = last - first < Self.chunk ? last : first + Self.chunk - 1
        next = end == last ? nil : end + 1
        let isVerbose = isVerbose
        return Task.detached { (first...end).map { Simulator.run(seed: $0, isVerbose: isVerbose) } }
    }
}
