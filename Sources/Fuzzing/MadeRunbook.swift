/// A runbook in order, made from arbitrary bytes, together with what must come of it.
struct MadeRunbook {
    /// A step as it was written down.
    struct Step {
        var id: String
        var title: String
        /// Positions of earlier steps, ascending.
        var needs: [Int]
        /// Whole seconds.
        var estimate: Int
    }

    private static let mostSteps = 24

    let steps: [Step]
    let text: String

    init(_ bytes: [UInt8]) {
        var left = bytes[...]
        func next() -> Int { Int(left.popFirst() ?? 0) }
        var steps: [Step] = []
        var text = "---\nrunbook: made\npools: {p: 2}\n---\n# Made\n"
        for number in 0..<(1 + next() % Self.mostSteps) {
            var needs: Set<Int> = []
            for _ in 0..<(next() % 4) where number > 0 { needs.insert(next() % number) }
            let flags = next()
            let title = left.prefix(next() % 16)
            left = left.dropFirst(title.count)
            let step = Step(
                id: "s\(number)", title: "t" + Self.plain(title), needs: needs.sorted(), estimate: 1 + next())
            if flags & 1 != 0 { text += "\n## Stage \(number)\n" }
            text += "\n```bash\n#| step: \(step.id)\n#| title: \(Self.quoted(step.title))\n"
            // Backwards, and one twice: neither may matter.
            let written = (step.needs.reversed() + step.needs.prefix(1)).map { "s\($0)" }.joined(separator: ", ")
            if !step.needs.isEmpty { text += "#| needs: [\(written)]\n" }
            text += "#| estimate: \(step.estimate)s\n"
            if flags & 2 != 0 { text += "#| once: true\n" }
            if flags & 4 != 0 { text += "#| pool: p\n" }
            text += "true\n```\n"
            steps.append(step)
        }
        self.steps = steps
        self.text = text
    }

    /// Seconds of the longest chain that ends with each step, by counting alone.
    var ends: [Int] {
        steps.reduce(into: []) { ends, step in ends.append(step.estimate + (step.needs.map { ends[$0] }.max() ?? 0)) }
    }

    /// The first wave in which each step can start, from 1.
    var waves: [Int] {
        steps.reduce(into: []) { waves, step in waves.append(1 + (step.needs.map { waves[$0] }.max() ?? 0)) }
    }

    /// Text without what no title may have, and without the sign of a reference.
    private static func plain(_ bytes: ArraySlice<UInt8>) -> String {
        var text = ""
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            let isControl = scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
            text.unicodeScalars.append(isControl || scalar == "$" ? "." : scalar)
        }
        return text
    }

    /// A double-quoted scalar of YAML.
    private static func quoted(_ text: String) -> String {
        let inside = text.unicodeScalars.map { scalar in
            if scalar == "\"" || scalar == "\\" { return "\\\(scalar)" }
            if scalar.isASCII { return String(scalar) }
            let digits = String(scalar.value, radix: 16)
            return "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
        }
        return "\"" + inside.joined() + "\""
    }
}
