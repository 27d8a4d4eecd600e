import ArgumentParser
import Execution
import Glibc
import Hazards
import Model
import Reports
import Terminal

/// `runbook docs`: writes the documents of a runbook, or says which are stale.
struct DocsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "docs", abstract: "Write documents, graphs and hazards of runbooks into a folder.",
        discussion: """
            Writes index.md, ordering.md, mapping.md, hazards.md, graph.dot, graph.svg (where Graphviz is installed), \
            graph.json and plan.json, always the same for the same runbooks. Other files in the folder are left alone. \
            graph.svg is drawn again only when the graph has changed: it says which graph it shows, so --check \
            needs no Graphviz.
            """)

    @OptionGroup var load: LoadArguments
    @OptionGroup var state: StateArguments
    @Option(
        name: [.customShort("o", allowingJoined: true), .long],
        help: ArgumentHelp("The folder to write into.", valueName: "dir"), completion: .directory)
    var output: String
    @Flag(help: "Write nothing; fail with a diff when a document is not what would be written.")
    var check = false

    func run() throws {
        let paths = try Loading.paths(load.paths)
        var loading = try Loading(paths: paths, params: load.params, state: state.name, run: 0)
        // Documents are the same whatever folder and run the values stand for.
        loading.workName = "${work}"
        loading.runName = "${run}"
        let runbook = try loading.require()
        let folder = DocumentFolder(output)
        // Where no picture is and none can be made, the pages do not speak of one.
        let hasPicture = folder.hasPicture || (!check && Graphviz.isThere)
        let set = try documents(runbook, paths, folder, work: loading.work, hasPicture: hasPicture)
        if check { try compare(set, folder) } else { try write(set, folder) }
    }

    private func documents(
        _ runbook: Runbook, _ paths: [String], _ folder: DocumentFolder, work: String, hasPicture: Bool
    ) throws -> DocumentSet {
        let plan = try FreshPlan.make(runbook, Selection(), run: 0)
        let places = RunbookPlaces(runbook, folder: folder.path)
        return DocumentSet(
            runbook: runbook, listing: FreshPlan.listing(runbook, plan, jobs: 8),
            report: HazardAnalysis.report(runbook, work: work),
            options: DocumentSet.Options(
                paths: paths.map(places.argument), start: places.start, name: places.name, link: places.link,
                hasPicture: hasPicture))
    }

    private func write(_ set: DocumentSet, _ folder: DocumentFolder) throws {
        try folder.refuseForeign()
        var files = set.files
        let console = Console.standard
        if !set.isDrawn(in: folder.text(of: DocumentSet.picture)) {
            if let svg = try? Graphviz.svg(set.dot) {
                files.append(DocumentSet.File(name: DocumentSet.picture, text: set.marked(svg)))
            } else if folder.hasPicture {
                console.error.write(
                    "note: \(DocumentSet.picture) shows an earlier graph; install Graphviz and write it again\n")
            }
        }
        let changed = try folder.write(files)
        let count = set.files.count + (folder.hasPicture ? 1 : 0)
        console.print(
            "\(output): \(count) files, "
                + (changed.isEmpty ? "all up to date" : "wrote \(changed.joined(separator: ", "))"))
    }

    private func compare(_ set: DocumentSet, _ folder: DocumentFolder) throws {
        var stale: [String] = []
        for file in set.files {
            let old = folder.text(of: file.name)
            guard old != file.text else { continue }
            stale.append(file.name)
            let label = "\(output)/\(file.name)"
            let diff = LineDiff(from: old ?? "", to: file.text)
            Console.standard.print(
                diff.unified(old: old == nil ? "/dev/null" : label, new: label).map { Sanitizer.line($0) })
        }
        if folder.hasPicture, !set.isDrawn(in: folder.text(of: DocumentSet.picture)) {
            stale.append(DocumentSet.picture)
            Console.standard.print("\(output)/\(DocumentSet.picture) was drawn from another \(DocumentSet.graph)")
        }
        guard stale.isEmpty else {
            throw CommandFailure(
                .failed, "\(output) is stale: \(stale.joined(separator: ", "))",
                hint: "write it again: the same command without --check")
        }
        Console.standard.print("\(output): up to date")
    }
}
