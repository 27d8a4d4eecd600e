/// Which params a step depends on.
extension Step {
    /// Names of the scope's params that the step names, sorted: in its script or prelude as a word of its own, or
    /// through `${…}` in `env`, `dir` and the path and content of a file.
    package func paramNames(in scope: Scope) -> [String] {
        guard !scope.params.isEmpty else { return [] }
        var found: Set<String> = []
        for variable in environment { found.formUnion(variable.value.params) }
        found.formUnion(directory.params)
        if case .file(let file) = kind {
            found.formUnion(file.path.params)
            found.formUnion(file.content.params)
        }
        let names = scope.params.map { Array($0.name.utf8) }
        let longest = names.map(\.count).max() ?? 0
        for text in isScript ? [body, prelude] : [] where !text.isEmpty {
            var text = text
            text.withUTF8 { bytes in
                Self.words(in: bytes, longest: longest) { word in
                    for (number, name) in names.enumerated()
                    where name.count == word.count && name.elementsEqual(word) {
                        found.insert(scope.params[number].name)
                    }
                }
            }
        }
        let declared = Set(scope.params.map(\.name))
        return found.filter { declared.contains($0) }.sorted()
    }

    private var isScript: Bool { if case .script = kind { true } else { false } }

    /// Calls back with every word of letters, digits and `_` that is not longer than `longest`.
    private static func words(
        in bytes: UnsafeBufferPointer<UInt8>, longest: Int, _ use: (UnsafeBufferPointer<UInt8>) -> Void
    ) {
        var start = 0
        while start < bytes.count {
            guard isWord(bytes[start]) else {
                start += 1
                continue
            }
            var end = start + 1
            while end < bytes.count, isWord(bytes[end]) { end += 1 }
            if end - start <= longest { use(UnsafeBufferPointer(rebasing: bytes[start..<end])) }
            start = end
        }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        Names.isLetter(byte) || Names.isDigit(byte) || byte == UInt8(ascii: "_")
    }
}
