import DAG
package import Model

/// Which steps a command is about, as given on the command line.
///
/// Values of one option are alternatives; different options narrow each other down.
package struct Selection: Hashable, Sendable {
    /// Ids or globs (`*`, `?`).
    package var only: [String] = []
    package var from: [String] = []
    package var until: [String] = []
    package var skip: [String] = []
    package var stages: [String] = []
    package var layers: [String] = []
    package var tags: [String] = []
    /// Take needs that are left out for met.
    package var assumeDone = false

    package init() {}

    package var isEverything: Bool {
        only.isEmpty && from.isEmpty && until.isEmpty && skip.isEmpty && stages.isEmpty && layers.isEmpty
            && tags.isEmpty
    }

    /// The selected steps, by index.
    ///
    /// - Throws: when a pattern matches nothing, with the known names that come nearest.
    package func indices(in runbook: Runbook) throws(SelectionError) -> [Bool] {
        let count = runbook.steps.count
        var selected = [Bool](repeating: true, count: count)
        func narrow(_ chosen: [Bool]) { for index in 0..<count where !chosen[index] { selected[index] = false } }

        if !only.isEmpty { narrow(Self.flags(try match(only, "--only", runbook), count)) }
        if !from.isEmpty {
            narrow(runbook.reach(from: try match(from, "--from", runbook)) { runbook.graph.successors(of: $0) })
        }
        if !until.isEmpty {
            narrow(runbook.reach(from: try match(until, "--until", runbook)) { runbook.graph.predecessors(of: $0) })
        }
        if !stages.isEmpty { narrow(try match(stages, "--stage", runbook) { [$0.stage] }) }
        if !layers.isEmpty { narrow(try match(layers, "--layer", runbook) { $0.layer.map { [$0] } ?? [] }) }
        if !tags.isEmpty { narrow(try match(tags, "--tag", runbook) { $0.tags }) }
        for index in try match(skip, "--skip", runbook) { selected[index] = false }
        return selected
    }

    private static func flags(_ indices: [Int], _ count: Int) -> [Bool] {
        var flags = [Bool](repeating: false, count: count)
        for index in indices { flags[index] = true }
        return flags
    }

    private func match(_ patterns: [String], _ option: String, _ runbook: Runbook) throws(SelectionError) -> [Int] {
        var indices: [Int] = []
        for pattern in patterns {
            if let index = runbook.index[pattern] {
                indices.append(index)
                continue
            }
            let found = runbook.steps.indices.filter { Glob.matches(pattern, runbook.steps[$0].id) }
            if found.isEmpty {
                throw SelectionError(message: "\(option) \(pattern): no step matches", name: pattern)
            }
            indices += found
        }
        return indices
    }

    private func match(
        _ patterns: [String], _ option: String, _ runbook: Runbook, names: (Step) -> [String]
    ) throws(SelectionError) -> [Bool] {
        var flags = [Bool](repeating: false, count: runbook.steps.count)
        for pattern in patterns {
            var isFound = false
            for (index, step) in runbook.steps.enumerated()
            where names(step).contains(where: { Glob.matches(pattern.lowercased(), $0.lowercased()) }) {
                flags[index] = true
                isFound = true
            }
            if !isFound { throw SelectionError(message: "\(option) \(pattern): no step has it", name: pattern) }
        }
        return flags
    }
}

/// A selection that matches nothing or leaves out what it needs.
package struct SelectionError: Error, Hashable, Sendable {
    package var message: String
    /// The name that did not match, for a "did you mean".
    package var name: String?
}

/// Names with `*` and `?`.
package enum Glob {
    /// True when the whole text matches; linear in the product of both lengths.
    package static func matches(_ pattern: String, _ text: String) -> Bool {
        let pattern = Array(pattern.utf8)
        let text = Array(text.utf8)
        var position = 0
        var at = 0
        var star: Int?
        var mark = 0
        while at < text.count {
            if position < pattern.count, pattern[position] == 0x3F || pattern[position] == text[at],
                pattern[position] != 0x2A
            {
                position += 1
                at += 1
            } else if position < pattern.count, pattern[position] == 0x2A {
                star = position
                mark = at
                position += 1
            } else if let last = star {
                position = last + 1
                mark += 1
                at = mark
            } else {
                return false
            }
        }
        while position < pattern.count, pattern[position] == 0x2A { position += 1 }
        return position == pattern.count
    }
}

extension Runbook {
    /// Everything that can be reached from some steps, themselves included.
    package func reach<Next: Sequence>(from start: [Int], next: (Int) -> Next) -> [Bool] where Next.Element == Int {
        var flags = [Bool](repeating: false, count: steps.count)
        var stack = start
        for index in start { flags[index] = true }
        while let index = stack.popLast() {
            for other in next(index) where !flags[other] {
                flags[other] = true
                stack.append(other)
            }
        }
        return flags
    }
}
