import Model

/// Files that two steps write: whichever comes last wins, and neither knows.
extension Load {
    func checkSharedPaths() {
        var writers: [String: [Int]] = [:]
        var order: [String] = []
        for position in steps.indices where steps[position].mayApply {
            guard case .file(let file) = steps[position].kind else { continue }
            let path = target(of: file, position)
            if writers[path] == nil { order.append(path) }
            writers[path, default: []].append(position)
        }
        for path in order {
            guard let all = writers[path], let first = all.first else { continue }
            for other in all.dropFirst() { reportShared(first, other) }
        }
    }

    /// The path in one spelling; outputs, which are not known yet, stand as their names.
    private func target(of file: FileSpec, _ position: Int) -> String {
        let path = file.path.display
        guard file.path.pieces.first.map({ if case .text = $0 { true } else { false } }) == true else { return path }
        if Path.isAbsolute(path) { return Path.absolute(path, in: "/") }
        let folder = steps[position].directory.display
        let base = values[steps[position].scope].directory
        return Path.absolute(path, in: Path.isAbsolute(folder) ? folder : base + "/" + folder)
    }

    private func reportShared(_ first: Int, _ second: Int) {
        let isCertain = ![first, second].contains { if case .command = steps[$0].when { true } else { false } }
        let ids = (steps[first].id, steps[second].id)
        let scopes = (drafts[first].scope, drafts[second].scope)
        let hint =
            scopes.0.file === scopes.1.file && scopes.0.prefix != scopes.1.prefix
            ? "put something into the path that differs between the includes, such as a param that `with` sets"
            : "write it in one step that both need, or under two names"
        report(
            isCertain ? .sharedPath : .possiblySharedPath,
            "step `\(ids.1)` writes the file that `\(ids.0)` writes" + (isCertain ? "" : ", should both apply"),
            at: second, hint: hint,
            related: [related(steps[first].place, "`\(ids.0)` is here", in: scopes.0)])
    }
}
