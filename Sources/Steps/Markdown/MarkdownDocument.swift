import Model

/// What the loader needs of a Markdown file: its headings and those code blocks that may belong to the runbook.
struct MarkdownDocument {
    /// Every heading, in order.
    var headings: [Heading] = []
    /// Fenced code blocks that begin with metadata, or with what was meant to be, in order.
    var blocks: [CodeBlock] = []
    /// Blocks written like runbook blocks that Markdown does not see as fenced code, by their first metadata line.
    var hidden: [Int] = []
    /// Fences that swallow a later runbook block, with the line at which that block begins.
    var swallowed: [(fence: CodeBlock, line: Int)] = []
    /// Lines of other fenced blocks that would make them runbook blocks, did they not stand below other lines.
    var buried: [Int] = []
    /// The lines of every fenced code block, fences included, in order.
    var fences: [ClosedRange<Int>] = []
}

/// One fenced code block.
struct CodeBlock {
    /// The info string (`bash`, `hcl title=x`).
    var info: String
    /// Line of the opening fence.
    var line: Int
    /// Length of the opening fence in bytes.
    var fence: Int
    var isClosed: Bool
    /// How many headings stand before it.
    var headingCount: Int
    /// The content without the indentation of the blocks around it; lines keep their line ends.
    var content: [UInt8]

    /// First word of the info string, lower case.
    var language: String {
        info.unicodeScalars.split { $0 == " " || $0 == "\t" }.first.map { Substring($0).lowercased() } ?? ""
    }
}

/// How metadata lines begin.
enum Marker: CaseIterable {
    case hash, dashes, slashes

    var text: StaticString {
        switch self {
        case .hash: "#|"
        case .dashes: "--|"
        case .slashes: "//|"
        }
    }

    var length: Int { self == .hash ? 2 : 3 }

    private static let dashLanguages: Set<String> = ["sql", "psql", "pgsql", "mysql", "plsql", "lua", "haskell", "ada"]
    private static let slashLanguages: Set<String> = [
        "c", "cpp", "c++", "cs", "csharp", "dart", "go", "groovy", "java", "javascript", "js", "json", "json5", "jsonc",
        "jsonnet", "jsx", "kotlin", "node", "php", "protobuf", "proto", "rust", "scala", "swift", "ts", "tsx",
        "typescript", "hcl",
    ]

    func isKnown(in language: String) -> Bool {
        switch self {
        case .hash: true
        case .dashes: Self.dashLanguages.contains(language)
        case .slashes: Self.slashLanguages.contains(language)
        }
    }

    /// The marker that these bytes begin with.
    static func leading(_ bytes: UnsafeBufferPointer<UInt8>) -> Marker? {
        guard bytes.count >= 2 else { return nil }
        if bytes[0] == UInt8(ascii: "#") { return bytes[1] == UInt8(ascii: "|") ? .hash : nil }
        guard bytes.count >= 3, bytes[2] == UInt8(ascii: "|"), bytes[0] == bytes[1] else { return nil }
        if bytes[0] == UInt8(ascii: "-") { return .dashes }
        return bytes[0] == UInt8(ascii: "/") ? .slashes : nil
    }
}
