import Execution
import Testing

@testable import Gates

/// Answers that are handed over together.
@Suite("answers of one turn")
struct AnswerBatchTests {
    private final class Record {
        var posts: [[Int]] = []
    }

    private func batch(_ record: Record) -> AnswerBatch {
        AnswerBatch { occurrences in
            record.posts.append(
                occurrences.compactMap { if case .probed(let key, _) = $0 { key.serial } else { nil } })
        }
    }

    private func answer(_ serial: Int) -> Occurrence {
        .probed(ProbeKey(step: 0, gate: 0, serial: serial), Answer(holds: true, text: "200"))
    }

    @Test("are posted once, in order, and not again")
    func together() {
        let record = Record()
        let batch = batch(record)
        batch.flush()
        for serial in 0..<3 { batch.add(answer(serial), at: 10) }
        #expect(record.posts.isEmpty)
        batch.flush()
        batch.flush()
        #expect(record.posts == [[0, 1, 2]])
    }

    @Test("do not wait for others that take their time")
    func impatient() {
        let record = Record()
        let batch = batch(record)
        batch.add(answer(0), at: 10)
        batch.add(answer(1), at: 10 + 2 * AnswerBatch.patience)
        #expect(record.posts == [[0, 1]])
        batch.add(answer(2), at: 11)
        #expect(record.posts == [[0, 1]])
        batch.flush()
        #expect(record.posts == [[0, 1], [2]])
    }
}
