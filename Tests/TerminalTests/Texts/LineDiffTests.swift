import Testing

@testable import Terminal

@Suite("Line difference")
struct LineDiffTests {
    private func text(_ old: String, _ new: String) -> [String] {
        LineDiff(from: old, to: new, context: 1).lines(style: .plain, display: Sample.display)
    }

    @Test("equal texts have none, and a missing last line end is no difference")
    func equal() {
        #expect(LineDiff(from: "a\nb\n", to: "a\nb").isEmpty)
        #expect(LineDiff(from: "", to: "").isEmpty)
    }

    @Test("tells lines apart where they end in CRLF")
    func carriageReturns() {
        let diff = LineDiff(from: "a\r\nb\r\nc\r\n", to: "a\r\nx\r\nc\r\n")
        #expect(diff.changes.count == 4)
    }

    @Test("shows what went and what came, with context, and counts what is left out")
    func change() {
        #expect(
            text("1\n2\n3\n4\n5\n6\n", "1\n2\n3\nfour\n5\n6\n") == [
                "  … 2 equal lines", "  3", "- 4", "+ four", "  5", "  … 1 equal line",
            ])
        #expect(text("", "a\nb\n") == ["+ a", "+ b"])
        #expect(text("a\n\n", "a\n") == ["  a", "- "])
    }

    @Test("is as short as it can be: what is common stays")
    func shortest() {
        let diff = LineDiff(from: "a\nb\nc\na\nb\nb\na", to: "c\nb\na\nb\na\nc", context: 0)
        let changed = diff.changes.filter { if case .gap = $0 { false } else { true } }
        #expect(changed.count == 5)
    }

    @Test("removing what went and adding what came turns the one text into the other")
    func faithful() {
        var seed: UInt64 = 3
        func random(_ limit: Int) -> Int {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((seed >> 33) % UInt64(limit))
        }
        for _ in 0..<500 {
            let old = (0..<random(12)).map { _ in "\(random(4))" }
            let new = (0..<random(12)).map { _ in "\(random(4))" }
            let diff = LineDiff(from: old.joined(separator: "\n"), to: new.joined(separator: "\n"), context: 1000)
            guard !diff.isEmpty else {
                #expect(old == new)
                continue
            }
            let from = diff.changes.compactMap { change in
                switch change {
                case .same(let line), .removed(let line): line
                default: nil
                }
            }
            let to = diff.changes.compactMap { change in
                switch change {
                case .same(let line), .added(let line): line
                default: nil
                }
            }
            #expect(from == old)
            #expect(to == new)
        }
    }

    @Test("texts too large to compare in full still have their difference, with bounded output")
    func large() {
        let old = (0..<5000).map { "old \($0)" }.joined(separator: "\n")
        let new = (0..<5000).map { "new \($0)" }.joined(separator: "\n")
        let diff = LineDiff(from: "same\n\(old)", to: "same\n\(new)")
        #expect(diff.changes.count == 10_001)
        let lines = diff.lines(style: .plain, display: Sample.display, limit: 5)
        #expect(lines == ["  same", "- old 0", "- old 1", "- old 2", "- old 3", "  … 9996 more lines of difference"])
    }

    @Test("lines with escape sequences stay lines")
    func sanitized() {
        #expect(text("a\u{1B}[2J", "b\rc") == ["- a", "+ b c"])
    }
}
