import Model

/// What a shell would replace in a path, and nothing else does.
struct ShellPath: Equatable {
    /// Offset in bytes, and the characters there.
    var offset: Int
    var text: String
    /// Name of the variable; nil for a tilde.
    var name: String?

    /// The first `~` or `$name` of a path as it is written, before anything was replaced in it.
    ///
    /// `$$` stands for a dollar, `${…}` is replaced by the loader, and `./~` is a file of that name.
    static func find(in raw: String) -> ShellPath? {
        if let found = tilde(raw) { return found }
        let bytes = Array(raw.utf8)
        var position = 0
        while position + 1 < bytes.count {
            guard bytes[position] == UInt8(ascii: "$") else {
                position += 1
                continue
            }
            let rest = bytes[(position + 1)...]
            if rest.first == UInt8(ascii: "$") {
                position += 2
            } else if let first = rest.first, Names.isLetter(first) || first == UInt8(ascii: "_") {
                let word = rest.prefix { Names.isLetter($0) || Names.isDigit($0) || $0 == UInt8(ascii: "_") }
                let name = String(decoding: word, as: UTF8.self)
                return ShellPath(offset: position, text: "$" + name, name: name)
            } else {
                position += 1
            }
        }
        return nil
    }

    /// The same in a value that was given: nothing is replaced in it, so only its beginning is judged.
    static func begins(_ value: String) -> ShellPath? { find(in: value).flatMap { $0.offset == 0 ? $0 : nil } }

    /// `~` and `~/x`; `~name/x` for the names that users have.
    static func tilde(_ path: String) -> ShellPath? {
        guard path.utf8.first == UInt8(ascii: "~") else { return nil }
        let user = path.utf8.dropFirst().prefix { $0 != UInt8(ascii: "/") }
        let isUser = user.allSatisfy {
            Names.isLetter($0) || Names.isDigit($0) || "_-.".utf8.contains($0)
        }
        guard isUser, user.isEmpty || user.endIndex < path.utf8.endIndex else { return nil }
        return ShellPath(offset: 0, text: "~" + String(decoding: user, as: UTF8.self), name: nil)
    }
}

extension Reader {
    /// A path that may wait for outputs.
    func path(_ node: YAMLNode, _ label: String) -> Template? { checkedPath(node, label) { template(node, label) } }

    /// A path that must be known now.
    func constantPath(_ node: YAMLNode, _ label: String) -> Template? {
        checkedPath(node, label) { constant(node, label) }
    }

    private func checkedPath(_ node: YAMLNode, _ label: String, _ read: () -> Template?) -> Template? {
        if let raw = node.scalar, let found = ShellPath.find(in: raw) {
            reportShellPath(found, label, at: node)
            return read()
        }
        guard let template = read() else { return nil }
        // A param may have brought one in.
        if case .text(let start)? = template.pieces.first, let found = ShellPath.tilde(start) {
            reportShellPath(found, label, at: node)
        }
        return template
    }

    func reportShellPath(_ found: ShellPath, _ label: String, at node: YAMLNode) {
        let hint: String
        if let name = found.name {
            hint = instead(of: name)
        } else {
            hint =
                found.text == "~"
                ? "write `${env.HOME}`, or `./~` for a file of that name"
                : "write the folder itself, or `./\(found.text)` for a file of that name"
        }
        report(
            .shellPath, "no shell sees `\(label)`, so `\(found.text)` would be taken as it stands", at: node, hint: hint
        )
    }

    /// The value of an environment variable reaches the body as it is written.
    func reportUnexpanded(_ found: ShellPath, of variable: String, at node: YAMLNode) {
        report(
            .unexpandedVariable, "no shell sees the value of `\(variable)`, so `\(found.text)` is taken as it stands",
            at: node,
            hint: found.name.map(instead)
                ?? (found.text == "~" ? "write `${env.HOME}`" : "write the folder itself, or set it in the body"))
    }

    private func instead(of name: String) -> String {
        if names.param(name) != nil || Names.builtins.contains(name) { return "write `${\(name)}`" }
        return names.environment[name] != nil
            ? "write `${env.\(name)}`, or `$$\(name)` for the characters themselves"
            : "`${…}` takes in params and `${env.NAME}`; write `$$\(name)` for the characters themselves"
    }
}
