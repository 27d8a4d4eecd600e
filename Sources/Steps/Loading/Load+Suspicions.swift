import Model

/// Blocks that look as if they were meant to be part of the runbook, and are not.
extension Load {
    func reportHidden(_ scope: LoadingScope) {
        let source = scope.file.source
        for line in scope.file.document.hidden {
            findings.report(
                .hiddenBlock, "Markdown sees no code block here, so this step is never run", in: source,
                at: Spot(line: line, column: 1),
                hint: "inside HTML leave a blank line before the fence; indent the fence by at most three spaces")
        }
        for line in scope.file.document.buried { reportBuried(line, scope) }
        for (block, line) in scope.file.document.swallowed {
            findings.report(
                .unclosedFence, "the fence that opens here is not closed before the next block", in: source,
                at: fence(of: block, in: source), length: block.fence,
                hint: "close it with a line of \(block.fence) such characters, or use a longer fence around an example",
                related: [
                    Diagnostic.Related(
                        place: source.place(Spot(line: line, column: 1)), message: "this block is inside it",
                        sourceLine: source.text(line: line))
                ])
        }
    }

    func reportUnclosed(_ block: CodeBlock, _ scope: LoadingScope) {
        let source = scope.file.source
        findings.report(
            .unclosedFence, "the fence that opens here is never closed", in: source, at: fence(of: block, in: source),
            length: block.fence, hint: "close it with a line of \(block.fence) such characters, indented as it is")
    }

    private func fence(of block: CodeBlock, in source: SourceText) -> Spot {
        let line = source.bytes[source.range(line: block.line)]
        let before = line.prefix { $0 != UInt8(ascii: "`") && $0 != UInt8(ascii: "~") }
        return Spot(line: block.line, column: SourceText.scalars(in: before) + 1)
    }

    /// A block whose first lines were meant as metadata, and are not.
    func reportMisspelt(_ block: CodeBlock, _ scope: LoadingScope) {
        let source = scope.file.source
        let found: (Spot, LooseMetadata)? = block.content.withUnsafeBufferPointer { content in
            guard case .misspelt(let number)? = BlockHead.find(in: content, language: block.language) else {
                return nil
            }
            var position = 0
            for _ in 0..<number { position = BlockLines.end(of: content, from: position).next }
            let end = BlockLines.end(of: content, from: position).end
            let line = UnsafeBufferPointer(rebasing: content[position..<end])
            let file = block.line + 1 + number
            let spot = Spot(line: file, column: 1 + BlockText.indent(of: line, at: file, in: source))
            return LooseMetadata(line).map { (spot, $0) }
        }
        if let (spot, loose) = found { report(loose, at: spot, in: block, scope) }
    }

    func report(_ loose: LooseMetadata, at spot: Spot, in block: CodeBlock, _ scope: LoadingScope) {
        guard let flaw = loose.flaw(in: block.language) else { return }
        findings.report(
            .misspeltMetadata, "this is meant as metadata, and is not read: \(flaw.explanation)",
            in: scope.file.source, at: spot, hint: "write `\(loose.mended(in: block.language))`")
        if Names.isID(loose.value) { brokenIDs.insert(scope.prefix + loose.value) } else { isIncomplete = true }
    }

    private func reportBuried(_ line: Int, _ scope: LoadingScope) {
        findings.report(
            .buriedMetadata, "this block begins with other lines, so it is prose and never run", in: scope.file.source,
            at: Spot(line: line, column: 1), length: 2,
            hint:
                "move the metadata to the top of the block; only a `#!` line, comments and blank lines may stand above")
    }

    /// A block with metadata, but with none of the keys that make it a runbook block.
    func suspect(_ entries: [YAMLEntry], _ text: BlockText, _ block: CodeBlock, _ scope: LoadingScope) {
        if let (spot, loose) = text.misspelt { return report(loose, at: spot, in: block, scope) }
        if let stray = text.stray, BlockKey(rawValue: stray.key.rawValue) != nil {
            return reportBuried(stray.line, scope)
        }
        let blockKeys = BlockKey.allCases.map(\.rawValue)
        for entry in entries {
            guard Suggestion.isTypo(entry.key, of: blockKeys) || Self.telling.contains(entry.key) else { continue }
            scope.reader.report(
                .misspeltBlock,
                "this block has none of \(Reader.list(blockKeys, word: "or")), so it is prose and never run",
                key: entry,
                hint: Suggestion.isTypo(entry.key, of: blockKeys)
                    ? Suggestion.hint(for: entry.key, among: blockKeys) : "add `step: ID` if it should run")
            return
        }
    }

    /// Keys that only steps have; other tools use `#|` comments with keys of their own.
    private static let telling: Set<String> = [
        "needs", "provides", "gate", "check", "service", "retries", "outputs", "undo", "retry-on",
    ]
}

/// A block whose metadata cannot be parsed.
enum BrokenBlock {
    /// The id it would have had, as far as that can be seen.
    static func id(_ text: YAMLText) -> String? {
        for line in String(decoding: text.bytes, as: UTF8.self).byteLines {
            let trimmed = line.drop { $0 == " " || $0 == "\t" }
            guard trimmed.hasPrefix("step:") else { continue }
            let id = trimmed.dropFirst(5).filter { $0 != " " && $0 != "\"" && $0 != "'" }
            return id.isEmpty ? nil : id
        }
        return nil
    }
}

/// The headings a block stands under, as blocks come by in order.
struct HeadingPath {
    private let headings: [Heading]
    private var seen = 0
    private var path: [Heading] = []

    init(_ headings: [Heading]) {
        self.headings = headings
    }

    /// Outermost first; `count` headings stand before the block, and never fewer than the time before.
    mutating func path(count: Int) -> [Heading] {
        while seen < min(count, headings.count) {
            let next = headings[seen]
            while let last = path.last, last.level >= next.level { path.removeLast() }
            path.append(next)
            seen += 1
        }
        return path
    }
}
