import Foundation
import Model
import Steps
import Terminal
import Testing

/// Files on disk and files in memory load alike.
@Suite("Where files come from")
struct SourceProviderTests {
    /// Everything that a load says, with ids in place of steps.
    private struct Said: Equatable {
        var ids: [String]?
        var diagnostics: String
        var names: [String]
    }

    private func said(_ result: LoadResult, _ folder: String) -> Said {
        Said(
            ids: result.runbook?.steps.map(\.id),
            diagnostics: DiagnosticRenderer.text(result.diagnostics).replacing(folder, with: "…"),
            names: result.sources.map { ($0.isRoot ? "root " : "") + $0.path.replacing(folder, with: "…") })
    }

    private func options(_ sources: any SourceProvider, _ folder: String) -> LoadOptions {
        var options = LoadOptions(environment: ["PATH": "/bin"], work: "/w", run: "1", workingDirectory: folder)
        options.sources = sources
        return options
    }

    private func load(_ path: String, _ sources: any SourceProvider, _ folder: String) -> LoadResult {
        Loader.load(paths: [path], options: options(sources, folder), checks: LoadChecks(isProgram: { _ in true }))
    }

    private static func step(_ id: String, _ front: String = "") -> [UInt8] {
        Array("---\nrunbook: x\n\(front)---\n```bash\n#| step: \(id)\ntrue\n```\n".utf8)
    }

    private static let files: [String: [UInt8]] = [
        "alone.md": step("alone"),
        "with.md": step("a", "include: [sub/part.md, {file: sub/part.md, as: two}]\n"),
        "sub/part.md": step("part"),
        "circle.md": step("c", "include: [circle-2.md]\n"), "circle-2.md": step("d", "include: [circle.md]\n"),
        "self.md": step("s", "include: [self.md]\n"),
        "lost.md": step("l", "include: [nowhere.md, sub, alone.md/x.md]\n"),
        "latin.md": Array("# Caf".utf8) + [0xE9] + step("latin"), "empty.md": [],
        "folder/b.md": step("b", "include: [a.md]\n"), "folder/a.md": step("a"),
        "folder/notes.md": Array("# Notes\n".utf8), "folder/other.txt": step("t"), "folder/.hidden.md": step("h"),
        "folder/deep/below.md": step("below"),
        "large.md": [UInt8](repeating: 0x20, count: SourceLimits.size + 1),
    ]

    @Test(
        "files in memory load as files on disk do: the same steps, findings and files",
        arguments: [
            "alone.md", "with.md", "circle.md", "self.md", "lost.md", "latin.md", "empty.md", "folder", "sub", ".",
            "nowhere", "large.md", "sub/../alone.md",
        ])
    func alike(path: String) throws {
        let sample = try Sample()
        // A file of 17 MB need not be everywhere.
        let wanted = Self.files.filter { $0.key != "large.md" || path == $0.key }
        for (name, bytes) in wanted { try sample.write(name, bytes) }
        let files = Dictionary(
            wanted.map { ("/made/" + $0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
        let disk = load(path, FileSources(), sample.folder)
        let memory = load(path, MemorySources(files), "/made")
        #expect(said(memory, "/made") == said(disk, sample.folder))
        #expect(memory.runbook != nil || !memory.diagnostics.isEmpty)
    }

    @Test("what includes each other in memory is one runbook")
    func includes() throws {
        let files = ["/m/with.md": Self.files["with.md"] ?? [], "/m/sub/part.md": Self.files["sub/part.md"] ?? []]
        let result = load("with.md", MemorySources(files), "/m")
        #expect(result.runbook?.steps.map(\.id) == ["part", "two.part", "a"])
        #expect(result.sources.map(\.path) == ["/m/with.md", "/m/sub/part.md"])
    }

    @Test("a file that has two names is loaded once, on disk and in memory")
    func names() throws {
        let front = "include: [one.md, other.md]\n"
        let sample = try Sample()
        try sample.write("root.md", Self.step("r", front))
        try sample.write("one.md", Self.step("one"))
        try FileManager.default.createSymbolicLink(atPath: sample.folder + "/other.md", withDestinationPath: "one.md")
        let memory = MemorySources(
            ["/m/root.md": Self.step("r", front), "/m/one.md": Self.step("one")], links: ["/m/other.md": "/m/one.md"])
        #expect(memory.names(in: "/m") == ["one.md", "other.md", "root.md"])
        for (sources, folder) in [(FileSources(), sample.folder), (memory, "/m")] as [(any SourceProvider, String)] {
            let result = load("root.md", sources, folder)
            #expect(result.runbook?.steps.map(\.id) == ["one", "r"])
            // Under both names, so that what was loaded can be loaded again from what was kept.
            #expect(result.sources.map { Path.base(of: $0.path) } == ["root.md", "one.md", "other.md"])
            let again = load("root.md", MemorySources(result.sources), folder)
            #expect(said(again, folder) == said(result, folder))
        }
    }

    @Test("what was loaded from disk loads again from what was kept of it, once the files are gone")
    func kept() throws {
        let sample = try Sample()
        for name in ["with.md", "sub/part.md"] { try sample.write(name, Self.files[name] ?? []) }
        let before = load("with.md", FileSources(), sample.folder)
        try FileManager.default.removeItem(atPath: sample.folder + "/sub")
        #expect(load("with.md", FileSources(), sample.folder).runbook == nil)
        let after = load("with.md", MemorySources(before.sources), sample.folder)
        #expect(said(after, sample.folder) == said(before, sample.folder))
    }

    @Test("a text laid over a file is what counts of it, under each of its names, and the file stays as it is")
    func overlay() throws {
        let sample = try Sample()
        try sample.write("root.md", Self.step("r", "include: [other.md]\n"))
        try sample.write("one.md", Self.step("stored"))
        try FileManager.default.createSymbolicLink(atPath: sample.folder + "/other.md", withDestinationPath: "one.md")
        for name in ["one.md", "other.md"] {
            let edited = OverlaySources(["\(sample.folder)/\(name)": Self.step("edited")], over: FileSources())
            let result = load("root.md", edited, sample.folder)
            #expect(result.runbook?.steps.map(\.id) == ["edited", "r"])
            let broken = OverlaySources(
                ["\(sample.folder)/\(name)": Self.step("x", "order: never\n")], over: FileSources())
            let complaint = load("root.md", broken, sample.folder)
            #expect(complaint.diagnostics.contains { $0.place.file.hasSuffix("other.md") && $0.sourceLine != nil })
        }
        #expect(load("root.md", FileSources(), sample.folder).runbook?.steps.map(\.id) == ["stored", "r"])
    }

    @Test("texts laid over nothing, or over all files of a folder, load as those files on disk do")
    func overlayAlone() throws {
        let sample = try Sample()
        for (name, bytes) in Self.files where name.hasPrefix("folder/") || name.hasPrefix("sub/") {
            try sample.write(name, bytes)
        }
        let empty = try Sample()
        for path in ["folder", "sub", "folder/b.md", "nowhere", "folder/nowhere.md", "folder/b.md/x.md"] {
            let files = Self.files.filter { $0.key != "large.md" }
            let disk = said(load(path, FileSources(), sample.folder), sample.folder)
            for folder in [sample.folder, empty.folder] {
                let texts = Dictionary(uniqueKeysWithValues: files.map { ("\(folder)/\($0.key)", $0.value) })
                let over = OverlaySources(texts, over: FileSources())
                #expect(said(load(path, over, folder), folder) == disk)
            }
        }
    }

    @Test("a file that is not stored yet is found in a folder with those that are, whichever way one gets there")
    func overlayNew() throws {
        let sample = try Sample()
        try sample.write("deep/one.md", Self.step("one"))
        try FileManager.default.createSymbolicLink(atPath: sample.folder + "/way", withDestinationPath: "deep")
        let new = sample.folder + "/way/new/two.md"
        let over = OverlaySources([new: Self.step("two")], over: FileSources())
        #expect(over.names(in: sample.folder + "/deep") == ["new", "one.md"])
        #expect(over.names(in: sample.folder + "/deep/new") == ["two.md"])
        #expect(over.names(in: sample.folder) == FileSources().names(in: sample.folder))
        #expect(over.kind(of: sample.folder + "/deep/new") == .folder)
        #expect(over.kind(of: sample.folder + "/deep/new/none.md") == nil)
        #expect(over.canonical(new).hasSuffix("/deep/new/two.md"))
        #expect(load("deep/new/two.md", over, sample.folder).runbook?.steps.map(\.id) == ["two"])
        #expect(throws: SourceFailure.folder) { try over.read(sample.folder + "/deep/new") }
        #expect(throws: SourceFailure.missing) { try over.read(sample.folder + "/deep/new/none.md") }
        let long = [UInt8](repeating: 0x20, count: SourceLimits.size + 1)
        let large = OverlaySources([new: long], over: FileSources())
        #expect(throws: SourceFailure.tooLarge) { try large.read(new) }
    }

    @Test("a file of params in memory is read as one on disk")
    func params() throws {
        let memory = MemorySources(["/m/p.yaml": Array("dc: dc2\n".utf8)])
        let values = try ParamFile.read("p.yaml", in: "/m", from: memory)
        #expect(values.map(\.name) == ["dc"] && values.map(\.value) == ["dc2"] && values.map(\.folder) == ["/m"])
        #expect(throws: ParamFile.Failure.self) { try ParamFile.read("q.yaml", in: "/m", from: memory) }
    }
}
