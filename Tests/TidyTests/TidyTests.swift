import Foundation
import Testing

/// What the tests of the tree hold it against.
enum TidyMap {
    /// docs/architecture.md: which targets of this package each target may import.
    static let imports: [String: Set<String>] = [
        "DAG": [], "Threads": ["CPlatform"], "Model": ["DAG"], "Patterns": ["CPCRE2"],
        "Steps": ["DAG", "Model", "Patterns", "CMarkGFM", "CYAML"], "Hazards": ["DAG", "Model"],
        "Execution": ["DAG", "Model"], "Processes": ["Execution", "Model", "Threads", "CPlatform"],
        "Gates": ["Execution", "Model", "Patterns", "Threads", "CCurl", "CLibCurl", "CJQ", "CAres"],
        "Checkpoints": ["Execution", "Model", "Threads", "CPlatform", "CSQLite"],
        "Terminal": ["Execution", "Model", "Threads", "CPlatform"],
        "Reports": ["DAG", "Model", "Hazards", "Execution"], "Simulation": ["DAG", "Model", "Execution"],
    ]
}

/// The conventions of CONTRIBUTING.md that a program can check.
@Suite("The tree")
struct TidyTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private struct Source {
        var path: String
        var text: String
        var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
    }

    private static func files(in folder: String, ending: String) -> [Source] {
        let base = root.appendingPathComponent(folder)
        let names = FileManager.default.enumerator(atPath: base.path)?.compactMap { $0 as? String } ?? []
        return names.filter { $0.hasSuffix(ending) && !$0.contains(".build") }.sorted().compactMap { name in
            guard let text = try? String(contentsOf: base.appendingPathComponent(name), encoding: .utf8) else {
                return nil
            }
            return Source(path: "\(folder)/\(name)", text: text)
        }
    }

    private static let sources = files(in: "Sources", ending: ".swift")

    @Test("has sources to look at")
    func found() {
        #expect(Self.sources.count > 100)
    }

    @Test("has no line of source past 120 columns")
    func lineLength() {
        for source in Self.sources {
            for (number, line) in source.lines.enumerated() where line.count > 120 {
                Issue.record("\(source.path):\(number + 1): \(line.count) columns")
            }
        }
    }

    @Test("has no source file past 400 lines")
    func fileLength() {
        for source in Self.sources where source.lines.count > 401 {
            Issue.record("\(source.path): \(source.lines.count - 1) lines")
        }
    }

    @Test("forces nothing: no try!, as!, fatalError")
    func forced() {
        for source in Self.sources {
            for (number, line) in source.lines.enumerated() {
                let code = line.drop { $0 == " " }
                guard !code.hasPrefix("//") else { continue }
                for word in ["try!", " as! ", "fatalError("] where code.contains(word) {
                    Issue.record("\(source.path):\(number + 1): \(word)")
                }
            }
        }
    }

    @Test("has targets that import only what the map allows", arguments: TidyMap.imports.keys.sorted())
    func imports(target: String) {
        let own = Set(TidyMap.imports.keys).union([
            "CMarkGFM", "CPlatform", "CCurl", "CLibCurl", "CJQ", "CAres", "CSQLite", "CYAML", "CPCRE2", "runbook",
        ])
        for source in Self.files(in: "Sources/\(target)", ending: ".swift") {
            for line in source.lines where line.contains("import ") && !line.hasPrefix(" ") && !line.hasPrefix("/") {
                guard let name = line.split(separator: " ").last.map(String.init) else { continue }
                if own.contains(name), name != target, TidyMap.imports[target]?.contains(name) != true {
                    Issue.record("\(source.path) imports \(name)")
                }
                if target == "DAG", name == "Foundation" { Issue.record("\(source.path) imports Foundation") }
                if name == "CMarkGFM", !source.path.contains("/Markdown/") {
                    Issue.record("\(source.path) imports \(name)")
                }
            }
        }
    }

    /// Sources that get text from outside.
    private static let outer = sources.filter { source in
        !["DAG", "Simulation", "Fuzzing", "simulate", "fuzz"].contains { source.path.hasPrefix("Sources/\($0)/") }
    }

    /// Lines of code that one of the patterns is found in.
    private func refuse(_ patterns: [String], in sources: [Source], _ reason: String) throws {
        let pattern = try NSRegularExpression(pattern: patterns.joined(separator: "|"))
        for source in sources {
            for (number, line) in source.lines.enumerated() where !line.drop(while: { $0 == " " }).hasPrefix("//") {
                let line = String(line)
                guard pattern.firstMatch(in: line, range: NSRange(line.startIndex..., in: line)) != nil else {
                    continue
                }
                Issue.record("\(source.path):\(number + 1): \(reason)")
            }
        }
    }

    /// `\r\n` is one Character, and so is a colon with a mark behind it: what is cut at Characters is not cut there.
    ///
    /// `parts(at:)`, `words(at:)` and `byteLines` go by bytes; views named `…calars` by scalars.
    @Test("cuts no text from outside at Characters")
    func cutting() throws {
        try refuse(
            [
                #"(?<!calars\.)split\((separator|whereSeparator): (\{ \$0 == )?""#, #"components\(separatedBy"#,
                #"(?<!calars\.)(first|last)Index\(of: "\\?."\)"#, #"\b(enumerateLines|trimmingCharacters)\b"#,
                #"has(Prefix|Suffix)\([^)]*"[^"]*\\[nr]"#, #"contains\("[^"]*\\[nr]"#,
            ], in: Self.outer, "cuts at Characters")
    }

    /// A path or variable that is not UTF-8 would be changed on its way (`OSText`).
    @Test("takes text from the system, and hands it back, byte for byte")
    func bytes() throws {
        let calls =
            "open|openat|stat|lstat|fstatat|statvfs|access|chmod|chown|mkdir|mkdirat|rmdir|unlink|unlinkat|link"
            + "|symlink|symlinkat|rename|renameat|readlink|readlinkat|realpath|opendir|getcwd|chdir|truncate"
        let sources = Self.outer.filter { !$0.path.contains("/Model/Bytes/") }
        try refuse(
            [
                #"CommandLine\.arguments"#, #"ProcessInfo\."#, #"FileManager\."#,
                #"contentsOfFile:|String\(contentsOf"#,
                #"FileHandle\(for"#, #"standardizedFileURL|resolvingSymlinks"#, #"String\(cString: (getenv|getcwd)"#,
            ], in: sources, "takes or gives text without OSText")
        try refuse(
            [#"(?<![.\w])(?<!func )(Glibc\.)?(\#(calls))\((?!\)|"/proc/|dirfd)"#],
            in: sources.filter { $0.text.contains("import Glibc") },
            "calls the system without POSIX")
    }

    @Test("has documents whose links to files lead somewhere")
    func links() throws {
        let pattern = try NSRegularExpression(pattern: #"\]\(([^)#: ]+)(#[^)]*)?\)"#)
        for source in Self.files(in: "docs", ending: ".md") {
            let folder = Self.root.appendingPathComponent(source.path).deletingLastPathComponent()
            for match in pattern.matches(in: source.text, range: NSRange(source.text.startIndex..., in: source.text)) {
                guard let range = Range(match.range(at: 1), in: source.text) else { continue }
                let target = folder.appendingPathComponent(String(source.text[range])).standardizedFileURL.path
                if !FileManager.default.fileExists(atPath: target) {
                    Issue.record("\(source.path) links to \(source.text[range]), which is not there")
                }
            }
        }
    }
}
