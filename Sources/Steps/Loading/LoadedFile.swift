import Model

/// One Markdown file, read once however often it is included.
final class LoadedFile {
    /// Absolute, without `.` and `..`.
    let path: String
    let source: SourceText
    let document: MarkdownDocument
    let frontMatter: FrontMatterText?

    init(path: String, source: SourceText, document: MarkdownDocument, frontMatter: FrontMatterText?) {
        self.path = path
        self.source = source
        self.document = document
        self.frontMatter = frontMatter
    }

    /// True when it says so in its front matter, or has a block that belongs to a runbook.
    var isRunbook: Bool {
        if frontMatter?.has(.runbook) == true { return true }
        return document.blocks.contains { block in
            // Without metadata, the block was kept because some was meant.
            guard let text = BlockText(block, in: source), text.misspelt == nil else { return true }
            if text.key != nil { return true }
            // `{step: a}`: only the parser can tell.
            guard let root = try? YAMLReader.read(text.metadata), case .mapping(let entries) = root.value else {
                return false
            }
            return entries.contains { BlockKey(rawValue: $0.key) != nil }
        }
    }
}

/// One file under one prefix, on its way to becoming a scope with steps.
final class LoadingScope {
    let file: LoadedFile
    let index: Int
    let prefix: String
    let reader: Reader
    let frontMatter: FrontMatter
    let declarations: [ParamDeclaration]
    let params: ParamValues
    /// Names of the secrets that the front matter declares.
    var secretNames: Set<String> = []
    var defaults = Defaults()
    var languages = Languages()
    var directory: Template
    /// Names of the environment that the front matter sets.
    var variables: Set<String> = []
    /// Text of the file's `prelude:` blocks, by language.
    var preludes: [String: String] = [:]
    /// Limits by full name, of every scope.
    var pools: [String: Int] = [:]
    var isInDocumentOrder = false
    /// Params decided here; those after are seen from files loaded with it.
    var ownParamCount = 0

    init(
        file: LoadedFile, index: Int, prefix: String, reader: Reader, frontMatter: FrontMatter,
        declarations: [ParamDeclaration], params: ParamValues, directory: Template
    ) {
        self.file = file
        self.index = index
        self.prefix = prefix
        self.reader = reader
        self.frontMatter = frontMatter
        self.declarations = declarations
        self.params = params
        self.directory = directory
    }
}

/// What is still to be resolved of a step that has been read.
struct StepDraft {
    var scope: LoadingScope
    /// Where the id stands, or the path it comes from.
    var idSpot: Spot
    var idWidth: Int
    var hasNeeds: Bool
    var pending: [PendingOutput]
    var preludeLanguage: String
    /// Its programs are looked for in a `PATH` of its own.
    var setsPath: Bool
    /// The mode of its file was chosen.
    var setsMode: Bool
}

/// An undo block whose step is still to be looked up.
struct UndoDraft {
    var scope: LoadingScope
    var target: String
    var node: YAMLNode
    var undo: Undo
    var preludeLanguage: String
}
