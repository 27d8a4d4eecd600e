package import Execution
package import Hazards
package import Model

/// Everything `runbook docs` writes but the picture: pages and data about a runbook, always the same for the same one.
package struct DocumentSet: Sendable {
    /// One file of the set.
    package struct File: Hashable, Sendable {
        package var name: String
        package var text: String

        package init(name: String, text: String) {
            self.name = name
            self.text = text
        }
    }

    /// What the caller knows about the surroundings.
    package struct Options {
        /// The runbooks as they are named on a command line.
        package var paths: [String]
        /// The way from the pages to the folder in which that command line works; nil where it works in any.
        package var start: String?
        /// A short name of a runbook file, the same wherever the program is started.
        package var name: (String) -> String
        /// The way to a runbook file from the folder of the pages.
        package var link: (String) -> String
        /// There is a `graph.svg` among the files.
        package var hasPicture: Bool

        package init(
            paths: [String], start: String? = nil, name: @escaping (String) -> String,
            link: @escaping (String) -> String, hasPicture: Bool
        ) {
            self.paths = paths
            self.start = start
            self.name = name
            self.link = link
            self.hasPicture = hasPicture
        }
    }

    /// First line of every page.
    package static let mark = DocumentPage.mark
    /// Every name that is ever written.
    package static let names = [
        "index.md", "ordering.md", "mapping.md", "hazards.md", "graph.dot", "graph.svg", "graph.json", "plan.json",
    ]

    package static let graph = "graph.dot"
    package static let picture = "graph.svg"

    package var files: [File]
    /// What Graphviz makes the picture of.
    package var dot: String

    /// - Parameter listing: a fresh plan of the whole runbook, by estimates alone.
    package init(runbook: Runbook, listing: PlanListing, report: HazardReport, options: Options) {
        let context = DocumentContext(runbook: runbook, listing: listing, report: report, options: options)
        let ordering = OrderingDocument(context)
        let order = ordering.page()
        let mapping = MappingDocument(context).page()
        dot = DOTGraph.text(
            context.model.readable().reduced().linked { node in
                node.kind == .group
                    ? order.anchors[node.id].map { "ordering.md#\($0)" } : context.address(ofStep: node.id)
            })
        files = [
            File(name: "index.md", text: IndexDocument(context, stageAnchors: order.anchors).text()),
            File(name: "ordering.md", text: order.page.text), File(name: "mapping.md", text: mapping.text),
            File(name: "hazards.md", text: HazardsDocument(context).text()), File(name: "graph.dot", text: dot),
            File(name: "graph.json", text: GraphJSON.value(context.dataModel).prettyText),
            File(name: "plan.json", text: PlanJSON.value(listing).prettyText),
        ]
    }

    // MARK: - Picture

    /// The picture with a last line that tells which graph it shows: versions and fonts of Graphviz place things
    /// differently, so its bytes say nothing about whether it is stale.
    package func marked(_ svg: String) -> String {
        svg + (svg.utf8.last == UInt8(ascii: "\n") ? "" : "\n") + pictureMark + "\n"
    }

    /// Whether a picture shows this graph.
    package func isDrawn(in svg: String?) -> Bool {
        svg.map { $0.utf8.suffix(pictureMark.utf8.count + 1).elementsEqual((pictureMark + "\n").utf8) } ?? false
    }

    private var pictureMark: String {
        // FNV-1a, 64 bits: against mistakes, not against anyone.
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in dot.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        let digits = String(hash, radix: 16)
        return "<!-- Drawn by `runbook docs` from \(Self.graph) with checksum "
            + String(repeating: "0", count: 16 - digits.count) + digits + ". -->"
    }
}
