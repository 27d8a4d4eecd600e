import Model

/// Puts an input where it belongs in a runbook that is otherwise in order.
enum FuzzPage {
    /// The file that is loaded.
    static let root = "runbook.md"

    /// An input as files: a line `%%file NAME` begins another one, that the first can include.
    static func files(_ bytes: [UInt8]) -> [(name: String, bytes: [UInt8])] {
        let mark = Array("%%file ".utf8)
        var files: [(name: String, bytes: [UInt8])] = [(root, [])]
        for (number, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            if line.starts(with: mark) {
                files.append((OSText.text(of: line.dropFirst(mark.count)), []))
                continue
            }
            let last = files.count - 1
            if number > 0, !files[last].bytes.isEmpty || last == 0 { files[last].bytes.append(0x0A) }
            files[last].bytes += line
        }
        return files
    }

    private static let head = """
        ---
        runbook: fuzz
        params: {name: {default: value}, count: {default: 3, type: int, min: 1, max: 9}}
        secrets: {TOKEN: {env: SOURCE}}
        pools: {disk: 2}
        ---
        # Title

        ## Stage

        ```bash
        #| step: give
        #| provides: [thing]
        #| outputs: [plain, {hidden: {secret: true}}]
        printf 'plain=1\\nhidden=longer\\n' >>"$RUNBOOK_OUTPUT"
        ```

        """

    static func wrap(_ bytes: [UInt8], as target: FuzzTarget) -> [UInt8] {
        switch target {
        case .frontmatter: Array("---\n".utf8) + bytes + Array("\n---\n# T\n\n```bash\n#| step: a\ntrue\n```\n".utf8)
        case .block: block(metadata(bytes))
        case .gate: block("step: a\ngate: ", onOneLine(bytes, with: "\n  "))
        case .duration:
            block("step: a\ntimeout: ", onOneLine(bytes, with: " "), "\nestimate: ", onOneLine(bytes, with: " "))
                + block("step: b\ngate: {command: \"true\", within: ", onOneLine(bytes, with: " "), "}")
        case .interpolation:
            Array(head.utf8) + Array("~~~~~~~~~~~~text\n#| file: ${work}/it\n#| template: true\n".utf8) + bytes
                + Array("\n~~~~~~~~~~~~\n".utf8)
        default: bytes
        }
    }

    private static func metadata(_ bytes: [UInt8]) -> [UInt8] {
        Array("step: a\n".utf8) + bytes
    }

    private static func onOneLine(_ bytes: [UInt8], with separator: String) -> [UInt8] {
        Array(bytes.split(separator: 0x0A, omittingEmptySubsequences: false).joined(separator: Array(separator.utf8)))
    }

    private static func block(_ start: String, _ middle: [UInt8], _ end: String = "", _ last: [UInt8] = []) -> [UInt8] {
        block(Array(start.utf8) + middle + Array(end.utf8) + last)
    }

    /// A block whose metadata is this text, each line of it behind `#|`.
    private static func block(_ yaml: [UInt8]) -> [UInt8] {
        var page = Array(head.utf8) + Array("```bash\n".utf8)
        for line in yaml.split(separator: 0x0A, omittingEmptySubsequences: false) {
            page += Array("#| ".utf8) + line + [0x0A]
        }
        return page + Array("echo \"$name\"\n```\n\n".utf8)
    }
}
