import Model

/// Values that were given for params nobody declares.
extension Load {
    func checkGivenParams() {
        guard !isIncomplete else { return }
        check(options.params.map(\.name), origin: "-p", isShared: false)
        check(options.fileParams.map(\.name), origin: "--params", isShared: true)
    }

    /// - Parameter isShared: true for a file, which may serve several runbooks: only a name that looks like a mistyped
    ///   one is an error there.
    private func check(_ names: [String], origin: String, isShared: Bool) {
        var reported: Set<String> = []
        for name in names where reported.insert(name).inserted {
            let declaring = scopes.filter { scope in
                scope.declarations.contains { $0.name == name || scope.prefix + $0.name == name }
            }
            if declaring.isEmpty {
                let known = Set(scopes.flatMap { scope in scope.declarations.map { scope.prefix + $0.name } }).sorted()
                let suggestion = Suggestion.hint(for: name, among: known)
                findings.report(
                    isShared && suggestion == nil ? .unusedParam : .unknownParam,
                    "no runbook\(isShared ? " here" : "") declares a param `\(name)`", file: "\(origin) \(name)",
                    hint: suggestion
                        ?? (known.isEmpty
                            ? "there are no params" : "the params are \(Reader.list(Array(known.prefix(12))))"))
                continue
            }
            let fixed = declaring.compactMap { scope in
                scope.params.fixed.first { $0.key == name || scope.prefix + $0.key == name }?.value
            }
            if fixed.count == declaring.count, let first = fixed.first {
                findings.report(
                    .unknownParam, "param `\(name)` is set by `with` at \(first.place), which wins",
                    file: "\(origin) \(name)", hint: "change it there")
            }
        }
    }
}
